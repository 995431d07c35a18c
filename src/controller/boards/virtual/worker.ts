import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { PinState } from '../../../shared/board.ts'
import { chips } from './chips.ts'
import { CYCLES_PER_SECOND } from './circuit.ts'
import { Emulation } from './emulation.ts'
import type { Answers, Birth, FromWorker, Request, ToWorker } from './messages.ts'

const CYCLES_PER_MS = CYCLES_PER_SECOND / 1000
/** What a board behind the wall clock still makes good; more is dropped, so that a slow machine does not spiral. */
const LARGEST_DEBT = 50 * CYCLES_PER_MS
/**
 * When the host sends, the board may run this far ahead of the wall clock until it has answered: timers of 1 ms would
 * otherwise round up each of its byte times. The wall clock then catches up, so that the mean speed stays real.
 */
const LARGEST_LEAD = 3 * CYCLES_PER_MS
const SLICE = CYCLES_PER_MS
const LEAD_SLICE = CYCLES_PER_MS / 10
/** How long one turn may keep messages waiting, in ms. */
const LONGEST_TURN = 4
/**
 * The board looks up every millisecond, and every second one while nothing goes over the line and the host has not been
 * heard of for a while: on an idle board a look costs more than what it then computes.
 */
const REST = 1
const IDLE_REST = 2
const IDLE_AFTER = 30
const LONGEST_REST = 10
/** The EEPROM is handed over this long after its last change, in ms. */
const EEPROM_PAUSE = 30

/** Runs one emulation at the pace of the wall clock and speaks for it to the main thread. */
class Worker {
  readonly #port: MessagePort
  readonly #emulation: Emulation
  readonly #pins
  readonly #drains: number[] = []
  #session = 0
  #origin = performance.now()
  #originCycles = 0
  #dropped = 0
  #eager = false
  #heardAt = 0
  #planned: NodeJS.Timeout | NodeJS.Immediate | null = null
  #eepromTimer: NodeJS.Timeout | null = null
  #watched: Map<string, PinState> | null = null
  #stopped = false

  constructor(port: MessagePort, birth: Birth) {
    this.#port = port
    this.#emulation = new Emulation(birth)
    this.#pins = [...chips[birth.mcu].pins.keys()]
  }

  start(): void {
    this.#port.on('message', (message: ToWorker) => this.#take(message))
    this.#post({ type: 'ready' })
    this.#turn()
  }

