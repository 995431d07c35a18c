/** Who is told of something. One listener's failure is written down and keeps nothing from the others. */
export class Listeners<T> {
  readonly #listeners = new Set<(event: T) => void>()
  readonly #logger: { error(fields: object, message: string): void }

  constructor(logger: { error(fields: object, message: string): void }) {
    this.#logger = logger
  }

  /** @returns what takes the listener away again. */
  add(listener: (event: T) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener failed')
      }
    }
  }
}
