import { target } from './physics.ts'

/** Bring the lamp to 10 mA and hold it there. Pure: times in ms come in. */
export interface Attempt {
  /** When the current came into the band, null while it is outside. */
  since: number | null
  /** 0 to 1: how long it has been held of what is asked. */
  held: number
  done: boolean
}

export const noAttempt: Attempt = { since: null, held: 0, done: false }

/** @param milliamps as measured; null while it cannot be trusted, which never wins */
export function attempt(before: Attempt, milliamps: number | null, now: number): Attempt {
  const inside = milliamps !== null && Math.abs(milliamps - target.milliamps) <= target.within
  if (!inside) {
    // Whoever has done it may leave the band; a new try begins when the lamp is far from it again.
    if (before.done && milliamps !== null && milliamps > target.milliamps - 2)
      return { ...before, since: null }
    return before === noAttempt || (before.since === null && before.held === 0 && !before.done)
      ? before
      : noAttempt
  }
  if (before.done) return before
  const since = before.since ?? now
  const held = Math.min(1, (now - since) / (target.holdSeconds * 1000))
  return { since, held, done: held >= 1 }
}
