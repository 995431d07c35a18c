import { workerData } from 'node:worker_threads'
import { serveCalls } from '../../shared/node/worker.ts'
import { OutboxFile, type OutboxFileOptions } from './outbox-file.ts'

const options: OutboxFileOptions = workerData
const outbox = new OutboxFile(options)

const methods = {
  open: () => outbox.open(),
  write: (...args: Parameters<OutboxFile['write']>) => outbox.write(...args),
  retry: (...args: Parameters<OutboxFile['retry']>) => outbox.retry(...args),
  take: (...args: Parameters<OutboxFile['take']>) => outbox.take(...args),
  remove: (...args: Parameters<OutboxFile['remove']>) => outbox.remove(...args),
  openVisit: () => outbox.openVisit(),
}
export type OutboxMethods = typeof methods

serveCalls(methods, () => outbox.close())
