import type { Pin } from '../../shared/ids.ts'
import { BoardTime } from './board-time.ts'
import { type Line, openLine, type PortAddress } from './line.ts'
import { type Down, type Effect, type Hello, Link } from './link.ts'
import type { Plan } from './plan.ts'

/** Why a session ended by itself: the port went away, or the link did. */
export type Ended = { why: Down | 'gone'; foreign?: { protocol: number; firmware: string } }

export interface SessionEvents {
  onHello(hello: Hello): void
  onReady(): void
  /** `age` is how long ago it was measured, in ms. */
  onReading(pin: Pin, raw: number, age: number): void
  onNote(pin: Pin | null, what: 'refused' | 'safe-state' | 'restored', why: string): void
  /** Once, and never after `close`. The port is closed already. */
  onEnded(ended: Ended): void
}

/** One open port with the link on it: the link's shell, with the clock, the timer and the bytes. */
export class Session {
  readonly link = new Link()
  /** When the last sound line came: monotonic, ms. */
  lastSeen: number | null = null
  readonly #events: SessionEvents
  readonly #time = new BoardTime()
  #opening: Promise<Line> | null = null
  #line: Line | null = null
  #timer: NodeJS.Timeout | null = null
  #ended = false

  constructor(events: SessionEvents) {
    this.#events = events
  }

  /** @throws the binding's error where the port cannot be opened */
  async open(address: PortAddress): Promise<void> {
    this.#opening = openLine(address, {
      onLine: (text) => {
        const { received } = this.link.counters
        const effects = this.link.receive(text, performance.now())
        if (this.link.counters.received > received) this.lastSeen = performance.now()
        this.#carryOut(effects)
      },
      onTooLong: () => this.link.tooLong(),
      onBytes: () => this.link.heard(),
      onGone: () => this.#end({ why: 'gone' }),
    })
    const line = await this.#opening
    this.#line = line
    if (this.#ended) await line.close()
    else this.#carryOut(this.link.open(performance.now()))
  }

  accept(plan: Plan): void {
    this.#carryOut(this.link.accept(plan, performance.now()))
  }

  identify(identity: string): void {
    this.#carryOut(this.link.identify(identity, performance.now()))
  }

  changed(pin: Pin): void {
    this.#carryOut(this.link.changed(pin, performance.now()))
  }

  write(pin: Pin, raw: number): void {
    this.#carryOut(this.link.write(pin, raw, performance.now()))
  }

  safe(): void {
    this.#carryOut(this.link.safe(performance.now()))
  }

  /** Ends it from our side; the board's actuators go to their safe states at once. */
  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#stopTimer()
    // A port that is still being opened is closed as soon as it is open.
    const line = await this.#opening?.catch(() => null)
    await line?.close(this.link.farewell() ?? undefined)
  }

  #carryOut(effects: Effect[]): void {
    for (const effect of effects) {
      if (this.#ended) return
      switch (effect.do) {
        case 'send':
          this.#line?.write(effect.text)
          break
        case 'started':
          this.#time.reset()
          break
        case 'time':
          this.#time.age(effect.micros, performance.now())
          break
        case 'hello':
          this.#events.onHello(effect.hello)
          break
        case 'ready':
          this.#events.onReady()
          break
        case 'reading':
          this.#events.onReading(effect.pin, effect.raw, this.#time.age(effect.micros, performance.now()))
          break
        case 'note':
          this.#events.onNote(effect.pin, effect.what, effect.why)
          break
        case 'down':
          this.#end({ why: effect.why, foreign: effect.foreign })
          break
      }
    }
    this.#schedule()
  }

  #schedule(): void {
    this.#stopTimer()
    const deadline = this.#ended ? null : this.link.deadline()
    if (deadline === null) return
    const wait = Math.max(0, deadline - performance.now())
    // A timer may fire a fraction of a millisecond early.
    this.#timer = setTimeout(() => this.#carryOut(this.link.tick(performance.now() + 1)), wait)
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #end(ended: Ended): void {
    if (this.#ended) return
    this.#ended = true
    this.#stopTimer()
    void this.#line?.close()
    this.#events.onEnded(ended)
  }
}