  #post(message: FromWorker): void {
    this.#port.postMessage(message)
  }

  #take(message: ToWorker): void {
    const emulation = this.#emulation
    switch (message.type) {
      case 'request':
        this.#answer(message.id, message.request)
        break
      case 'open':
        emulation.takeOutgoing()
        emulation.takeArrived()
        this.#session = message.session
        emulation.setBaudRate(message.baudRate)
        emulation.reset('external')
        break
      case 'baud':
        emulation.setBaudRate(message.baudRate)
        break
      case 'close':
        emulation.setBaudRate(0)
        break
      case 'reset':
        emulation.reset('external')
        break
      case 'bytes':
        emulation.feed(message.data)
        break
      case 'flush':
        emulation.flush()
        break
      case 'power':
        emulation.power(message.on)
        break
      case 'watch':
        this.#watched = message.on ? new Map() : null
        break
    }
    this.#hurry()
  }

  #answer(id: number, request: Request): void {
    const reply = <Type extends Request['type']>(_type: Type, answer: Answers[Type]) =>
      this.#post({ type: 'answer', id, answer })
    // The pins are asked about now, not about where the last turn ended.
    if (request.type === 'read' || request.type === 'hold' || request.type === 'release')
      this.#runUntil(this.#due())
    switch (request.type) {
      case 'read':
        reply('read', this.#emulation.read(request.pin))
        break
      case 'hold':
        reply('hold', this.#emulation.hold(request.pin, request.hold))
        break
      case 'release':
        reply('release', this.#emulation.release(request.pin))
        break
      case 'drain':
        this.#drains.push(id)
        break
      case 'load': {
        const { user, system } = process.threadCpuUsage()
        reply('load', {
          cpuSeconds: (user + system) / 1e6,
          boardSeconds: this.#emulation.cycles / CYCLES_PER_SECOND,
          droppedSeconds: this.#dropped / CYCLES_PER_SECOND,
        })
        break
      }
      case 'stop':
        this.#stop()
        reply('stop', this.#emulation.eeprom)
        this.#port.close()
        break
    }
  }

  #stop(): void {
    this.#stopped = true
    this.#cancel()
    if (this.#eepromTimer) clearTimeout(this.#eepromTimer)
  }

  /** The cycle that belongs to this moment. */
  #due(): number {
    const due = Math.floor(this.#originCycles + (performance.now() - this.#origin) * CYCLES_PER_MS)
    const debt = due - this.#emulation.cycles
    if (debt <= LARGEST_DEBT) return due
    const excess = debt - LARGEST_DEBT
    this.#originCycles -= excess
    this.#dropped += excess
    return due - excess
  }

  /** The host did something: run at once, after whatever else it has already sent. */
  #hurry(): void {
    this.#eager = true
    this.#heardAt = performance.now()
    if (this.#stopped) return
    this.#cancel()
    this.#planned = setImmediate(this.#turn)
  }

  #cancel(): void {
    if (this.#planned === null) return
    clearTimeout(this.#planned as NodeJS.Timeout)
    clearImmediate(this.#planned as NodeJS.Immediate)
    this.#planned = null
  }

  readonly #turn = (): void => {
    if (this.#stopped) return
    const due = this.#due()
    const reached = this.#runUntil(due)
    if (reached && this.#eager) this.#runAhead(due + LARGEST_LEAD)
    if (reached) this.#eager = false
    this.#report()
    this.#planned = reached ? setTimeout(this.#turn, this.#rest()) : setImmediate(this.#turn)
  }

  /** Runs to a cycle, or as far as one turn may go; says whether it got there. */
  #runUntil(until: number): boolean {
    const limit = performance.now() + LONGEST_TURN
    while (this.#emulation.cycles < until) {
      if (performance.now() > limit) return false
      this.#emulation.run(Math.min(until, this.#emulation.cycles + SLICE))
    }
    return true
  }

  /** Carries what the host has sent over the line, and what the board says to it back. */
  #runAhead(until: number): void {
    while (!this.#emulation.quiet && this.#emulation.cycles < until) {
      this.#emulation.run(Math.min(until, this.#emulation.cycles + LEAD_SLICE))
    }
  }

  /** Milliseconds until the wall clock reaches the next thing that happens. */
  #rest(): number {
    const next = Math.max(this.#emulation.nextEvent, this.#emulation.cycles)
    const ms = (next - this.#originCycles) / CYCLES_PER_MS - (performance.now() - this.#origin)
    const idle = this.#emulation.quiet && performance.now() > this.#heardAt + IDLE_AFTER
    const shortest = idle ? IDLE_REST : REST
    return Math.min(LONGEST_REST, Math.max(shortest, Math.ceil(ms)))
  }

  #report(): void {
    const emulation = this.#emulation
    const data = emulation.takeOutgoing()
    if (data.length > 0) this.#post({ type: 'bytes', session: this.#session, data })
    const count = emulation.takeArrived()
    if (count > 0) this.#post({ type: 'arrived', session: this.#session, count })
    if (emulation.waiting === 0) {
      for (const id of this.#drains.splice(0)) this.#post({ type: 'answer', id, answer: null })
    }
    if (emulation.takeEepromChanged() && !this.#eepromTimer) {
      this.#eepromTimer = setTimeout(() => {
        this.#eepromTimer = null
        this.#post({ type: 'eeprom', data: emulation.eeprom })
      }, EEPROM_PAUSE)
    }
    if (this.#watched) this.#reportPins(this.#watched)
  }

  #reportPins(known: Map<string, PinState>): void {
    const states: PinState[] = []
    for (const pin of this.#pins) {
      const state = this.#emulation.read(pin)
      const before = known.get(pin)
      if (before && samePin(before, state)) continue
      known.set(pin, state)
      states.push(state)
    }
    if (states.length > 0) this.#post({ type: 'pins', states })
  }
}

/** A voltage that a person would not see change is the same. */
function samePin(a: PinState, b: PinState): boolean {
  return (
    a.mode === b.mode &&
    a.level === b.level &&
    a.duty === b.duty &&
    a.held === b.held &&
    Math.abs(a.volts - b.volts) < 0.01
  )
}

if (parentPort) new Worker(parentPort, workerData as Birth).start()
