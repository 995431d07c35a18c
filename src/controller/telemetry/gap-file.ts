import { closeSync, constants, fdatasyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { Instant } from '../../shared/ids.ts'

/** Facts that were lost, and the ISO times of the first and the last. */
export const Gap = z.object({ from: Instant, to: Instant, lost: z.int().min(1) })
export type Gap = z.infer<typeof Gap>

/** Less than a sector, so that it is written whole or not at all; more than any gap needs. Bytes. */
const size = 256

/**
 * What was lost and is not told yet, in a file whose place on the disk is taken while there is room: it is only ever
 * overwritten, so that a full disk still takes it and the count outlasts the process. Nothing here throws: without the
 * file the count lasts as long as the process.
 */
export class GapFile {
  readonly #file: string
  /** What the file says, null for nothing; undefined where it is not of its full size. */
  #says: Gap | null | undefined

  constructor(file: string) {
    this.#file = file
  }

  /** What an earlier process could not tell. One that cannot be read is set aside and counts as none. */
  read(): Gap | null {
    try {
      const text = readFileSync(this.#file, 'latin1')
      const whole = text.length === size
      if (whole && text.trim() !== '') this.#says = Gap.parse(JSON.parse(text))
      else if (whole) this.#says = null
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) this.#moveAside()
    }
    if (this.#says === undefined) this.write(null)
    return this.#says ?? null
  }

  /** Null: all is told. */
  write(gap: Gap | null): void {
    if (gap === this.#says) return
    try {
      const file = openSync(this.#file, constants.O_WRONLY | constants.O_CREAT, 0o600)
      try {
        const written = writeSync(file, `${(gap ? JSON.stringify(gap) : '').padEnd(size - 1)}\n`, 0, 'latin1')
        fdatasyncSync(file)
        if (written === size) this.#says = gap
      } finally {
        closeSync(file)
      }
    } catch {
      // A disk that was full from the start has no place for it; the next write tries again.
      this.#says = undefined
    }
  }

  #moveAside(): void {
    try {
      renameSync(this.#file, `${this.#file}.broken-${new Date().toISOString().replaceAll(':', '-')}`)
    } catch {
      // Then it is overwritten.
    }
  }
}
