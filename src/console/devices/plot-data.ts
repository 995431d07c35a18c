import type { Reading } from '../live/recorder.ts'

/**
 * Readings as a plot takes them: seconds before `now` (negative), and values. A board reports changes only, so the
 * reading from before the window stands at its left end and the last one holds until now.
 */
export function plotData(
  readings: readonly Reading[],
  now: number,
  seconds: number,
): [number[], (number | null)[]] {
  const begin = now - seconds * 1000
  const first = Math.max(
    0,
    readings.findLastIndex((reading) => reading.at <= begin),
  )
  const x: number[] = []
  const y: (number | null)[] = []
  for (const { at, value } of readings.slice(first)) {
    x.push((Math.max(at, begin) - now) / 1000)
    y.push(value)
  }
  const last = y.at(-1)
  if (last !== undefined) {
    x.push(0)
    y.push(last)
  }
  return [x, y]
}

/** What held at each of the last `count` whole seconds, newest first. */
export function secondsTable(readings: readonly Reading[], now: number, count: number) {
  return Array.from({ length: count }, (_, ago) => ({
    ago,
    value: readings.findLast((reading) => reading.at <= now - ago * 1000)?.value ?? null,
  }))
}
