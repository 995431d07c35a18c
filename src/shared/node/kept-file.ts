import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'

/** What the files here ask of a logger; a pino logger is one. */
export interface Warns {
  warn(details: object, message: string): void
}

/**
 * A small JSON file of ours, readable by its owner alone: read whole, written whole (fsync, then rename). One that does
 * not fit its schema is set aside as `NAME.broken-<time>`, so that nothing is lost, and counts as absent; it counts so
 * too where the disk does not let it be set aside.
 */
export function keptFile<S extends z.ZodType>(file: string, schema: S, log: Warns, clock = Date.now) {
  return {
    file,
    read(): z.output<S> | null {
      const text = textOf(file)
      if (text === null) return null
      try {
        return schema.parse(JSON.parse(text))
      } catch (error) {
        const aside = `${file}.broken-${new Date(clock()).toISOString().replaceAll(':', '')}`
        const why = String(error)
        try {
          renameSync(file, aside)
          log.warn({ file, aside, why }, 'A file could not be read and was set aside')
        } catch (notMoved) {
          // A disk that takes no change keeps nobody from starting without what the file said.
          log.warn({ file, why, notMoved: String(notMoved) }, 'A file could not be read, nor be set aside')
        }
        return null
      }
    },
    write(value: z.input<S>): void {
      mkdirSync(dirname(file), { recursive: true })
      writeFileAtomic.sync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
    },
    remove(): void {
      rmSync(file, { force: true })
    },
    /** Changes whenever the file does, whoever wrote it. */
    stamp(): string {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
      return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : 'none'
    },
  }
}
export type KeptFile<S extends z.ZodType> = ReturnType<typeof keptFile<S>>

/** A one-line secret in a file: kept, or made once. @param make what a new one is */
export function keptSecret(file: string, make: () => string = () => randomSecret(32)): string {
  const kept = textOf(file)?.trim()
  if (kept) return kept
  return keepSecret(file, make())
}

export function keepSecret(file: string, secret: string): string {
  writeFileAtomic.sync(file, `${secret}\n`, { mode: 0o600 })
  return secret
}

/** Four times four letters and digits that no one mistakes for others: 79 bits, to be read out over a telephone. */
export function readableSecret(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const four = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [four(), four(), four(), four()].join('-')
}

/** Random bytes in letters that a URL takes. */
export const randomSecret = (bytes: number): string => randomBytes(bytes).toString('base64url')

export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Compares in a time that tells nothing. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
