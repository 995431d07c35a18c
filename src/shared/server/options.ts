import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { MqttUrl } from '../mqtt.ts'
import { MakerhallError } from '../problem.ts'

const httpUrl = z.url({ protocol: /^https?$/, error: 'use http://host:port' })
const path = z
  .string()
  .min(1)
  .transform((file) => resolve(file))
export const port = z.coerce.number().int().min(0).max(65_535)

/** What both servers take: schemas by the option's name. */
export const commonOptions = {
  data: path,
  port,
  site: path.optional(),
  mqtt: MqttUrl.optional(),
  /** The address to listen at. */
  listen: z.string().min(1).default('127.0.0.1'),
  /** More names to answer to; may be repeated. */
  'allow-host': z.array(z.string().min(1)).default([]),
}
export const controllerOptions = {
  ...commonOptions,
  hub: httpUrl.optional(),
  join: z.string().min(1).optional(),
  /** The folder of the exhibits' packages. */
  exhibits: path.optional(),
  /** How others reach this controller, where that is not the address it listens at. */
  origin: httpUrl.optional(),
}
export const hubOptions = { ...commonOptions, 'mqtt-port': port.default(0) }

/**
 * Reads a command line by its schemas; an option that is an array may be repeated.
 * @throws MakerhallError `options.invalid` that names the option
 */
export function readOptions<Shape extends z.ZodRawShape>(
  argv: readonly string[],
  shape: Shape,
): z.output<z.ZodObject<Shape>> {
  try {
    const multiple = (name: string) => name === 'allow-host'
    const { values } = parseArgs({
      args: [...argv],
      options: Object.fromEntries(
        Object.keys(shape).map((name) => [name, { type: 'string', multiple: multiple(name) } as const]),
      ),
    })
    return z.object(shape).parse(values)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined
    throw new MakerhallError(
      {
        code: 'options.invalid',
        message: issue ? `--${issue.path.join('.')}: ${issue.message}.` : error.message,
        mend: 'Correct the command line; docs/operations.md names every option.',
      },
      { cause: error },
    )
  }
}
