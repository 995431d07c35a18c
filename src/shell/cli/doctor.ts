import { access, constants, statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { styleText } from 'node:util'
import type { z } from 'zod'
import { ControllerHealth, HubHealth } from '../../shared/health.ts'
import { assertSqlite } from '../../shared/node/sqlite.ts'
import { describeProblem, MakerhallError } from '../../shared/problem.ts'
import { productVersion } from '../../shared/server/product.ts'
import { type Command, exit, readArguments, readPort, wrongUsage } from './command.ts'

const version = productVersion()

/** Under this much the outbox and the store may soon have no room. Bytes. */
const leastSpace = 500 * 1024 * 1024
const leastNode = 24
const patience = 3_000

interface Finding {
  well: boolean
  text: string
}
const well = (text: string): Finding => ({ well: true, text })
const unwell = (text: string): Finding => ({ well: false, text })

export const doctor: Command = {
  name: 'doctor',
  synopsis: '[--data DIR] [--port N] [--role all|controller|hub]',
  summary: 'looks at what runs here and says what is not well',
  help: `  --data DIR   the data folder (default: data)
  --port N     the controller's port (default: 8600); the hub's is the next one
  --role ROLE  what runs here: all, controller or hub (default: all)

Every line is ok, or a problem with its mend. Exit code 1 if there is a problem.`,
  async run(args, { out }) {
    const { values } = readArguments(args, [], {
      data: { type: 'string', default: 'data' },
      port: { type: 'string', default: '8600' },
      role: { type: 'string', default: 'all' },
    })
    const { role } = values
    if (role !== 'all' && role !== 'controller' && role !== 'hub')
      throw wrongUsage(`${role} is not a role.`, 'Use --role all, controller or hub.')
    const port = readPort(values.port)
    const findings = [
      well(`Makerhall ${version}`),
      nodeFinding(process.versions.node),
      sqliteFinding(process.versions.sqlite),
      ...(await folderFindings(resolve(values.data))),
      ...(role === 'hub' ? [] : await healthFindings('controller', port, ControllerHealth)),
      ...(role === 'controller' ? [] : await healthFindings('hub', port + 1, HubHealth)),
    ]
    for (const finding of findings) out(lineOf(finding))
    return findings.every((finding) => finding.well) ? exit.ok : exit.problems
  },
}

const lineOf = ({ well, text }: Finding) =>
  well ? `${styleText('green', 'ok     ')}  ${text}` : `${styleText('red', 'problem')}  ${text}`

export function nodeFinding(found: string): Finding {
  return Number.parseInt(found, 10) >= leastNode
    ? well(`Node ${found}`)
    : unwell(`Node ${found} is too old. Use Node ${leastNode}: npm install brings it.`)
}

export function sqliteFinding(found: string | undefined): Finding {
  try {
    assertSqlite(found)
    return well(`SQLite ${found}`)
  } catch (error) {
    return unwell(error instanceof MakerhallError ? describeProblem(error.problem) : String(error))
  }
}

async function folderFindings(folder: string): Promise<Finding[]> {
  try {
    await access(folder, constants.R_OK | constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`
    return [
      well(`Data folder ${folder}`),
      bavail * bsize >= leastSpace ? well(free) : unwell(`Only ${free}. Make room on this disk.`),
    ]
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [unwell(`The data folder cannot be used (${why}). Name the right one with --data.`)]
  }
}

async function healthFindings<Health extends typeof ControllerHealth | typeof HubHealth>(
  name: 'controller' | 'hub',
  port: number,
  schema: Health,
): Promise<Finding[]> {
  const url = `http://127.0.0.1:${port}/health`
  let answer: unknown
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience) })
    answer = await response.json()
  } catch {
    return [
      unwell(`The ${name} does not answer at ${url}. Start it with npm start, or name its port with --port.`),
    ]
  }
  const parsed: z.ZodSafeParseResult<z.infer<typeof ControllerHealth> | z.infer<typeof HubHealth>> =
    schema.safeParse(answer)
  if (!parsed.success)
    return [unwell(`What answers at ${url} is not a ${name} of ours. Name the right port with --port.`)]
  const health = parsed.data
  const other =
    health.version === version ? [] : [unwell(`The ${name} runs version ${health.version}. Start it again.`)]
  const reasons = health.reasons.map(({ message, mend }) => unwell(`The ${name}: ${message} ${mend}`))
  if (health.status !== 'ok' && reasons.length === 0)
    reasons.push(unwell(`The ${name} is ${health.status}. See its log.`))
  return [
    ...(health.status === 'ok' ? [well(`The ${name} (process ${health.pid}): ${detailOf(health)}`)] : []),
    ...other,
    ...reasons,
  ]
}

function detailOf(health: z.infer<typeof ControllerHealth> | z.infer<typeof HubHealth>): string {
  if ('stored' in health) return `${health.stored} events stored, ${health.kiosks.length} kiosks`
  const boards = health.boards.map(({ id, state }) => `${id} ${state}`).join(', ') || 'no boards'
  return `${boards}; ${health.outbox.waiting} events wait; broker ${health.broker}`
}
