import { createTelemetry } from '../../../src/controller/telemetry/index.ts'

/**
 * A controller that does nothing but record facts, as fast as its outbox takes them, until it is killed. Says on standard
 * output how many events are on disk, each time it learns of it.
 */
const [dataDir = '', url] = process.argv.slice(2)
const telemetry = createTelemetry({
  dataDir,
  kiosk: 'hall',
  site: 'centre',
  link: url ? { url } : null,
  clock: Date.now,
  monotonic: () => performance.now(),
  logger: { info() {}, warn() {}, error() {} },
})
const visit = crypto.randomUUID()
const what = { visit, exhibit: 'ohms-law', package: '1.0.0', mode: 'explore', language: 'lv' } as const

await telemetry.start()
const before = telemetry.status().waiting
telemetry.onStatus(({ waiting }) => process.stdout.write(`${waiting - before}\n`))
telemetry.record({ type: 'visit.begun', ...what, by: 'touch' })
const record = () => {
  for (let n = 0; n < 7; n++) {
    telemetry.record({
      type: 'visit.mode',
      visit,
      exhibit: what.exhibit,
      package: what.package,
      mode: 'predict',
    })
  }
  setTimeout(record, 1)
}
record()
