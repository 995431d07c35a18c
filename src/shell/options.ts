import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { MakerhallError } from '../shared/problem.ts'

const Options = z.object({
  /** Which processes run here. */
  role: z.enum(['all', 'controller', 'hub']),
  /** The folder that holds all state. */
  data: z.string().transform((folder) => resolve(folder)),
  /** The controller's port; the hub has the next one, MQTT the one after. */
  port: z.coerce.number().int().min(1).max(65533),
  site: z
    .string()
    .transform((file) => resolve(file))
    .optional(),
  /** The hub of a controller that runs without one of its own. */
  hub: z.url().optional(),
  join: z.string().optional(),
  /** Names besides loopback's that a proxy before it is called by. */
  'allow-host': z.array(z.string().min(1)),
  window: z.boolean(),
})
export type Options = z.infer<typeof Options>

export const usage = `npm start -- [options]
  --no-window        do not open a window
  --data DIR         where all state lies (default: data)
  --port N           the controller's port (default: 8600); N+1 is the hub's, N+2 MQTT's
  --site FILE        a site file, which is then only read (default: DIR/site.json)
  --role ROLE        all, controller or hub (default: all)
  --hub URL          the hub that a controller joins, with
  --join CODE        the code that the hub shows
  --allow-host NAME  answer to this host name too (behind a proxy); may be given several times
  --help             this text`

/**
 * Parses the command line of `npm start`.
 * @returns the options, or null where help was asked for
 * @throws MakerhallError `usage`
 */
export function parseOptions(args: string[]): Options | null {
  const wrong = (message: string) =>
    new MakerhallError({ code: 'usage', message, mend: 'See npm start -- --help.' })
  let values: ReturnType<typeof parse>
  try {
    values = parse(args)
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
  if (values.help) return null
  const options = Options.safeParse({ ...values, window: !values['no-window'] })
  if (!options.success) {
    const issue = options.error.issues[0]
    throw wrong(`--${issue?.path.join('.')}: ${issue?.message}`)
  }
  return options.data
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      role: { type: 'string', default: 'all' },
      data: { type: 'string', default: 'data' },
      port: { type: 'string', default: '8600' },
      site: { type: 'string' },
      hub: { type: 'string' },
      join: { type: 'string' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      'no-window': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
}
