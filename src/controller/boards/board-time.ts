const WRAP = 2 ** 32

/**
 * Puts a board's own microseconds (32 bits, which wrap every 71.6 minutes) on the controller's monotonic clock.
 *
 * Each line that carries the board's time arrives later than it was sent, never earlier, so the smallest difference
 * seen lately is the best guess of the true one. A board's clock drifts (a ceramic resonator is allowed 0.5 %), so the
 * guess is let rise by as much until the next prompt line pulls it down again. A virtual board on a busy machine falls
 * back by more than that, so what was seen some seconds ago is forgotten.
 */
export class BoardTime {
  /** 1 % of a second for each second: twice what the resonator's data sheet allows. */
  static readonly drift = 0.01
  /** In ms: a board on a line that works is heard some ten times a second or more, so one span has prompt lines. */
  static readonly span = 2_000

  #last: { raw: number; micros: number } | null = null
  /** The smallest difference in this span and in the one before it, in ms. */
  #smallest = Number.POSITIVE_INFINITY
  #smallestBefore = Number.POSITIVE_INFINITY
  #spanBegan = Number.NEGATIVE_INFINITY
  #heardAt = 0

  /**
   * The age, in ms and at least 0, of what the board measured at `micros`, in a line that arrived at `now`
   * (monotonic, ms).
   */
  age(micros: number, now: number): number {
    const boardMs = this.#unwrap(micros) / 1000
    const seen = now - boardMs
    const rise = BoardTime.drift * Math.max(0, now - this.#heardAt)
    this.#heardAt = now
    this.#smallestBefore += rise
    this.#smallest += rise
    // One span at a time, however long nothing came: the first lines after a stall are late ones.
    if (now - this.#spanBegan >= BoardTime.span) {
      this.#smallestBefore = this.#smallest
      this.#smallest = Number.POSITIVE_INFINITY
      this.#spanBegan = now
    }
    this.#smallest = Math.min(this.#smallest, seen)
    return seen - Math.min(this.#smallest, this.#smallestBefore)
  }

  /** Forgets everything: the board was reset and counts from 0 again. */
  reset(): void {
    this.#last = null
    this.#smallest = Number.POSITIVE_INFINITY
    this.#smallestBefore = Number.POSITIVE_INFINITY
    this.#spanBegan = Number.NEGATIVE_INFINITY
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
