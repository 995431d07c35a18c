import type { Logger } from './logger.ts'

/** Listeners of one kind. One that throws is told to the log and does not stop the others. */
export class Listeners<Args extends unknown[]> {
  readonly #listeners = new Set<(...args: Args) => void>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Returns what takes the listener away again. */
  add(listener: (...args: Args) => void): () => void {
    // A wrapper of its own, so that the same function added twice is also taken away twice.
    const entry = (...args: Args) => listener(...args)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  emit(...args: Args): void {
    for (const listener of this.#listeners)
      try {
        listener(...args)
      } catch (error) {
        this.#logger.warn({ error }, 'A listener failed')
      }
  }
}
