import { workerData } from 'node:worker_threads'
import { serveCalls } from '../../shared/node/worker.ts'
import { StoreFile } from './store-file.ts'

const { file, maxPages }: { file: string; maxPages?: number } = workerData
let store: StoreFile | null = null
const opened = () => {
  store ??= new StoreFile(file, maxPages)
  return store
}

const methods = {
  open: () => opened().state(),
  insert: (...args: Parameters<StoreFile['insert']>) => opened().insert(...args),
  setAside: (...args: Parameters<StoreFile['setAside']>) => opened().setAside(...args),
  seen: (...args: Parameters<StoreFile['seen']>) => opened().seen(...args),
  events: (...args: Parameters<StoreFile['events']>) => opened().events(...args),
  kiosks: () => opened().kiosks(),
}
export type StoreMethods = typeof methods

serveCalls(methods, () => store?.close())
