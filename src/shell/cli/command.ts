import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { MakerhallError } from '../../shared/problem.ts'

/** Exit codes that scripts can use. */
export const exit = { ok: 0, problems: 1, usage: 2 } as const
export type Exit = (typeof exit)[keyof typeof exit]

/** Where a command writes, a line at a time. */
export interface Terminal {
  out(line: string): void
  err(line: string): void
}

export interface Command {
  /** The words that call it, such as `exhibit check`. */
  name: string
  /** What follows the name, such as `FOLDER`. */
  synopsis: string
  summary: string
  /** What `--help` says below the first two lines. */
  help: string
  /** @throws MakerhallError `usage` for arguments that it does not understand */
  run(args: string[], terminal: Terminal): Promise<Exit>
}

export const wrongUsage = (message: string, mend: string) =>
  new MakerhallError({ code: 'usage', message, mend })

/**
 * Reads a command's options, and as many words as it has names for (the last one may end in `…` and then takes more).
 * @throws MakerhallError `usage`
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: string[],
  words: readonly string[],
  options: Options,
) {
  const parsed = parse(args, options)
  const { positionals } = parsed
  const open = words.at(-1)?.endsWith('…')
  if (positionals.length < words.length)
    throw wrongUsage(`${words[positionals.length]?.replace('…', '')} is missing.`, 'See --help.')
  if (positionals.length > words.length && !open)
    throw wrongUsage(`${positionals[words.length]} is one word too many.`, 'See --help.')
  return parsed
}

function parse<const Options extends ParseArgsOptionsConfig>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw wrongUsage(error instanceof Error ? error.message : String(error), 'See --help.')
  }
}

/** @throws MakerhallError `usage` for what is no port; the hub's and the broker's follow it */
export function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_533) return port
  throw wrongUsage(`${text} is not a port.`, 'Use --port with 1 to 65533.')
}
