import type { BoardKind, BoardState, BoardStatus } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'
import type { Listeners } from '../../shared/listeners.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { IoPlugin } from './io-plugin.ts'
import { noCounts } from './link.ts'
import { fullRange, Plan } from './plan.ts'
import type { Board, Boards, InputSetup, OutputSetup, Reading } from './types.ts'

type Note = Parameters<Parameters<Boards['onOutput']>[0]>[0]
export type BoardProblem = NonNullable<BoardStatus['problem']>

/** What all boards tell their listeners. */
export interface BoardEvents {
  status: Listeners<BoardStatus>
  reading: Listeners<Reading>
  output: Listeners<Note>
}

/** The wall clock in ms, as `Date.now`. */
export type Clock = () => number

/**
 * What every kind of board has in common: the plan of what it should be, the plugin that components are built on, and
 * the state that is told. The kinds add the connection.
 */
export abstract class BaseBoard implements Board {
  readonly id: string
  readonly kind: BoardKind
  readonly io: IoPlugin
  protected readonly plan = new Plan()
  protected readonly counters = noCounts()
  protected readonly events: BoardEvents
  protected readonly clock: Clock
  protected readonly logger: Logger
  protected identity: string | null = null
  protected firmware: string | null = null
  protected protocol: number | null = null
  protected port: string | null = null
  #state: BoardState = 'searching'
  #problem: BoardProblem | null
  #since: number

  constructor(
    id: string,
    kind: BoardKind,
    problem: BoardProblem,
    outside: { events: BoardEvents; clock: Clock; logger: Logger },
  ) {
    this.id = id
    this.kind = kind
    this.events = outside.events
    this.clock = outside.clock
    this.logger = outside.logger
    this.#problem = problem
    this.#since = this.clock()
    this.io = new IoPlugin({
      drive: (pin, output) => {
        if (!this.plan.outputs.has(pin)) this.output(pin, fullRange[output])
      },
      write: (pin, raw) => {
        if (!Number.isFinite(raw)) return
        const value = Math.max(0, Math.round(raw))
        this.plan.written.set(pin, value)
        this.send(pin, value)
      },
      report: (pin, input, pullup) => {
        if (this.plan.inputs.has(pin)) return
        this.input(
          pin,
          input === 'analog'
            ? { kind: 'analog', interval: 20, threshold: 1 }
            : { kind: 'digital', interval: 20, pullup },
        )
      },
    })
  }

  get state(): BoardState {
    return this.#state
  }

  status(): BoardStatus {
    const lastSeen = this.lastSeen()
    return {
      id: this.id,
      kind: this.kind,
      state: this.#state,
      identity: this.identity,
      firmware: this.firmware,
      protocol: this.protocol,
      port: this.port,
      since: new Date(this.#since).toISOString(),
      lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
      problem: this.#problem,
      counters: this.count(),
    }
  }

  input(pin: Pin, setup: InputSetup): void {
    this.plan.inputs.set(pin, setup)
    this.changed(pin)
  }

  output(pin: Pin, setup: OutputSetup): void {
    this.plan.outputs.set(pin, setup)
    this.changed(pin)
  }

  safe(): void {
    this.plan.written.clear()
    this.sendSafe()
  }

  /** Wall clock, ms. */
  protected abstract lastSeen(): number | null
  protected abstract count(): BoardStatus['counters']
  /** The plan for this pin changed. */
  protected abstract changed(pin: Pin): void
  protected abstract send(pin: Pin, raw: number): void
  protected abstract sendSafe(): void

  /** Tells everyone, if it is news. `ready` has no problem; every other state has one. */
  protected setState(state: BoardState, problem: BoardProblem | null): void {
    const isSame = state === this.#state && problem?.message === this.#problem?.message
    if (isSame) return
    if (state !== this.#state) this.#since = this.clock()
    this.#state = state
    this.#problem = problem
    this.logger.info({ board: this.id, state, port: this.port, problem: problem?.code }, `Board ${state}`)
    this.tell()
  }

  protected tell(): void {
    this.events.status.emit(this.status())
  }

  /** `at` is when it was measured: wall clock, ms. */
  protected deliver(pin: Pin, raw: number, at: number): void {
    const setup = this.plan.inputs.get(pin)
    if (!setup) return
    this.io.deliver(pin, setup.kind, raw)
    this.events.reading.emit({ board: this.id, pin, raw, at })
  }
}
