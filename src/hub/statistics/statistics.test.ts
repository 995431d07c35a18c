import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Event } from '../../shared/event.ts'
import { VisitStatistics } from '../../shared/routes.ts'
import { createStore, type Store } from '../store/index.ts'
import { csvCell } from './csv.ts'
import { createStatistics, type Statistics } from './index.ts'
import { median } from './visits.ts'

const quiet = { info() {}, warn() {}, error() {} }
const kiosks = ['hall', 'lab', 'case']
const exhibits = ['ohms-law', 'pendulum', 'prism']
/** Around both clock changes of 2026 in Riga, a plain afternoon, and the turn of the year. */
const moments = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-11-23T12:00:00Z',
  '2026-12-31T22:00:00Z',
]

/** Reproducible randomness: mulberry32. */
function random(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
const next = random(20261123)
const pick = <Value>(values: readonly Value[]): Value => {
  const value = values[Math.floor(next() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

function generate(count: number): Event[] {
  const events: Event[] = []
  const seqs = new Map<string, number>()
  for (let n = 0; n < count; n++) {
    const kiosk = pick(kiosks)
    const stream = `c0c0c0c0-0000-4000-8000-00000000000${kiosks.indexOf(kiosk)}`
    const visit = `d0d0d0d0-0000-4000-8000-${String(n).padStart(12, '0')}`
    const begun = Date.parse(pick(moments)) + Math.round((next() - 0.5) * 6 * 3_600_000)
    const what = {
      visit,
      exhibit: pick(exhibits),
      package: '1.0.0',
      mode: 'explore',
      language: 'lv',
    } as const
    const put = (at: number) => {
      const seq = (seqs.get(kiosk) ?? 0) + 1
      seqs.set(kiosk, seq)
      return { v: 1, kiosk, stream, seq, at: new Date(at).toISOString(), mono: seq } as const
    }
    events.push({ ...put(begun), type: 'visit.begun', ...what, by: pick(['touch', 'hardware']) })
    if (next() < 0.1) continue
    const dwell = Math.round(next() * 3_000) / 10
    const how = pick(['completed', 'left', 'left', 'interrupted'] as const)
    events.push({ ...put(begun + dwell * 1_000), type: 'visit.ended', ...what, how, dwell, acts: 2 })
  }
  return events
}

/** Counts again, from the events and by another road. */
function recount(
  events: readonly Event[],
  from: string,
  to: string,
  by: 'hour' | 'day' | 'exhibit',
  zone: string,
) {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const keys = new Map<string, string>()
  for (const event of events) {
    if (event.type !== 'visit.begun') continue
    const instant = Date.parse(event.at)
    if (instant < Date.parse(from) || instant >= Date.parse(to)) continue
    const shown = wall.format(instant)
    const key = {
      hour: `${shown.replace(' ', 'T').slice(0, 14)}00`,
      day: shown.slice(0, 10),
      exhibit: event.exhibit,
    }
    keys.set(event.visit, key[by])
  }
  return [...new Set(keys.values())].sort().map((key) => {
    const dwells = events.flatMap((event) =>
      event.type === 'visit.ended' && event.how !== 'interrupted' && keys.get(event.visit) === key
        ? [event.dwell]
        : [],
    )
    dwells.sort((a, b) => a - b)
    const half = dwells.length / 2
    const middle = dwells.filter(
      (_, n) => n === Math.floor(half) || (Number.isInteger(half) && n === half - 1),
    )
    const sum = middle.reduce((total, dwell) => total + dwell, 0)
    const medianDwell = middle.length === 0 ? null : Math.round((sum / middle.length) * 1_000) / 1_000
    return { key, visits: [...keys.values()].filter((other) => other === key).length, medianDwell }
  })
}

const events = generate(400)
const all = { from: '2026-01-01T00:00:00Z', to: '2027-02-01T00:00:00Z', zone: 'Europe/Riga' } as const
let dataDir: string
let store: Store
let statistics: Statistics
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'makerhall-statistics-'))
  store = createStore({ dataDir, logger: quiet })
  await store.start()
  statistics = createStatistics({ dataDir, logger: quiet })
  await statistics.start()
  // In an order that no network would be ashamed of, with every third one twice.
  const shuffled = [...events, ...events.filter((_, n) => n % 3 === 0)].sort(() => next() - 0.5)
  for (const kiosk of kiosks) {
    const own = shuffled.filter((event) => event.kiosk === kiosk)
    for (let n = 0; n < own.length; n += 100) await store.insert([{ kiosk, events: own.slice(n, n + 100) }])
  }
})
afterAll(async () => {
  await statistics.stop()
  await store.stop()
  rmSync(dataDir, { recursive: true })
})

test.each(['hour', 'day', 'exhibit'] as const)(
  'visits by %s are what an independent count says',
  async (by) => {
    const counted = await statistics.visits({ ...all, by })
    expect(VisitStatistics.parse(counted)).toEqual({
      zone: 'Europe/Riga',
      rows: recount(events, all.from, all.to, by, all.zone),
    })
    expect(counted.rows.reduce((sum, { visits }) => sum + visits, 0)).toBe(400)
  },
)

test('another zone and a part of the time, `from` inside and `to` outside', async () => {
  const one = events.find(({ type }) => type === 'visit.begun')?.at ?? ''
  const zone = 'America/New_York'
  for (const [from, to] of [
    ['2026-10-25T00:30:00+03:00', '2026-11-23T14:07:00+02:00'],
    [one, '2027-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', one],
  ] as const) {
    const query = { from, to, by: 'hour', zone } as const
    expect((await statistics.visits(query)).rows).toEqual(recount(events, from, to, 'hour', zone))
  }
  expect((await statistics.visits({ from: one, to: one, by: 'day', zone })).rows).toEqual([])
})

test('the CSV has the same rows', async () => {
  const query = { ...all, by: 'day' } as const
  const { rows } = await statistics.visits(query)
  const lines = (await statistics.visitsCsv(query)).split('\r\n')
  expect(lines.shift()).toBe('key,visits,medianDwell')
  expect(lines.pop()).toBe('')
  expect(lines).toEqual(rows.map(({ key, visits, medianDwell }) => `${key},${visits},${medianDwell ?? ''}`))
})

test.each([
  ['=1+1', "'=1+1"],
  ['@x', "'@x"],
  ['-2', "'-2"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=a,"b"', `"'=a,""b"""`],
  ['two\r\nlines', '"two\r\nlines"'],
  ['Jānis', 'Jānis'],
  [-2, '-2'],
  [null, ''],
])('the cell %j becomes %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
})

test('a median of nothing is null, of an even number the mean of the middle two', () => {
  expect(median([])).toBeNull()
  expect(median([7])).toBe(7)
  expect(median([9, 1, 2])).toBe(2)
  expect(median([10, 1, 2, 4])).toBe(3)
})

test('a zone that does not exist is refused, and the worker lives on', async () => {
  await expect(statistics.visits({ ...all, by: 'hour', zone: 'Europe/Nowhere' })).rejects.toThrow()
  expect((await statistics.visits({ ...all, by: 'exhibit' })).rows).toHaveLength(3)
})
