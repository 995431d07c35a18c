import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { Event } from '../../shared/event.ts'
import { type Entry, heldAtMost, OutboxFile, type OutboxFileOptions } from './outbox-file.ts'

const Batch = z.object({ events: z.array(Event) })

let folder: string
let file: string
const open: OutboxFile[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'makerhall-outbox-'))
  file = join(folder, 'outbox.sqlite')
})
afterEach(() => {
  for (const outbox of open.splice(0)) outbox.close()
  rmSync(folder, { recursive: true })
})

const outboxOf = (options: Partial<OutboxFileOptions> = {}) => {
  const outbox = new OutboxFile({ file, kiosk: 'hall', session: 'first', ...options })
  open.push(outbox)
  outbox.open()
  return outbox
}
let minute = 0
const entry = (n: number, visit?: string | null): Entry => ({
  n,
  at: new Date(Date.UTC(2026, 10, 23, 9, minute++)).toISOString(),
  mono: n,
  fact: { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' },
  ...(visit !== undefined && { visit }),
})
const eventsIn = (outbox: OutboxFile, after = 0) => {
  const packed = outbox.take(after, null, 1_000, 10_000_000)
  if (packed === 'unread') throw new Error('the outbox could not be read')
  return packed ? Batch.parse(JSON.parse(packed.payload)).events : []
}

test('facts are numbered from 1 in the order in which they are stored', () => {
  const outbox = outboxOf()
  outbox.write([entry(1), entry(2)])
  const state = outbox.write([entry(3)])
  const events = eventsIn(outbox)
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(new Set(events.map(({ stream }) => stream)).size).toBe(1)
  expect(state).toEqual({ taken: 3, waiting: 3, oldest: events[0]?.at, recording: true, lost: 0 })
})

test('each start begins a stream of its own and leaves what waits as it was', () => {
  outboxOf().write([entry(1)])
  const again = outboxOf({ session: 'second' })
  again.write([entry(1)])
  const events = eventsIn(again)
  expect(events.map(({ seq }) => seq)).toEqual([1, 1])
  expect(new Set(events.map(({ stream }) => stream)).size).toBe(2)
})

test('what waits goes out under the name that the kiosk has now, and else as it was', () => {
  const before = outboxOf()
  before.write([{ ...entry(1), mono: 412.5 }])
  const [event] = eventsIn(before)
  expect(eventsIn(outboxOf({ kiosk: 'foyer', session: 'second' }))).toEqual([{ ...event, kiosk: 'foyer' }])
})

test('the open visit is kept with the fact, alone, and taken away', () => {
  const outbox = outboxOf()
  outbox.write([entry(1, '{"a":1}')])
  expect(outboxOf().openVisit()).toBe('{"a":1}')
  outbox.write([{ n: 2, at: 'x', mono: 0, visit: '{"a":2}' }])
  expect(outboxOf().openVisit()).toBe('{"a":2}')
  outbox.write([entry(3)])
  expect(outboxOf().openVisit()).toBe('{"a":2}')
  outbox.write([entry(4, null)])
  expect(outboxOf().openVisit()).toBeNull()
})

test('batches keep to their limits, but always hold one event', () => {
  const outbox = outboxOf()
  outbox.write([entry(1), entry(2), entry(3)])
  const first = outbox.take(0, null, 2, 10_000)
  expect(first).toMatchObject({ first: 1, last: 2, spans: [{ from: 1, to: 2 }] })
  expect(outbox.take(2, null, 2, 10_000)).toMatchObject({ first: 3, last: 3 })
  expect(outbox.take(0, null, 2, 1)).toMatchObject({ first: 1, last: 1 })
  expect(outbox.take(0, 1, 100, 10_000)).toMatchObject({ last: 1 })
  expect(outbox.take(3, null, 2, 10_000)).toBeNull()
})

test('only what is named as committed, and was sent, is deleted', () => {
  const outbox = outboxOf()
  outbox.write([entry(1), entry(2), entry(3), entry(4)])
  const stream = eventsIn(outbox)[0]?.stream ?? ''
  expect(outbox.remove({ [stream]: [[2, 2]] }, 4).waiting).toBe(3)
  expect(eventsIn(outbox).map(({ seq }) => seq)).toEqual([1, 3, 4])
  // Nobody can have committed row 4: it was never sent.
  expect(outbox.remove({ [stream]: [[1, 4]] }, 3).waiting).toBe(1)
  expect(eventsIn(outbox).map(({ seq }) => seq)).toEqual([4])
  // Rows that are gone do not give their numbers away.
  outbox.remove({ [stream]: [[4, 4]] }, 4)
  outbox.write([entry(5)])
  expect(outbox.take(4, null, 10, 10_000)).toMatchObject({ first: 5, spans: [{ from: 5, to: 5 }] })
})

test('a full disk loses facts, counts them, burns no number and tells the gap when there is room again', () => {
  const outbox = outboxOf({ maxPages: 12 })
  let n = 0
  let state = outbox.state()
  while (state.recording) state = outbox.write([entry(++n)])
  const kept = n - 1
  const from = new Date(Date.UTC(2026, 10, 23, 9, minute - 1)).toISOString()
  outbox.write([entry(++n), entry(++n, '{"open":true}')])
  expect(outbox.state()).toMatchObject({ recording: false, lost: 3, waiting: kept, taken: n })
  expect(outbox.retry('2026-11-24T00:00:00.000Z', 5).recording).toBe(false)

  const stream = eventsIn(outbox)[0]?.stream ?? ''
  outbox.remove({ [stream]: [[1, kept - 2]] }, kept)
  const back = outbox.retry('2026-11-24T00:00:00.000Z', 6)
  expect(back).toMatchObject({ recording: true, lost: 0, waiting: 3 })
  outbox.write([entry(++n)])
  const events = eventsIn(outbox)
  expect(events.map(({ seq }) => seq)).toEqual([kept - 1, kept, kept + 1, kept + 2])
  expect(events[2]).toMatchObject({ type: 'recording.gap', lost: 3, from, at: '2026-11-24T00:00:00.000Z' })
  expect(outbox.openVisit()).toBe('{"open":true}')
})

test('what a full disk lost and a process that was killed could not tell, the next ones tell once there is room', () => {
  const killed = outboxOf({ maxPages: 12 })
  const gap = join(folder, 'gap')
  const place = statSync(gap)
  let n = 0
  while (killed.write([entry(++n)]).recording);
  const from = new Date(Date.UTC(2026, 10, 23, 9, minute - 1)).toISOString()
  for (let more = 0; more < 16; more++) killed.write([entry(++n)])
  expect(killed.state()).toMatchObject({ recording: false, lost: 17 })
  // Overwritten where it lay: that needs no room.
  expect(statSync(gap)).toMatchObject({ size: 256, blocks: place.blocks, ino: place.ino, mode: 0o100600 })

  const killedToo = outboxOf({ session: 'second', maxPages: 12 })
  expect(killedToo.state().lost).toBe(17)
  expect(killedToo.retry('2026-11-24T00:00:00.000Z', 1)).toMatchObject({ recording: false, lost: 17 })
  const last = entry(1)
  killedToo.write([last])

  const third = outboxOf({ session: 'third' })
  expect(third.retry('2026-11-24T00:00:00.000Z', 5)).toMatchObject({ recording: true, lost: 0 })
  expect(eventsIn(third).at(-1)).toMatchObject({ type: 'recording.gap', lost: 18, from, to: last.at, seq: 1 })
  expect(readFileSync(gap, 'utf8').trim()).toBe('')
  expect(outboxOf({ session: 'fourth' }).state().lost).toBe(0)
})

test('a gap that cannot be read is set aside, and keeps nothing from being recorded', () => {
  writeFileSync(join(folder, 'gap'), '{"lost":'.padEnd(256))
  const outbox = outboxOf()
  expect(outbox.write([entry(1)])).toMatchObject({ recording: true, lost: 0, waiting: 1 })
  expect(readdirSync(folder).filter((name) => name.startsWith('gap.broken-'))).toHaveLength(1)
  expect(statSync(join(folder, 'gap')).size).toBe(256)
})

test('what an error other than a full disk keeps from it is stored once that has passed', () => {
  // A folder in the file's place cannot be opened, as a file on a device that stalls cannot.
  mkdirSync(file)
  const outbox = outboxOf()
  const entries = [entry(1), entry(2, '{"open":true}')]
  expect(outbox.write(entries)).toMatchObject({ taken: 0, recording: false, lost: 0 })
  expect(outbox.retry('2026-11-24T00:00:00.000Z', 5)).toMatchObject({ taken: 0, recording: false, lost: 0 })
  rmdirSync(file)
  expect(outbox.write([...entries, entry(3)])).toMatchObject({
    taken: 3,
    waiting: 3,
    recording: true,
    lost: 0,
  })
  expect(eventsIn(outbox).map(({ seq, mono }) => [seq, mono])).toEqual([1, 2, 3].map((n) => [n, n]))
  expect(outbox.openVisit()).toBe('{"open":true}')
})

test('what is held for a disk that fails is bounded: the oldest is counted as lost, and told first', () => {
  mkdirSync(file)
  const outbox = outboxOf()
  const entries = Array.from({ length: heldAtMost + 2 }, (_, index) => entry(index + 1))
  expect(outbox.write(entries)).toMatchObject({ taken: 2, recording: false, lost: 2 })
  rmdirSync(file)
  const state = outbox.write(entries.slice(2))
  expect(state).toMatchObject({ taken: heldAtMost + 2, waiting: heldAtMost + 1, recording: true, lost: 0 })
  const [from, to] = entries.map(({ at }) => at)
  expect(eventsIn(outbox)[0]).toMatchObject({ type: 'recording.gap', lost: 2, from, to })
})

test('what was reported as failed and is on disk all the same is not stored again', () => {
  const outbox = outboxOf()
  const entries = [entry(1), entry(2)]
  outbox.write(entries)
  expect(outbox.write([...entries, entry(3)])).toMatchObject({ taken: 3, waiting: 3 })
})

test('a read that fails is no end of recording, and is told from there being nothing', () => {
  const outbox = outboxOf()
  outbox.write([entry(1)])
  outbox.close()
  renameSync(file, `${file}.away`)
  mkdirSync(file)
  expect(outbox.take(0, null, 1, 1)).toBe('unread')
  expect(outbox.openVisit()).toBeNull()
  expect(outbox.state().recording).toBe(true)
  rmdirSync(file)
  renameSync(`${file}.away`, file)
  expect(outbox.take(0, null, 1, 1)).toMatchObject({ first: 1 })
  expect(outbox.take(1, null, 1, 1)).toBeNull()
})

test('a file that is no database is set aside, and a fresh one begun', () => {
  writeFileSync(file, 'no database '.repeat(1_000))
  const outbox = outboxOf()
  expect(outbox.state()).toMatchObject({ recording: true, waiting: 0 })
  expect(outbox.state().setAside).toMatch(/outbox\.sqlite\.broken-\d{4}-/)
  outbox.write([entry(1)])
  expect(eventsIn(outbox).map(({ seq }) => seq)).toEqual([1])
  expect(readdirSync(folder).filter((name) => name.includes('broken'))).toHaveLength(1)
})

test('a file damaged in the middle is set aside at the next start', () => {
  const before = outboxOf()
  for (let n = 1; n < 200; n++) before.write([entry(n)])
  before.close()
  open.pop()
  const db = new DatabaseSync(file)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const size = Number(db.prepare('PRAGMA page_count').get()?.page_count) * 4096
  db.close()
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(size - 8192, 0x55), 0, null, 4096)
  closeSync(handle)
  expect(outboxOf().state()).toMatchObject({ recording: true, waiting: 0, setAside: expect.any(String) })
})

test('a newer program’s file is left alone', () => {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  expect(() => outboxOf()).toThrow(/version 99/)
  expect(readdirSync(folder).some((name) => name.includes('broken'))).toBe(false)
})

test('a worker that comes after another knows which entries that one has kept', () => {
  outboxOf().write([entry(1), entry(2)])
  expect(outboxOf().state().taken).toBe(2)
  expect(outboxOf({ session: 'another' }).state().taken).toBe(0)
})
