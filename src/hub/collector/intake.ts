import type { Committed } from '../../shared/mqtt.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { Incoming, Store, Taken } from '../store/index.ts'
import { rangesOf } from './ranges.ts'

export interface IntakeOptions {
  store: Pick<Store, 'insert'>
  /** Tells a kiosk what is committed. `place` is what `add` was given. */
  answer: (place: Place, committed: Committed) => void
  logger: Logger
}

export interface Place {
  site: string
  kiosk: string
}

/** Events in memory, at most. What is beyond is left unanswered: the kiosk keeps it and sends it again. */
const queueLimit = 50_000
/** Events in one transaction. */
const groupLimit = 5_000

/** Batches on their way into the store: those of many kiosks that come while one transaction runs share the next. */
export class Intake {
  readonly #options: IntakeOptions
  #queue: { place: Place; events: unknown[] }[] = []
  #queued = 0
  #draining: Promise<void> | null = null
  #failing = false
  #turnedAway = 0

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  add(place: Place, events: unknown[]): void {
    if (this.#queued + events.length > queueLimit) {
      this.#turnedAway += events.length
      return
    }
    this.#queue.push({ place, events })
    this.#queued += events.length
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null
    })
  }

  /** All that was added is committed, or has failed. */
  async settled(): Promise<void> {
    while (this.#draining) await this.#draining
  }

  status(): { queued: number; storing: boolean; turnedAway: number } {
    return { queued: this.#queued, storing: !this.#failing, turnedAway: this.#turnedAway }
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#nextGroup()
      const done = await this.#insert(group)
      // One batch must not hold up those that came with it.
      if (!done && group.length > 1) for (const batch of group) await this.#insert([batch])
      for (const { events } of group) this.#queued -= events.length
    }
  }

  #nextGroup(): { place: Place; events: unknown[] }[] {
    let events = 0
    let count = 0
    for (const batch of this.#queue) {
      if (count > 0 && events + batch.events.length > groupLimit) break
      events += batch.events.length
      count += 1
    }
    return this.#queue.splice(0, count)
  }

  async #insert(group: { place: Place; events: unknown[] }[]): Promise<boolean> {
    const batches: Incoming[] = group.map(({ place, events }) => ({ kiosk: place.kiosk, events }))
    let taken: Taken[]
    try {
      taken = await this.#options.store.insert(batches)
    } catch (error) {
      if (!this.#failing) {
        this.#options.logger.error({ err: error }, 'The store takes nothing. The kiosks keep their events')
      }
      this.#failing = true
      return false
    }
    this.#failing = false
    for (const [index, { place }] of group.entries()) {
      const streams = rangesOf(taken[index]?.keys ?? [])
      if (Object.keys(streams).length > 0) this.#options.answer(place, { streams })
    }
    return true
  }
}
