import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Slug } from '../../shared/ids.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { KeptLease } from './modes.ts'

const Kept = z.strictObject({
  v: z.literal(1),
  leases: z.record(
    Slug,
    z.strictObject({ mode: Slug, by: z.string(), begun: z.number(), until: z.number() }),
  ),
})

/** Keeps the leases in `DIR/controller/modes.json`, so that they end in time over a restart too. */
export class LeaseStore {
  readonly #file: string
  readonly #logger: Pick<Logger, 'warn' | 'error'>
  readonly #clock: () => number
  #wanted: string | null = null
  #writing: Promise<void> | null = null

  constructor(dataDir: string, clock: () => number, logger: Pick<Logger, 'warn' | 'error'>) {
    this.#file = join(dataDir, 'controller', 'modes.json')
    this.#clock = clock
    this.#logger = logger
  }

  /** A file that cannot be understood is set aside under another name; what it said is lost, nothing else. */
  async load(): Promise<Map<string, KeptLease>> {
    let text: string
    try {
      text = await readFile(this.#file, 'utf8')
    } catch (error) {
      if (!isMissing(error)) this.#logger.error({ err: error, file: this.#file }, 'the leases cannot be read')
      return new Map()
    }
    const kept = parse(text)
    if (kept) return new Map(Object.entries(kept.leases))
    const aside = `${this.#file}.broken-${this.#clock()}`
    this.#logger.warn({ file: this.#file, aside }, 'the leases cannot be understood and were set aside')
    await rename(this.#file, aside).catch((error: unknown) =>
      this.#logger.error({ err: error }, 'setting aside failed'),
    )
    return new Map()
  }

  /** Writes as soon as the write before is done; only the newest state is written. Never throws. */
  save(leases: Record<string, KeptLease>): void {
    this.#wanted = JSON.stringify({ v: 1, leases } satisfies z.infer<typeof Kept>)
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null
    })
  }

  /** Resolves when all that was saved is on disk. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    while (this.#wanted !== null) {
      const text = this.#wanted
      this.#wanted = null
      try {
        await mkdir(join(this.#file, '..'), { recursive: true })
        await writeFileAtomic(this.#file, text)
      } catch (error) {
        this.#logger.error(
          { err: error, file: this.#file },
          'the leases cannot be kept: they would not survive a restart',
        )
      }
    }
  }
}

function parse(text: string): z.infer<typeof Kept> | null {
  try {
    return Kept.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'
