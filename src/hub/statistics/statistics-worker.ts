import { workerData } from 'node:worker_threads'
import { serveCalls } from '../../shared/node/worker.ts'
import { openVisitReader, type VisitReader } from '../store/index.ts'
import { type By, countVisits } from './visits.ts'

const { file }: { file: string } = workerData
let reader: VisitReader | null = null

const methods = {
  visits: (from: number, to: number, by: By, zone: string) => {
    reader ??= openVisitReader(file)
    return countVisits(reader.between(from, to), by, zone)
  },
}
export type StatisticsMethods = typeof methods

serveCalls(methods, () => reader?.close())
