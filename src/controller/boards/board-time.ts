const WRAP = 2 ** 32

/**
 * Puts a board's own microseconds (32 bits, which wrap every 71.6 minutes) on the controller's monotonic clock.
 *
 * Each line that carries the board's time arrives later than it was sent, never earlier, so the smallest difference
 * seen is the best guess of the true one. A board's clock drifts (a ceramic resonator is allowed 0.5 %), so the guess is
 * let rise by as much until the next prompt line pulls it down again.
 */
export class BoardTime {
  /** 1 % of a second for each second: twice what the resonator's data sheet allows. */
  static readonly drift = 0.01

  #last: { raw: number; micros: number } | null = null
  #offset: { ms: number; seen: number } | null = null

  /**
   * The age, in ms and at least 0, of what the board measured at `micros`, in a line that arrived at `now`
   * (monotonic, ms).
   */
  age(micros: number, now: number): number {
    const boardMs = this.#unwrap(micros) / 1000
    const seen = now - boardMs
    const known = this.#offset
    const ms = known ? Math.min(seen, known.ms + BoardTime.drift * Math.max(0, now - known.seen)) : seen
    this.#offset = { ms, seen: now }
    return Math.max(0, now - (boardMs + ms))
  }

  /** Forgets everything: the board was reset and counts from 0 again. */
  reset(): void {
    this.#last = null
    this.#offset = null
  }

  #unwrap(raw: number): number {
    if (!this.#last) {
      this.#last = { raw, micros: raw }
      return raw
    }
    const forward = (raw - this.#last.raw + WRAP) % WRAP
    // More than half a turn forward is a step back: a line about something measured earlier.
    if (forward >= WRAP / 2) return this.#last.micros - (WRAP - forward)
    this.#last = { raw, micros: this.#last.micros + forward }
    return this.#last.micros
  }
}
