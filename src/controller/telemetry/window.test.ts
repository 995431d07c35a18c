import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  answered,
  closedWindow,
  flightsAtOnce,
  flown,
  flownAgain,
  hasRoom,
  nextDue,
  overdue,
  restarted,
} from './window.ts'

const one = 'a0a0a0a0-0000-4000-8000-000000000001'
const two = 'a0a0a0a0-0000-4000-8000-000000000002'
const batch = (first: number, last: number, stream = one) => ({
  first,
  last,
  spans: [{ stream, from: first, to: last }],
})

test('a window has room for four batches, and again when the hub has one', () => {
  let window = closedWindow
  for (let n = 0; n < flightsAtOnce; n++) {
    expect(hasRoom(window)).toBe(true)
    window = flown(window, batch(n * 10 + 1, n * 10 + 10), 0)
  }
  expect(hasRoom(window)).toBe(false)
  window = answered(window, { streams: { [one]: [[11, 20]] } })
  expect(hasRoom(window)).toBe(true)
  expect(window.flights.map(({ first }) => first)).toEqual([1, 21, 31])
})

test('a part of a batch keeps its flight open, and another stream does not close it', () => {
  const window = flown(closedWindow, batch(1, 10), 0)
  const part = answered(window, { streams: { [one]: [[3, 4]], [two]: [[1, 10]] } })
  expect(part.flights[0]?.spans).toEqual([
    { stream: one, from: 1, to: 2 },
    { stream: one, from: 5, to: 10 },
  ])
  const rest = {
    [one]: [
      [1, 2],
      [5, 10],
    ] as [number, number][],
  }
  expect(answered(part, { streams: rest }).flights).toEqual([])
})

test('an unanswered batch falls due later and later, at most a minute apart', () => {
  let window = flown(closedWindow, batch(1, 5), 1_000)
  expect(overdue(window, 5_999)).toEqual([])
  let now = 1_000
  const waits: number[] = []
  for (let n = 0; n < 6; n++) {
    const due = nextDue(window)
    if (due === null) throw new Error('nothing is due')
    waits.push(due - now)
    now = due
    for (const flight of overdue(window, now)) window = flownAgain(window, flight, batch(1, 5), now)
  }
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
})

test('a flight of which nothing is left in the outbox is closed', () => {
  const window = flown(closedWindow, batch(1, 5), 0)
  const [flight] = overdue(window, 5_000)
  if (!flight) throw new Error('nothing is due')
  expect(flownAgain(window, flight, null, 5_000).flights).toEqual([])
})

test('a new connection begins from the oldest, and remembers what was ever sent', () => {
  const window = restarted(flown(closedWindow, batch(1, 7), 0))
  expect(window).toEqual({ cursor: 0, sent: 7, flights: [] })
  expect(nextDue(window)).toBeNull()
})

test('whatever ranges are answered, exactly the keys in them are taken out', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 12 }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), (ranges) => {
      const named = ranges.map(([from, more]): [number, number] => [from, from + more])
      const window = answered(flown(closedWindow, batch(1, 40), 0), { streams: { [one]: named } })
      const left = window.flights.flatMap(({ spans }) =>
        spans.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n)),
      )
      const expected = Array.from({ length: 40 }, (_, n) => n + 1).filter(
        (seq) => !named.some(([from, to]) => from <= seq && seq <= to),
      )
      expect(left).toEqual(expected)
    }),
  )
})
