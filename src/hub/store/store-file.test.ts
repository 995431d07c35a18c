import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Event } from '../../shared/event.ts'
import { createStore, openVisitReader, storeFile } from './index.ts'
import { StoreFile } from './store-file.ts'

const quiet = { info() {}, warn() {}, error() {} }
const stream = 'b5b7f1c8-7c1e-4d43-9a53-0f8c6c3a0001'
const visit = 'b5b7f1c8-7c1e-4d43-9a53-0f8c6c3a0002'

let dataDir: string
const open: { close(): void }[] = []
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'makerhall-store-'))
  mkdirSync(join(dataDir, 'hub'))
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(dataDir, { recursive: true })
})

const storeOf = (maxPages?: number) => {
  const store = new StoreFile(storeFile(dataDir), maxPages)
  open.push(store)
  return store
}
const visits = () => {
  const reader = openVisitReader(storeFile(dataDir))
  open.push(reader)
  return reader.between(0, Number.MAX_SAFE_INTEGER)
}
const envelope = (seq: number) =>
  ({ v: 1, kiosk: 'hall', stream, seq, at: '2026-11-23T12:00:00.000Z', mono: seq }) as const
const started = (seq: number): Event => ({ ...envelope(seq), type: 'controller.started', version: '1.0.0' })
const what = { visit, exhibit: 'ohms-law', package: '1.0.0', mode: 'explore', language: 'lv' } as const
const begun = (seq: number): Event => ({ ...envelope(seq), type: 'visit.begun', ...what, by: 'touch' })
const ended = (seq: number): Event => ({
  ...envelope(seq),
  type: 'visit.ended',
  ...what,
  mode: 'challenge',
  how: 'left',
  dwell: 12.5,
  acts: 3,
})
const insert = (store: StoreFile, ...events: unknown[]) => store.insert([{ kiosk: 'hall', events }], 1_000)

