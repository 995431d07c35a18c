import type { PlotPoint } from '@makerhall/kit'

/** The points that a visitor has measured on each resistor's line. Pure. */
export type Resistor = 'first' | 'second'
export type Trail = Readonly<Record<Resistor, readonly PlotPoint[]>>

export const emptyTrail: Trail = { first: [], second: [] }

/** One point for each tenth of a volt is as fine as an eye can tell. */
const grain = 0.1
/** A line is drawn when there are points in so many stretches of this width, in V. */
const stretch = 0.5
export const enough = 5

/**
 * The trail with one more point, or the same object where there is one already.
 * @param at by `performance.now()`
 */
export function measure(trail: Trail, on: Resistor, volts: number, milliamps: number, at: number): Trail {
  const place = Math.round(volts / grain)
  if (trail[on].some(({ x }) => Math.round(x / grain) === place)) return trail
  return { ...trail, [on]: [...trail[on], { x: volts, y: milliamps, at }] }
}

/** In how many stretches of voltage a line has points. */
export function stretches(points: readonly { x: number }[]): number {
  return new Set(points.map(({ x }) => Math.floor(x / stretch))).size
}

/** Which of the exhibit's stages a trail has reached. */
export function reached(trail: Trail): ('both-resistors' | 'five-points' | 'line')[] {
  const first = stretches(trail.first)
  const second = stretches(trail.second)
  return [
    ...(first > 0 && second > 0 ? (['both-resistors'] as const) : []),
    ...(first + second >= enough ? (['five-points'] as const) : []),
    ...(first >= enough && second >= enough ? (['line'] as const) : []),
  ]
}

/**
 * The voltage that a current measured now belongs to, null while it changes too fast: the filter behind the board's
 * PWM (10 kΩ, 2.2 µF) follows within 70 ms, so the voltage must have held for that long, and the current must have been
 * measured after it was set.
 * @param set the voltages that were set, oldest first; `at` in ms
 * @param measured when the current was measured, in ms
 */
export function steadyVolts(
  set: readonly { at: number; value: number }[],
  measured: number,
  now: number,
): number | null {
  const last = set.at(-1)
  if (!last || measured < last.at) return null
  const since = now - settling
  for (let n = set.length - 1; n >= 0; n--) {
    const sample = set[n]
    if (!sample) break
    if (Math.abs(sample.value - last.value) > unsteady) return null
    if (sample.at <= since) return last.value
  }
  return last.value
}
const settling = 160
const unsteady = 0.06
