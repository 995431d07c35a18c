import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, expect, test } from 'vitest'
import { OpenVisit } from '../../../src/controller/telemetry/index.ts'
import type { Fact } from '../../../src/shared/event.ts'
import { embedded, hubAt, kioskAt, removeTemporary, streamsOf, temporary, until } from './rig.ts'

const fact: Fact = { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' }
const recorder = new URL('./recorder.ts', import.meta.url).pathname
const ends: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})
afterAll(removeTemporary)

function rowsIn(dataDir: string) {
  const db = new DatabaseSync(join(dataDir, 'controller', 'outbox.sqlite'), { readOnly: true })
  const rows = db.prepare('SELECT stream, seq FROM events ORDER BY id').all()
  db.close()
  return rows.map(({ stream, seq }) => ({ kiosk: 'hall', stream: String(stream), seq: Number(seq) }))
}

test('what is said to be on disk is there after kill -9, without a gap or a double', async () => {
  const dataDir = temporary()
  let promised = 0
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [recorder, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(child, 'exit')
    let said = 0
    for await (const line of createInterface(child.stdout)) {
      said = Number(line)
      if (said > 40 + round * 150 && !child.killed) child.kill('SIGKILL')
    }
    await gone
    promised += said
    const rows = rowsIn(dataDir)
    expect(streamsOf(rows)).toBe(round + 1)
    expect(rows.length).toBeGreaterThanOrEqual(promised)
    promised = rows.length
  }

  const broker = await embedded()
  await broker.start()
  const hub = hubAt(broker.link('hub'), temporary())
  await hub.start()
  const kiosk = kioskAt(broker.link('hall'), { dataDir })
  await kiosk.start()
  ends.push(
    () => broker.stop(),
    () => hub.stop(),
    () => kiosk.stop(),
  )
  await until('everything', () => hub.store.state().stored === promised && kiosk.status().waiting === 0)
  expect(streamsOf(await hub.events())).toBe(3)
})

test('a kiosk that is killed while it sends loses nothing and doubles nothing', async () => {
  const dataDir = temporary()
  const broker = await embedded()
  await broker.start()
  const hub = hubAt(broker.link('hub'), temporary())
  await hub.start()
  ends.push(
    () => broker.stop(),
    () => hub.stop(),
  )
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [recorder, dataDir, broker.link('hall')], { stdio: 'ignore' })
    const before = hub.store.state().stored
    await until('events', () => hub.store.state().stored > before + 200)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const kiosk = kioskAt(broker.link('hall'), { dataDir })
  await kiosk.start()
  ends.push(() => kiosk.stop())
  await until('everything', () => kiosk.status().waiting === 0)
  expect(streamsOf(await hub.events())).toBe(3)
  expect(hub.store.state().setAside).toBe(0)
})

test('the open visit is there after the controller has ended, and gone when it was closed', async () => {
  const dataDir = temporary()
  const visit = OpenVisit.parse({
    visit: crypto.randomUUID(),
    exhibit: 'ohms-law',
    package: '1.0.0',
    by: 'touch',
    mode: 'explore',
    language: 'lv',
    begun: '2026-11-23T12:00:00Z',
    dwell: 1.5,
    acts: 2,
    stages: [],
  })
  const first = kioskAt(null, { dataDir })
  await first.start()
  expect(await first.openVisit()).toBeNull()
  first.record(fact, visit)
  first.keepVisit({ ...visit, acts: 3 })
  await first.stop()
  const second = kioskAt(null, { dataDir })
  await second.start()
  expect(await second.openVisit()).toEqual({ ...visit, acts: 3 })
  second.record(fact, null)
  await second.stop()
  const third = kioskAt(null, { dataDir })
  await third.start()
  expect(await third.openVisit()).toBeNull()
  await third.stop()
})

/** A file system of 1 MB; for those who may not make one, a limit in the database stands in. */
const ownDisk = process.getuid?.() === 0
test(`a full disk (${ownDisk ? 'tmpfs' : 'a page limit'}) stops recording alone, and the gap is told`, async () => {
  const dataDir = temporary()
  const ballast = join(dataDir, 'ballast')
  if (ownDisk) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dataDir])
    ends.push(() => void execFileSync('umount', [dataDir]))
  }
  const broker = await embedded()
  await broker.start()
  const hub = hubAt(broker.link('hub'), temporary())
  ends.push(() => broker.stop())
  const kiosk = kioskAt(broker.link('hall'), { dataDir, retryEvery: 50, ...(!ownDisk && { maxPages: 40 }) })
  await kiosk.start()
  ends.push(() => kiosk.stop())
  if (ownDisk) {
    const { bavail, bsize } = statfsSync(dataDir)
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 100_000, 1))
  }
  let recorded = 0
  while (kiosk.status().recording) {
    kiosk.record(fact)
    recorded += 1
    await new Promise((next) => setImmediate(next))
  }
  for (let n = 0; n < 5; n++) kiosk.record(fact)
  recorded += 5
  await until('the losses', () => (kiosk.status().lost ?? 0) >= 6)
  expect(kiosk.status().recording).toBe(false)
  // What is on the disk goes out all the same.
  await hub.start()
  ends.push(() => hub.stop())
  if (ownDisk) rmSync(ballast)
  await until('recording', () => kiosk.status().recording && kiosk.status().waiting === 0)
  const stored = hub.store.state().stored
  kiosk.record(fact)
  await until('the last', () => hub.store.state().stored === stored + 1)
  const events = await hub.events()
  expect(streamsOf(events)).toBe(1)
  const gaps = events.filter(({ type }) => type === 'recording.gap')
  expect(gaps).toHaveLength(1)
  expect(events.length - 2 + Number(gaps[0]?.lost)).toBe(recorded)
  expect(events.at(-1)?.type).toBe('mode.changed')
})

