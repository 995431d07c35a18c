import type { Committed } from '../../shared/mqtt.ts'
import type { Packed } from './outbox-file.ts'
import {
  answered,
  closedWindow,
  flown,
  flownAgain,
  hasRoom,
  nextDue,
  overdue,
  patience,
  restarted,
  type SendingWindow,
} from './window.ts'

export interface SenderOptions {
  /** Null where nothing is there; `unread` where the disk could not be read. */
  take: (after: number, through?: number) => Promise<Packed | null | 'unread'>
  remove: (streams: Committed['streams'], through: number) => Promise<void>
  publish: (payload: string) => void
  /** Milliseconds of a clock that nobody sets. */
  monotonic: () => number
}

/** Takes batches from the outbox, as the window allows, for as long as a connection is open. */
export class Sender {
  readonly #options: SenderOptions
  #window: SendingWindow = closedWindow
  #open = false
  /** Counts restarts, so that a batch that was asked for before one is not taken for a new one. */
  #generation = 0
  #pumping = false
  #again = false
  /** When the disk, which could not be read, is tried again. */
  #readAgain: number | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** The connection is open, or the hub has just come: everything that waits goes out. */
  open(): void {
    this.#open = true
    this.#restart(restarted(this.#window))
  }

  close(): void {
    this.#open = false
    this.#restart(restarted(this.#window))
  }

  /** The outbox is another file now, whose rows count from 1. */
  begunAfresh(): void {
    this.#restart(closedWindow)
  }

  /** There may be something new to send. */
  wake(): void {
    if (this.#pumping) {
      this.#again = true
      return
    }
    if (!this.#open) return
    this.#pumping = true
    void this.#pump().finally(() => {
      this.#pumping = false
      this.#setTimer()
      if (!this.#again) return
      this.#again = false
      this.wake()
    })
  }

  /** The hub's word. An empty one says that it has just come and knows of nothing that was sent before. */
  async committed(committed: Committed): Promise<void> {
    if (Object.keys(committed.streams).length === 0) {
      if (this.#open) this.open()
      return
    }
    const { sent } = this.#window
    this.#window = answered(this.#window, committed)
    await this.#options.remove(committed.streams, sent)
    this.wake()
  }

  #restart(window: SendingWindow): void {
    this.#generation += 1
    this.#window = window
    this.#setTimer()
    this.wake()
  }

  async #pump(): Promise<void> {
    const generation = this.#generation
    const { take, publish, monotonic } = this.#options
    const current = () => this.#open && generation === this.#generation
    this.#readAgain = null
    for (const flight of overdue(this.#window, monotonic())) {
      const packed = await take(flight.first - 1, flight.last)
      if (!current()) return
      // What could not be read may be there all the same: its flight stays, and falls due again.
      this.#window = flownAgain(this.#window, flight, packed === 'unread' ? flight : packed, monotonic())
      if (packed && packed !== 'unread') publish(packed.payload)
    }
    while (current() && hasRoom(this.#window)) {
      const packed = await take(this.#window.cursor)
      if (packed === 'unread') this.#readAgain = monotonic() + patience.first
      if (!packed || packed === 'unread' || !current()) return
      this.#window = flown(this.#window, packed, monotonic())
      publish(packed.payload)
    }
  }

  #setTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    const due = Math.min(nextDue(this.#window) ?? Infinity, this.#readAgain ?? Infinity)
    const wait = !this.#open || due === Infinity ? null : Math.max(10, due - this.#options.monotonic())
    this.#timer = wait === null ? null : setTimeout(() => this.wake(), wait)
  }
}
