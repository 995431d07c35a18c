import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { MakerhallError } from '../problem.ts'

export interface DataFolder {
  root: string
  secrets: string
  logs: string
  /** A file or folder below it. */
  at: (...parts: string[]) => string
}

/**
 * Makes the data folder and what always lies in it; `rooms` are the folders of the caller. What is made here is for its
 * owner alone, and secrets are in any case.
 * @throws MakerhallError `data.unusable`
 */
export function openDataFolder(path: string, rooms: readonly string[]): DataFolder {
  const root = resolve(path)
  const at = (...parts: string[]) => join(root, ...parts)
  try {
    // The folders above it are not ours alone.
    mkdirSync(dirname(root), { recursive: true })
    for (const room of ['', 'secrets', 'logs', ...rooms])
      mkdirSync(at(room), { recursive: true, mode: 0o700 })
    chmodSync(at('secrets'), 0o700)
    for (const room of ['', 'secrets', 'logs', ...rooms]) accessSync(at(room), constants.W_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MakerhallError(
      {
        code: 'data.unusable',
        message: `The data folder ${root} cannot be used: ${why}.`,
        mend: 'Give a folder that can be written with --data, or mend its permissions.',
      },
      { cause: error },
    )
  }
  return { root, secrets: at('secrets'), logs: at('logs'), at }
}
