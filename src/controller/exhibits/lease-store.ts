import { join } from 'node:path'
import { z } from 'zod'
import { Slug } from '../../shared/ids.ts'
import { keptFile } from '../../shared/node/kept-file.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { KeptLease } from './modes.ts'

const Kept = z.strictObject({
  v: z.literal(1),
  leases: z.record(
    Slug,
    z.strictObject({ mode: Slug, by: z.string(), begun: z.number(), until: z.number() }),
  ),
})

/**
 * Keeps the leases in `DIR/controller/modes.json`, so that they end in time over a restart too. A lease is on disk before
 * anyone is told of it. A file that cannot be understood is set aside under another name.
 */
export class LeaseStore {
  readonly #file: ReturnType<typeof keptFile<typeof Kept>>
  readonly #logger: Pick<Logger, 'warn' | 'error'>

  constructor(dataDir: string, clock: () => number, logger: Pick<Logger, 'warn' | 'error'>) {
    this.#file = keptFile(join(dataDir, 'controller', 'modes.json'), Kept, logger, clock)
    this.#logger = logger
  }

  load(): Map<string, KeptLease> {
    try {
      return new Map(Object.entries(this.#file.read()?.leases ?? {}))
    } catch (error) {
      this.#logger.error({ err: error, file: this.#file.file }, 'the leases cannot be read')
      return new Map()
    }
  }

  /** Never throws: a disk that takes nothing more costs the lease its life over a restart, not the exhibit. */
  save(leases: Record<string, KeptLease>): void {
    try {
      this.#file.write({ v: 1, leases })
    } catch (error) {
      this.#logger.error(
        { err: error, file: this.#file.file },
        'the leases cannot be kept: they would not survive a restart',
      )
    }
  }
}