test('an event is stored once, however often it comes', () => {
  const store = storeOf()
  insert(store, started(1), begun(2))
  const { taken, state } = insert(store, begun(2), started(1), begun(2), started(3))
  expect(taken[0]?.keys.map(({ seq }) => seq)).toEqual([2, 1, 2, 3])
  expect(state).toEqual({ stored: 3, setAside: 0 })
  expect(store.events(0, 10).events.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(visits()).toHaveLength(1)
})

test('the key of another event is set aside, and the first one stays', () => {
  const store = storeOf()
  insert(store, started(1))
  const { taken, state } = insert(store, { ...started(1), version: '2.0.0' })
  expect(taken[0]?.keys).toEqual([{ stream, seq: 1 }])
  expect(state).toEqual({ stored: 1, setAside: 1 })
  expect(store.events(0, 10).events[0]).toMatchObject({ version: '1.0.0' })
  // The same members in another order are the same event.
  const { version, ...rest } = started(1) as Event & { version: string }
  expect(insert(store, { version, ...rest }).state.setAside).toBe(1)
})

test.each([
  ['an unknown type', { ...envelope(7), type: 'visitor.named' }],
  ['a field that the schema does not know', { ...started(7), name: 'Anna' }],
  ['another version', { ...started(7), v: 2 }],
  ['another kiosk than its topic', { ...started(7), kiosk: 'other' }],
])('%s is set aside once, counts as committed and blocks nothing', (_what, bad) => {
  const store = storeOf()
  insert(store, bad)
  const { taken, state } = insert(store, bad, started(8))
  expect(taken[0]?.keys.map(({ seq }) => seq)).toEqual([7, 8])
  expect(state).toEqual({ stored: 1, setAside: 1 })
})

test.each([null, 5, 'x', [], {}, { stream: 'x', seq: 1 }, { stream, seq: 0 }])(
  'something without a key (%j) is set aside and not answered',
  (bad) => {
    const { taken, state } = insert(storeOf(), bad, started(1))
    expect(taken[0]?.keys).toEqual([{ stream, seq: 1 }])
    expect(state).toEqual({ stored: 1, setAside: 1 })
  },
)

test('what an older hub did not know is stored by the one that knows it, and what nobody knows stays', () => {
  insert(storeOf(), started(1), { ...envelope(2), type: 'visitor.named' }, { ...started(3), kiosk: 'other' })
  // As an older program left them that knew no visits: one alone, one that has come again since, one that was cut.
  const db = new DatabaseSync(storeFile(dataDir))
  const put = db.prepare('INSERT INTO set_aside VALUES (?, ?, ?, ?, ?)')
  const reason = 'does not fit: ✖ Invalid input'
  const rows = [begun(7), started(1)].map((event) => JSON.stringify(event))
  for (const [index, json] of [...rows, rows[0]?.slice(0, 40) ?? ''].entries()) {
    put.run(`digest ${index}`, 'hall', reason, 500, json)
  }
  db.close()

  const store = storeOf()
  expect(store.state()).toEqual({ stored: 2, setAside: 3 })
  expect(store.events(0, 10).events.map(({ seq }) => seq)).toEqual([1, 7])
  expect(store.kiosks()).toMatchObject([{ stored: 2 }])
  expect(visits()).toHaveLength(1)
  expect(storeOf().state()).toEqual({ stored: 2, setAside: 3 })
})

test('of one kiosk so much is set aside; what is beyond is counted alone', () => {
  const store = storeOf()
  const bad = Array.from({ length: 10_002 }, (_, n) => ({ nonsense: n }))
  expect(insert(store, ...bad, bad[0]).state.setAside).toBe(10_002)
  store.insert([{ kiosk: 'other', events: [{ nonsense: 1 }] }], 1_000)
  expect(store.state().setAside).toBe(10_003)
  expect(storeOf().state().setAside).toBe(10_001)
})

test('a visit counts from its begin; the end may come before it', () => {
  const store = storeOf()
  insert(store, ended(2))
  expect(visits()).toEqual([])
  insert(store, begun(1))
  const row = { exhibit: 'ohms-law', begun: Date.parse('2026-11-23T12:00:00.000Z'), staffed: false }
  expect(visits()).toEqual([{ ...row, how: 'left', dwell: 12.5 }])
})

test('a visit that goes on has no end', () => {
  insert(storeOf(), begun(1))
  expect(visits()).toMatchObject([{ how: null, dwell: null }])
})

test('pages follow the order of commit, and the cursor stays where nothing is new', () => {
  const store = storeOf()
  insert(store, started(2), started(1), started(3))
  const first = store.events(0, 2)
  expect(first.events.map(({ seq }) => seq)).toEqual([2, 1])
  const second = store.events(first.next, 2)
  expect(second.events.map(({ seq }) => seq)).toEqual([3])
  expect(store.events(second.next, 2)).toEqual({ events: [], next: second.next })
})

test('what is known of kiosks and counts outlives a restart', () => {
  insert(storeOf(), started(1), started(2), { bad: true })
  const again = storeOf()
  expect(again.kiosks()).toEqual([{ kiosk: 'hall', stored: 2, lastSeen: 1_000 }])
  expect(again.state()).toEqual({ stored: 2, setAside: 1 })
})

test('a full disk takes a group whole or not at all', () => {
  const store = storeOf(30)
  let seq = 0
  const group = () => Array.from({ length: 20 }, () => started(++seq))
  expect(() => {
    for (;;) insert(store, ...group())
  }).toThrow(/full/)
  expect(store.state().stored % 20).toBe(0)
  expect(store.events(0, 100_000).events).toHaveLength(store.state().stored)
})

test('the store answers from its worker, and stop leaves none', async () => {
  const store = createStore({ dataDir, logger: quiet })
  await expect(store.kiosks()).rejects.toThrow(/not started/)
  await store.start()
  await store.insert([{ kiosk: 'hall', events: [started(1)] }])
  await store.setAside('hall', 'is no batch of events', 'x')
  await store.seen('other')
  expect(store.state()).toEqual({ stored: 1, setAside: 1 })
  expect((await store.kiosks()).map(({ kiosk }) => kiosk)).toEqual(['hall', 'other'])
  expect((await store.events(0, 10)).events).toHaveLength(1)
  await store.stop()
  expect(process.getActiveResourcesInfo()).not.toContain('MessagePort')
})

test('a store that cannot be read is set aside and said', async () => {
  writeFileSync(storeFile(dataDir), 'nothing that SQLite knows'.repeat(500))
  const told: object[] = []
  const store = createStore({ dataDir, logger: { ...quiet, error: (fields) => told.push(fields) } })
  await store.start()
  expect(store.state().broken).toMatch(/store\.sqlite\.broken-/)
  expect(told).toEqual([{ file: store.state().broken }])
  await store.stop()
})
