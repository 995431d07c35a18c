import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Outbox } from './outbox.ts'
import { heldAtMost } from './outbox-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'makerhall-outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a worker that dies after a commit is started again, and nothing is lost or doubled', async () => {
  const file = join(folder, 'outbox.sqlite')
  const told: string[] = []
  const outbox = new Outbox({
    file,
    kiosk: 'hall',
    session: 'this start',
    stamp: () => ({ at: '2026-11-23T12:00:00Z', mono: 0 }),
    worker: new URL('./fixtures/dying-worker.ts', import.meta.url),
    retryEvery: 10,
    logger: { info() {}, warn() {}, error: (_fields, message) => told.push(message) },
    onState: () => {},
  })
  await outbox.start()
  for (let n = 1; n <= 12; n++) {
    outbox.add({
      at: '2026-11-23T12:00:00Z',
      mono: n,
      fact: { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' },
    })
  }
  await expect.poll(() => outbox.state().taken, { timeout: 20_000 }).toBe(12)
  await outbox.stop()

  const db = new DatabaseSync(file)
  const rows = db.prepare('SELECT stream, seq, json FROM events ORDER BY id').all()
  db.close()
  expect(rows.map(({ json }) => Number(/"mono":(\d+)/.exec(String(json))?.[1]))).toEqual(
    Array.from({ length: 12 }, (_, n) => n + 1),
  )
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2])
  expect(told).toEqual(Array(2).fill('The outbox worker ended. It is started again'))
})

test('a disk that fails for a while, and is not full, costs no fact', async () => {
  const file = join(folder, 'outbox.sqlite')
  mkdirSync(file)
  let tries = 0
  const outbox = new Outbox({
    file,
    kiosk: 'hall',
    session: 'this start',
    stamp: () => ({ at: '2026-11-23T12:00:00Z', mono: 0 }),
    retryEvery: 10,
    logger: { info() {}, warn() {}, error() {} },
    onState: () => {
      tries += 1
    },
  })
  await outbox.start()
  const stamped = { at: '2026-11-23T12:00:00Z', mono: 0 }
  const fact = { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' } as const
  for (let n = 1; n <= 5; n++) outbox.add({ ...stamped, fact })
  for (let n = 1; n <= 5; n++) outbox.add({ ...stamped, visit: `{"acts":${n}}` })
  const before = tries
  await expect.poll(() => tries).toBeGreaterThan(before + 2)
  expect(outbox.state()).toMatchObject({ recording: false, lost: 0 })
  rmdirSync(file)
  await expect.poll(() => outbox.state()).toMatchObject({ recording: true, waiting: 5 })
  outbox.add({ ...stamped, fact })
  await outbox.settled()
  expect(outbox.state().waiting).toBe(6)
  expect(await outbox.openVisit()).toBe('{"acts":5}')
  await outbox.stop()
})

test('what is held for a disk that failed is written at the stop', async () => {
  const file = join(folder, 'outbox.sqlite')
  mkdirSync(file)
  const outbox = new Outbox({
    file,
    kiosk: 'hall',
    session: 'this start',
    stamp: () => ({ at: '2026-11-23T12:00:00Z', mono: 0 }),
    retryEvery: 3_600_000,
    logger: { info() {}, warn() {}, error() {} },
    onState: () => {},
  })
  await outbox.start()
  const fact = { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' } as const
  outbox.add({ at: '2026-11-23T12:00:00Z', mono: 0, fact })
  await outbox.settled()
  rmdirSync(file)
  await outbox.stop()
  const db = new DatabaseSync(file)
  expect(db.prepare('SELECT seq FROM events').all()).toMatchObject([{ seq: 1 }])
  db.close()
})

test('what is held while the disk fails is bounded', async () => {
  const file = join(folder, 'outbox.sqlite')
  mkdirSync(file)
  const outbox = new Outbox({
    file,
    kiosk: 'hall',
    session: 'this start',
    stamp: () => ({ at: '2026-11-23T12:00:00Z', mono: 0 }),
    retryEvery: 10,
    logger: { info() {}, warn() {}, error() {} },
    onState: () => {},
  })
  await outbox.start()
  const fact = { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' } as const
  for (let n = 1; n <= heldAtMost + 5; n++) outbox.add({ at: '2026-11-23T12:00:00Z', mono: n, fact })
  await expect.poll(() => outbox.state()).toMatchObject({ recording: false, lost: 5 })
  rmdirSync(file)
  // With the gap.
  await expect.poll(() => outbox.state()).toMatchObject({ recording: true, waiting: heldAtMost + 1 })
  await outbox.stop()
})

test('what an earlier process lost is told at the start, with nothing else to tell', async () => {
  const gap = { from: '2026-11-23T11:00:00Z', to: '2026-11-23T11:30:00Z', lost: 17 }
  writeFileSync(join(folder, 'gap'), JSON.stringify(gap).padEnd(256))
  const outbox = new Outbox({
    file: join(folder, 'outbox.sqlite'),
    kiosk: 'hall',
    session: 'this start',
    stamp: () => ({ at: '2026-11-23T12:00:00Z', mono: 0 }),
    retryEvery: 3_600_000,
    logger: { info() {}, warn() {}, error() {} },
    onState: () => {},
  })
  await outbox.start()
  expect(outbox.state()).toMatchObject({ recording: true, waiting: 1, lost: 0 })
  const packed = await outbox.take(0)
  await outbox.stop()
  if (!packed || packed === 'unread') throw new Error('the outbox could not be read')
  expect(JSON.parse(packed.payload)).toMatchObject({ events: [{ type: 'recording.gap', ...gap }] })
})
