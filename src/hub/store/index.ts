import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../shared/node/logger.ts'
import { startWorker, type WorkerCalls } from '../../shared/node/worker.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { StoredEvent } from '../../shared/routes.ts'
import type { Incoming, KnownKiosk, StoreState, Taken } from './store-file.ts'
import type { StoreMethods } from './store-worker.ts'

export type { Incoming, KnownKiosk, StoreState, Taken } from './store-file.ts'
export { openVisitReader, type VisitReader, type VisitRow } from './visit-reader.ts'

export interface StoreOptions {
  /** DIR; the database is DIR/hub/store.sqlite. */
  dataDir: string
  logger: Logger
  /** Wall time in ms. */
  clock?: () => number
  /** Stands in for a full disk in tests: pages of 4 KiB. */
  maxPages?: number
}

/** The hub's memory. Everything but `state` is done in a worker; each promise rejects where the disk or the worker fails. */
export interface Store {
  start(): Promise<void>
  stop(): Promise<void>
  /** In one transaction. The keys are answered once they are on disk, a batch's in the order of the batches. */
  insert(batches: Incoming[]): Promise<Taken[]>
  /** Keeps a message that is no batch at all. */
  setAside(kiosk: string, reason: string, content: string): Promise<void>
  /** Notes that a kiosk was heard of. */
  seen(kiosk: string): Promise<void>
  /** `after` is a `next` of before, or 0; `next` stays the same where nothing is new. */
  events(after: number, limit: number): Promise<{ events: StoredEvent[]; next: number }>
  kiosks(): Promise<KnownKiosk[]>
  /** As of the last answer of the worker. */
  state(): StoreState
}

/** Where the hub's database lies. */
export function storeFile(dataDir: string): string {
  return join(dataDir, 'hub', 'store.sqlite')
}

export function createStore({ dataDir, logger, clock = Date.now, maxPages }: StoreOptions): Store {
  const file = storeFile(dataDir)
  let worker: WorkerCalls<StoreMethods> | null = null
  let state: StoreState = { stored: 0, setAside: 0 }
  let stopped = true

  const begin = () => {
    const workerData = { file, ...(maxPages !== undefined && { maxPages }) }
    return startWorker<StoreMethods>(new URL('./store-worker.ts', import.meta.url), workerData, (error) => {
      logger.error({ err: error }, 'The store worker ended. The next call starts it again')
      worker = null
    })
  }
  const ready = () => {
    if (stopped) throw notStarted()
    worker ??= begin()
    return worker
  }

  return {
    async start() {
      mkdirSync(join(dataDir, 'hub'), { recursive: true })
      stopped = false
      try {
        state = await ready().call('open')
      } catch (error) {
        await this.stop()
        throw error
      }
      if (state.broken) {
        logger.error(
          { file: state.broken },
          'The store could not be read. It was set aside and a fresh one begun',
        )
      }
    },
    async stop() {
      stopped = true
      await worker?.stop()
      worker = null
    },
    async insert(batches) {
      const answer = await ready().call('insert', batches, clock())
      state = answer.state
      return answer.taken
    },
    async setAside(kiosk, reason, content) {
      state = await ready().call('setAside', kiosk, reason, content, clock())
    },
    seen: async (kiosk) => ready().call('seen', kiosk, clock()),
    events: async (after, limit) => ready().call('events', after, limit),
    kiosks: async () => ready().call('kiosks'),
    state: () => state,
  }
}

function notStarted(): MakerhallError {
  return new MakerhallError({
    code: 'store.stopped',
    message: 'The store is not started.',
    mend: 'Start the hub.',
  })
}
