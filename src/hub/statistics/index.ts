import type { Logger } from '../../shared/node/logger.ts'
import { startWorker, type WorkerCalls } from '../../shared/node/worker.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { VisitStatistics } from '../../shared/routes.ts'
import { storeFile } from '../store/index.ts'
import { visitsAsCsv } from './csv.ts'
import type { StatisticsMethods } from './statistics-worker.ts'
import type { By } from './visits.ts'

export interface StatisticsOptions {
  /** DIR, whose store has been started. */
  dataDir: string
  logger: Logger
}

export interface VisitsQuery {
  /** Instants, ISO 8601 with an offset: visits that began at `from` or later and before `to`. */
  from: string
  to: string
  by: By
  /** The IANA time zone that hours and days are counted in. */
  zone: string
}

/** Counting, in a worker of its own beside the store's. */
export interface Statistics {
  start(): Promise<void>
  stop(): Promise<void>
  visits(query: VisitsQuery): Promise<VisitStatistics>
  /** The same rows as CSV (RFC 4180), `text/csv; charset=utf-8; header=present`. */
  visitsCsv(query: VisitsQuery): Promise<string>
}

export function createStatistics({ dataDir, logger }: StatisticsOptions): Statistics {
  const file = storeFile(dataDir)
  let worker: WorkerCalls<StatisticsMethods> | null = null
  let stopped = true

  const ready = () => {
    if (stopped) {
      throw new MakerhallError({
        code: 'statistics.stopped',
        message: 'The statistics are not started.',
        mend: 'Start the hub.',
      })
    }
    worker ??= startWorker<StatisticsMethods>(
      new URL('./statistics-worker.ts', import.meta.url),
      { file },
      (error) => {
        logger.error({ err: error }, 'The statistics worker ended. The next question starts it again')
        worker = null
      },
    )
    return worker
  }
  const visits = async ({ from, to, by, zone }: VisitsQuery) =>
    ready().call('visits', Date.parse(from), Date.parse(to), by, zone)

  return {
    async start() {
      stopped = false
      ready()
    },
    async stop() {
      stopped = true
      await worker?.stop()
      worker = null
    },
    visits,
    visitsCsv: async (query) => visitsAsCsv(await visits(query)),
  }
}
