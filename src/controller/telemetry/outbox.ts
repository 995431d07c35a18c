import type { Committed } from '../../shared/mqtt.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { startWorker, type WorkerCalls } from '../../shared/node/worker.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { Entry, OutboxFileOptions, OutboxState, Packed } from './outbox-file.ts'
import type { OutboxMethods } from './outbox-worker.ts'
import { batchBytes, batchLimit } from './window.ts'

export interface OutboxOptions extends OutboxFileOptions {
  /** The ISO wall time and the monotonic ms at which something happens. */
  stamp: () => { at: string; mono: number }
  /** Another worker, for tests. */
  worker?: URL
  /** How often a disk that took nothing is tried again, in ms. */
  retryEvery: number
  logger: Logger
  onState: (state: OutboxState) => void
}

/**
 * The outbox as the main thread sees it. Entries wait in memory only while the transaction before theirs is under way,
 * then go to the worker all at once; or, where the disk fails, until it is tried again.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #worker: WorkerCalls<OutboxMethods> | null = null
  /** Not yet dealt with by the worker. */
  #entries: Entry[] = []
  #counter = 0
  #writing: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #stopped = false
  #state: OutboxState = { taken: 0, waiting: 0, oldest: null, recording: true, lost: 0 }

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Rejects with MakerhallError where the file is a newer program's or SQLite is too old. */
  async start(): Promise<void> {
    await this.#open()
    this.#flush()
  }

  /** Writes what was added, closes the file and ends the worker. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.settled()
    if (!this.#state.recording) await this.#retry()
    await this.#worker?.stop()
  }

  state(): OutboxState {
    return this.#state
  }

  add(entry: Omit<Entry, 'n'>): void {
    if (this.#stopped) return
    this.#counter += 1
    // Of an open visit only the last is kept: those before need not wait for a disk that fails.
    if (!entry.fact && this.#entries.length > 0 && !this.#entries.at(-1)?.fact) this.#entries.pop()
    this.#entries.push({ ...entry, n: this.#counter })
    if (this.#state.recording) this.#flush()
  }

  /** All that was added so far is on disk, counted as lost, or held until the disk is tried again. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  /** Null where nothing waits there. */
  take(after: number, through: number | null = null): Promise<Packed | null | 'unread'> {
    return this.#ask((worker) => worker.call('take', after, through, batchLimit, batchBytes), 'unread')
  }

  async remove(streams: Committed['streams'], through: number): Promise<void> {
    const state = await this.#ask((worker) => worker.call('remove', streams, through), null)
    if (state) this.#know(state)
  }

  openVisit(): Promise<string | null> {
    return this.#ask((worker) => worker.call('openVisit'), null)
  }

  async #open(): Promise<void> {
    const { file, kiosk, session, maxPages } = this.#options
    const workerData: OutboxFileOptions = {
      file,
      kiosk,
      session,
      ...(maxPages !== undefined && { maxPages }),
    }
    const worker = startWorker<OutboxMethods>(
      this.#options.worker ?? new URL('./outbox-worker.ts', import.meta.url),
      workerData,
      (error) => this.#workerEnded(error),
    )
    this.#worker = worker
    try {
      this.#know(await worker.call('open'))
      // An earlier process, or worker, ended before it could tell what it lost.
      if (this.#state.recording && this.#state.lost > 0) await this.#retry()
    } catch (error) {
      await worker.stop()
      throw error
    }
  }

  #flush(): void {
    if (this.#writing || !this.#worker || this.#entries.length === 0) return
    const worker = this.#worker
    this.#writing = this.#write(worker).finally(() => {
      this.#writing = null
      if (worker === this.#worker && this.#state.recording) this.#flush()
    })
  }

  async #write(worker: WorkerCalls<OutboxMethods>): Promise<void> {
    // One turn of the event loop, so that what is recorded together is committed together.
    await null
    const entries = [...this.#entries]
    try {
      this.#know(await worker.call('write', entries))
    } catch (error) {
      if (worker !== this.#worker) return
      // A fault of this program, not of the disk: these entries would fail again.
      this.#options.logger.error({ err: error, entries: entries.length }, 'The outbox refused entries')
      const last = entries.at(-1)?.n ?? 0
      this.#entries = this.#entries.filter(({ n }) => n > last)
    }
  }

  #know(state: OutboxState): void {
    const before = this.#state
    this.#state = state
    this.#entries = this.#entries.filter((entry) => entry.n > state.taken)
    const { logger, onState } = this.#options
    if (state.setAside !== undefined && state.setAside !== before.setAside) {
      logger.error(
        { file: state.setAside },
        'The outbox could not be read. It was set aside and a fresh one begun',
      )
    }
    if (before.recording && !state.recording) {
      logger.error(
        { why: state.why },
        'Nothing is recorded any more: the disk takes nothing. Make room on it, if it is full',
      )
    }
    if (!before.recording && state.recording) {
      logger.info({ lost: before.lost }, 'Recording goes on')
    }
    if (!state.recording) this.#later(() => this.#retry())
    onState(state)
    if (state.recording) this.#flush()
  }

  async #retry(): Promise<void> {
    if (this.#entries.length > 0) {
      this.#flush()
      return this.settled()
    }
    const { at, mono } = this.#options.stamp()
    const state = await this.#ask((worker) => worker.call('retry', at, mono), null)
    if (state) this.#know(state)
  }

  #workerEnded(error: Error): void {
    this.#worker = null
    this.#options.logger.error({ err: error }, 'The outbox worker ended. It is started again')
    this.#later(async () => {
      try {
        await this.#open()
        this.#flush()
      } catch (again) {
        this.#workerEnded(again instanceof Error ? again : new Error(String(again)))
      }
    })
  }

  #later(work: () => Promise<void>): void {
    if (this.#stopped) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      void work()
    }, this.#options.retryEvery)
  }

  /** A worker that is gone answers nothing; its end is dealt with elsewhere. */
  async #ask<Result>(
    question: (worker: WorkerCalls<OutboxMethods>) => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    if (!this.#worker) return otherwise
    try {
      return await question(this.#worker)
    } catch (error) {
      if (!(error instanceof MakerhallError) || error.problem.code !== 'worker.ended') {
        this.#options.logger.error({ err: error }, 'The outbox failed')
      }
      return otherwise
    }
  }
}
