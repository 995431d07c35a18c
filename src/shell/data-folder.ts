import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MakerhallError } from '../shared/problem.ts'

/**
 * For its owner alone; the folders above it are not ours alone. Level by level: `recursive` does not return where a
 * folder like /proc takes none (Node 24.21).
 */
function makeFolder(folder: string, mode?: number) {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, mode)
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
const isBusy = (error: unknown) => error instanceof Error && 'errcode' in error && error.errcode === 5

const refused = (folder: string, message: string, mend: string) =>
  new MakerhallError({ code: 'data-folder', file: folder, message, mend })

/**
 * Makes the data folder where there is none, and takes it for the given processes until this one ends, however it ends:
 * the lock is the operating system's, held through SQLite since Node has no call for it.
 * @throws MakerhallError `data-folder`
 */
export function takeDataFolder(folder: string, processes: readonly ('controller' | 'hub')[]) {
  try {
    makeFolder(folder, 0o700)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw refused(
      folder,
      `The data folder cannot be used (${error instanceof Error ? error.message : String(error)}).`,
      'Name another with --data DIR, or give this user the right to write there.',
    )
  }
  const locks = processes.flatMap((name) => {
    try {
      const lock = new DatabaseSync(join(folder, `.${name}-lock`))
      lock.exec('BEGIN EXCLUSIVE')
      return [lock]
    } catch (error) {
      // Anything else than a lock that is held (a full disk, say) keeps no exhibit from playing.
      if (!isBusy(error)) return []
      throw refused(
        folder,
        `A ${name} that runs already uses this data folder.`,
        'End it first, or name another folder with --data DIR.',
      )
    }
  })
  return {
    release() {
      for (const lock of locks) lock.close()
    },
  }
}
