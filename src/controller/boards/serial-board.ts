import type { BoardState, BoardStatus } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { SiteBoard } from '../../shared/site.ts'
import { BaseBoard, type BoardEvents, type BoardProblem, type Clock } from './base-board.ts'
import type { Hello } from './link.ts'
import { gone, identifying, mute, notReady, searching } from './problems.ts'
import type { Ended, Session } from './session.ts'

export type SerialSiteBoard = Extract<SiteBoard, { kind: 'makerhall' | 'virtual' }>

/** A board with our firmware, real or virtual. The finder gives it a session when it is found, and takes it away. */
export class SerialBoard extends BaseBoard {
  readonly site: SerialSiteBoard
  #session: Session | null = null
  #lastSeen: number | null = null
  #wasReady = false
  readonly #early = new Map<Pin, { raw: number; at: number }>()

  constructor(site: SerialSiteBoard, outside: { events: BoardEvents; clock: Clock; logger: Logger }) {
    const port = site.kind === 'makerhall' ? site.port : undefined
    super(site.id, site.kind, searching(site.id, port, []), outside)
    this.site = site
  }

  get isConnected(): boolean {
    return this.#session !== null
  }

  /** What was known before anything was met. */
  remember(identity: string | null): void {
    this.identity = identity
  }

  /** The board is asked who it is. A board that was lost stays lost until it is ready. */
  asked(port: string): void {
    if (this.state === 'searching') this.setState('identifying', identifying(port))
  }

  attach(session: Session, hello: Hello, port: string): void {
    this.#session = session
    this.#early.clear()
    this.identity = hello.identity
    this.firmware = hello.firmware
    this.protocol = hello.protocol
    this.port = port
    session.accept(this.plan)
  }

  ready(): void {
    if (this.state === 'ready') return
    if (this.#wasReady) this.counters.reconnects += 1
    this.#wasReady = true
    this.setState('ready', null)
    for (const [pin, { raw, at }] of this.#early) this.deliver(pin, raw, at)
    this.#early.clear()
  }

  /** What comes before the board is ready waits until it is: a reading of a board that is away would mean nothing. */
  reading(pin: Pin, raw: number, age: number): void {
    const at = this.clock() - age
    if (this.state === 'ready') this.deliver(pin, raw, at)
    else this.#early.set(pin, { raw, at })
  }

  note(pin: Pin | null, what: 'refused' | 'safe-state' | 'restored', why: string): void {
    if (what !== 'restored') this.logger.warn({ board: this.id, pin, why }, `Board ${this.id}: ${what}`)
    this.events.output.emit({ board: this.id, pin, what })
  }

  /** The session that was attached ended by itself. */
  detach(ended: Ended): void {
    const port = this.port ?? ''
    this.#forgetSession()
    if (!this.#wasReady) this.fail(port, ended)
    else if (ended.why === 'gone') this.setState('lost', gone(port))
    else if (ended.why === 'mute' || ended.why === 'silent') this.setState('lost', mute(port))
    else this.fail(port, ended)
  }

  /** A session at this board's port ended before the board was known. */
  fail(port: string, ended: Ended): void {
    const { state, problem } = notReady(port, ended)
    this.trouble(state, problem)
  }

  /** A board that was ready stays `lost` until its port answers as something else. */
  trouble(state: BoardState, problem: BoardProblem): void {
    const isAway = state === 'searching' || state === 'silent'
    if (this.#wasReady && isAway) {
      if (this.state !== 'lost') this.setState('lost', problem)
    } else this.setState(state, problem)
  }

  /** Two boards claim to be this one: it is neither. */
  refuse(problem: BoardProblem): void {
    this.#forgetSession()
    this.#wasReady = false
    this.setState('searching', problem)
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#forgetSession()
    await session?.close()
  }

  /** What was counted while the board was not known yet, at its own port. */
  addCounts(counts: BoardStatus['counters']): void {
    addTo(this.counters, counts)
  }

  protected override lastSeen(): number | null {
    const seen = this.#session?.lastSeen
    return seen === null || seen === undefined ? this.#lastSeen : this.clock() - (performance.now() - seen)
  }

  protected override count(): BoardStatus['counters'] {
    const sum = { ...this.counters }
    if (this.#session) addTo(sum, this.#session.link.counters)
    return sum
  }

  protected override changed(pin: Pin): void {
    this.#session?.changed(pin)
  }

  protected override send(pin: Pin, raw: number): void {
    this.#session?.write(pin, raw)
  }

  protected override sendSafe(): void {
    this.#session?.safe()
  }

  #forgetSession(): void {
    if (!this.#session) return
    this.#lastSeen = this.lastSeen()
    addTo(this.counters, this.#session.link.counters)
    this.#session = null
    this.port = null
  }
}

function addTo(sum: BoardStatus['counters'], counts: BoardStatus['counters']): void {
  sum.received += counts.received
  sum.badChecksum += counts.badChecksum
  sum.malformed += counts.malformed
  sum.tooLong += counts.tooLong
  sum.lostReports += counts.lostReports
  sum.retries += counts.retries
  sum.refused += counts.refused
  sum.reconnects += counts.reconnects
}
