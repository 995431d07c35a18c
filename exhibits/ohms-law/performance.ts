/**
 * The attract loop as a score: a hand comes, turns the dial, the lamp answers, the hand goes. Pure: the time in the
 * loop in, where everything stands out. Its last moment is its first.
 */
export const loopSeconds = 8

export interface Moment {
  /** V. */
  volts: number
  /** 0: the hand is away; 1: it is at the dial. */
  hand: number
}

const dawn = { comes: 0.2, there: 1.1, turned: 3.6, back: 5, down: 6.7, leaves: 6.9, gone: 7.8 } as const
const most = 4.6

export function moment(seconds: number): Moment {
  const t = ((seconds % loopSeconds) + loopSeconds) % loopSeconds
  const hand = ease(dawn.comes, dawn.there, t) - ease(dawn.leaves, dawn.gone, t)
  const volts = most * (ease(dawn.there + 0.15, dawn.turned, t) - ease(dawn.back, dawn.down, t))
  return { volts, hand }
}

/** From 0 to 1 between two times, softly at both ends. */
function ease(from: number, to: number, t: number): number {
  const share = Math.min(1, Math.max(0, (t - from) / (to - from)))
  return share * share * (3 - 2 * share)
}
