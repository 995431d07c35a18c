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

export interface Sample {
  /** When the scene heard of it, in ms. */
  heard: number
  value: number
}

/**
 * The voltage at the circuit at a moment: what was set, behind the filter that smooths the board's PWM (10 kΩ, 2.2 µF:
 * it follows with a time constant of 22 ms). Null soon after a jump: then a small slip in time is a large one in voltage.
 * @param set the voltages that were set, oldest first
 */
export function suppliedVolts(set: readonly Sample[], at: number): number | null {
  const known = set.filter(({ heard }) => heard <= at)
  const recent = known.filter(({ heard }) => at - heard < memory)
  const last = known.at(-1)
  if (!last) return null
  let volts = known[known.length - recent.length - 1]?.value ?? last.value
  if ([volts, ...recent.map(({ value }) => value)].some((value) => Math.abs(value - last.value) > jump))
    return null
  for (const [n, { heard, value }] of recent.entries()) {
    const until = recent[n + 1]?.heard ?? at
    volts = value + (volts - value) * Math.exp((heard - until) / timeConstant)
  }
  return volts
}
/** ms */
const timeConstant = 22
const memory = 12 * timeConstant
/** V: a hand that turns the whole dial in three seconds stays below it within that time. */
const jump = 0.45