test('a hub whose disk is full answers nothing, and takes all when there is room', async () => {
  const dataDir = temporary()
  const broker = await embedded()
  await broker.start()
  ends.push(() => broker.stop())
  mkdirSync(join(dataDir, 'hub'))
  const { createStore } = await import('../../../src/hub/store/index.ts')
  const { createCollector } = await import('../../../src/hub/collector/index.ts')
  const quiet = { info() {}, warn() {}, error() {} }
  const store = createStore({ dataDir, logger: quiet, maxPages: 30 })
  await store.start()
  const collector = createCollector({ url: broker.link('hub'), store, logger: quiet })
  await collector.start()
  const kiosk = kioskAt(broker.link('hall'), { dataDir: temporary() })
  await kiosk.start()
  ends.push(() => kiosk.stop())
  for (let n = 0; n < 1_000; n++) kiosk.record(fact)
  await until('a full disk', () => !collector.status().storing)
  expect(kiosk.status().waiting).toBeGreaterThan(0)
  await collector.stop()
  await store.stop()
  const hub = hubAt(broker.link('hub'), dataDir)
  await hub.start()
  ends.push(() => hub.stop())
  await until('everything', () => kiosk.status().waiting === 0)
  expect(hub.store.state().stored).toBe(1_000)
  expect(streamsOf(await hub.events())).toBe(1)
})

test('a clock that is set back changes no order and loses nothing', async () => {
  const dataDir = temporary()
  let now = Date.parse('2026-11-23T12:00:00Z')
  const broker = await embedded()
  await broker.start()
  const hub = hubAt(broker.link('hub'), temporary())
  await hub.start()
  const kiosk = kioskAt(broker.link('hall'), { dataDir, clock: () => now })
  await kiosk.start()
  ends.push(
    () => broker.stop(),
    () => hub.stop(),
    () => kiosk.stop(),
  )
  kiosk.record(fact)
  now = 0
  kiosk.record(fact)
  now = Number.NaN
  expect(() => kiosk.record(fact)).not.toThrow()
  now = Date.parse('2026-11-23T12:00:05Z')
  kiosk.record(fact)
  await until('all', () => hub.store.state().stored === 3 && kiosk.status().waiting === 0)
  const events = await hub.events()
  expect(events.map(({ at }) => at)).toEqual([
    '2026-11-23T12:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '2026-11-23T12:00:05.000Z',
  ])
  expect(streamsOf(events)).toBe(1)
})

test('a fact that does not fit is not recorded, burns no number and throws nothing', async () => {
  const dataDir = temporary()
  const told: string[] = []
  const logger = { info() {}, warn() {}, error: (_fields: object, message: string) => told.push(message) }
  const kiosk = kioskAt(null, { dataDir, logger })
  await kiosk.start()
  const nameless = { ...fact, visitor: 'Anna' }
  kiosk.record(fact)
  kiosk.record(nameless)
  kiosk.record(fact)
  await until('the two', () => kiosk.status().waiting === 2)
  await kiosk.stop()
  expect(rowsIn(dataDir).map(({ seq }) => seq)).toEqual([1, 2])
  expect(told).toHaveLength(1)
})

test('stop leaves no worker, timer or connection, with a broker and without one', async () => {
  const broker = await embedded()
  await broker.start()
  const before = process.getActiveResourcesInfo().sort()
  for (const url of [broker.link('hall'), 'mqtt://127.0.0.1:1', null]) {
    const kiosk = kioskAt(url, { dataDir: temporary() })
    await kiosk.start()
    kiosk.record(fact)
    await until('the outbox', () => kiosk.status().waiting === 1)
    await kiosk.stop()
    kiosk.record(fact)
  }
  await until('nothing more', () => process.getActiveResourcesInfo().length <= before.length)
  await broker.stop()
})
