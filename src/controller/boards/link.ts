import {
  type BoardLine,
  type Command,
  decodeLine,
  encodeCommand,
  heartbeatTimeout,
} from '../../../firmware-protocol/index.ts'
import type { LineCounters } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'
import { Plan, pinName, pinNumber } from './plan.ts'

export type Hello = Extract<BoardLine, { kind: 'hello' }>

/** A real Uno resets when its port is opened, and its bootloader eats what comes in the first one or two seconds. */
const ASK_EVERY = 250
const ASK_FOR = 3_000
/** A board that is up is asked again after a reset; it has no bootloader's pause then, or says hello by itself. */
const ASK_AGAIN_FOR = 2_500
/** A USB serial converter holds an answer back for up to 16 ms; a busy machine takes its share too. */
const ANSWER_WITHIN = 120
/** The EEPROM takes up to 0.3 s. */
const EEPROM_WITHIN = 700
const MOST_TRIES = 8
const BUSY_PAUSE = 60
const RESTORE_PAUSE = 5
/** Three beats fit into the time after which the board puts its actuators into their safe states. */
const BEAT_EVERY = heartbeatTimeout * 0.3

/**
 * Why a link ended. `silent` nothing came at all; `wrong-firmware` what came is not our protocol; `old-protocol` our
 * protocol in another version; `mute` it was up and answers no more; `eeprom` it cannot keep an identity.
 */
export type Down = 'silent' | 'wrong-firmware' | 'old-protocol' | 'mute' | 'eeprom'

export type Effect =
  | { do: 'send'; text: string }
  /** Someone has to say `accept`, `identify`, or to close the port. */
  | { do: 'hello'; hello: Hello }
  /** Everything is set up and every output stands where it stood. */
  | { do: 'ready' }
  | { do: 'reading'; pin: Pin; raw: number; micros: number }
  /** The board's clock, told with an answer. */
  | { do: 'time'; micros: number }
  /** The board started anew: its clock counts from 0 again. */
  | { do: 'started' }
  | { do: 'note'; pin: Pin | null; what: 'refused' | 'safe-state' | 'restored'; why: string }
  | { do: 'down'; why: Down; foreign?: { protocol: number; firmware: string } }

interface Flight {
  command: Command
  seq: number
  text: string
  sentAt: number
  tries: number
}

type Phase = 'asking' | 'waiting' | 'identifying' | 'setting-up' | 'up' | 'down'

export const noCounts = (): LineCounters => ({
  received: 0,
  badChecksum: 0,
  malformed: 0,
  tooLong: 0,
  lostReports: 0,
  retries: 0,
  refused: 0,
  reconnects: 0,
})

/**
 * The conversation with one board, from the first hello to the last beat, as a state machine: it has no clock, timer or
 * port. Each call gets the time (monotonic, ms) and answers with what is to be done; `deadline` tells when to call
 * `tick`. Commands go one at a time, and a repeat keeps its number, so that the board carries each out once.
 */
export class Link {
  readonly counters = noCounts()
  /** What the board should be; nothing until it is accepted. */
  #plan = new Plan()
  #phase: Phase = 'asking'
  #hello: Hello | null = null
  #seq = 0
  #askedAt = 0
  #askUntil = 0
  #heard = false
  #foreign: { protocol: number; firmware: string } | null = null
  #flight: Flight | null = null
  #commands: Command[] = []
  /** Only the newest value for each pin waits. */
  #writes = new Map<Pin, number>()
  /** How many answers are missing until the board is as it should be; null when it is. */
  #untilReady: number | null = null
  #restoring = false
  #sentAt = 0
  #pausedUntil = 0
  #reportSeq: number | null = null

  get isUp(): boolean {
    return this.#phase === 'up'
  }

  open(now: number): Effect[] {
    return this.#ask(now, ASK_FOR)
  }

  /** Bytes came that may or may not be lines: a board without our firmware is not silent. */
  heard(): void {
    this.#heard = true
  }

  tooLong(): void {
    this.counters.tooLong += 1
  }

  receive(text: string, now: number): Effect[] {
    if (this.#phase === 'down') return []
    const decoded = decodeLine(text)
    if (!decoded.ok) {
      const counter = { checksum: 'badChecksum', malformed: 'malformed', 'too-long': 'tooLong' } as const
      this.counters[counter[decoded.error]] += 1
      return []
    }
    this.counters.received += 1
    const { line } = decoded
    switch (line.kind) {
      case 'hello':
        return this.#onHello(line, now)
      case 'foreign-hello':
        this.#foreign = { protocol: line.protocol, firmware: line.firmware }
        // No newer one will come, so nobody has to wait for it.
        return this.#phase === 'asking' ? this.#down('old-protocol') : []
      case 'ack':
        return [{ do: 'time', micros: line.time }, ...this.#onAnswer(line.seq, null, now)]
      case 'refusal':
        return this.#onAnswer(line.seq, line.error, now)
      case 'report':
        return this.#onReport(line)
      case 'safe':
        return this.#onSafe(line.cause, now)
    }
  }

  /** Takes the board as it said hello, and makes it what the plan says. */
  accept(plan: Plan, now: number): Effect[] {
    if (!this.#hello || this.#phase === 'down') return []
    this.#plan = plan
    this.#phase = 'setting-up'
    this.#commands = this.#plan.setup(this.#hello.capabilities)
    this.#writes = new Map(this.#plan.written)
    this.#untilReady = this.#unanswered()
    if (this.#untilReady === 0) return [...this.#becomeReady(), ...this.#next(now)]
    return this.#next(now)
  }

  /** Gives a board with a blank EEPROM its identity; its hello comes again with it. */
  identify(identity: string, now: number): Effect[] {
    this.#phase = 'identifying'
    this.#commands = [{ command: 'identify', identity }]
    this.#writes.clear()
    return this.#next(now)
  }

  /** Something was added to the plan: it is told at once to a board that is there. */
  changed(pin: Pin, now: number): Effect[] {
    if (!this.#hello || (this.#phase !== 'up' && this.#phase !== 'setting-up')) return []
    const { capabilities } = this.#hello
    this.#commands.push(
      ...this.#plan.outputCommands(pin, capabilities),
      ...this.#plan.inputCommands(pin, capabilities),
    )
    const written = this.#plan.written.get(pin)
    if (written !== undefined) this.#writes.set(pin, written)
    if (this.#untilReady !== null) this.#untilReady = this.#unanswered()
    return this.#next(now)
  }

  write(pin: Pin, raw: number, now: number): Effect[] {
    if (this.#phase !== 'up' && this.#phase !== 'setting-up') return []
    this.#writes.set(pin, raw)
    return this.#next(now)
  }

  /** All actuators into their safe states, before anything that waits. */
  safe(now: number): Effect[] {
    if (this.#phase !== 'up' && this.#phase !== 'setting-up') return []
    this.#writes.clear()
    this.#commands.unshift({ command: 'safe' })
    // The answers to writes that are dropped will never come.
    if (this.#untilReady !== null) this.#untilReady = this.#unanswered()
    return this.#next(now)
  }

  /** A last word before the port is closed: safe states now, not only when the heartbeat is missed. */
  farewell(): string | null {
    if (this.#phase !== 'up' && this.#phase !== 'setting-up') return null
    this.#phase = 'down'
    return this.#encode({ command: 'safe' }).text
  }

  /** When `tick` is due; null: never. */
  deadline(): number | null {
    switch (this.#phase) {
      case 'down':
      case 'waiting':
        return null
      case 'asking':
        return Math.min(this.#askedAt + ASK_EVERY, this.#askUntil)
      default: {
        if (this.#flight) return this.#flight.sentAt + patience(this.#flight.command)
        if (this.#isIdle()) return this.#sentAt + BEAT_EVERY
        return this.#pausedUntil
      }
    }
  }

  tick(now: number): Effect[] {
    const due = this.deadline()
    if (due === null || now < due) return []
    if (this.#phase === 'asking') {
      if (now < this.#askUntil) return this.#sendHello(now)
      return this.#down(this.#hello ? 'mute' : this.#heard ? 'wrong-firmware' : 'silent')
    }
    if (!this.#flight) return this.#next(now)
    if (this.#flight.tries >= MOST_TRIES) return this.#down('mute')
    this.counters.retries += 1
    this.#flight.tries += 1
    this.#flight.sentAt = now
    this.#sentAt = now
    return [{ do: 'send', text: this.#flight.text }]
  }

  #ask(now: number, howLong: number): Effect[] {
    this.#phase = 'asking'
    this.#askUntil = now + howLong
    this.#flight = null
    this.#commands = []
    this.#writes.clear()
    return this.#sendHello(now)
  }

  #sendHello(now: number): Effect[] {
    this.#askedAt = now
    return [{ do: 'send', text: encodeCommand({ command: 'hello' }, 0, '') }]
  }

  #onHello(hello: Hello, now: number): Effect[] {
    const isNew = hello.nonce !== this.#hello?.nonce
    // A second answer to a question that was asked several times.
    if (!isNew && this.#phase !== 'asking') return []
    const wasUp = this.#phase === 'up' || (this.#hello !== null && this.#phase === 'asking')
    this.#phase = 'waiting'
    this.#hello = hello
    this.#seq = hello.seq
    this.#flight = null
    this.#commands = []
    this.#pausedUntil = now
    this.#restoring = wasUp
    if (isNew) this.#reportSeq = null
    const effects: Effect[] = isNew ? [{ do: 'started' }] : []
    if (wasUp) effects.push({ do: 'note', pin: null, what: 'safe-state', why: hello.cause })
    return [...effects, { do: 'hello', hello }]
  }

  #onAnswer(seq: number, error: string | null, now: number): Effect[] {
    const flight = this.#flight
    if (!flight || flight.seq !== seq) return []
    this.#flight = null
    if (error === 'stale' || error === 'old-sequence') return this.#ask(now, ASK_AGAIN_FOR)
    if (error === 'busy') {
      this.#commands.unshift(flight.command)
      this.#pausedUntil = now + BUSY_PAUSE
      return []
    }
    if (flight.command.command === 'identify') return this.#onIdentified(flight.command.identity, error)
    const effects: Effect[] = []
    if (error !== null) {
      this.counters.refused += 1
      const pin = 'pin' in flight.command && this.#hello ? flight.command.pin : null
      if (pin !== null && this.#hello)
        effects.push({
          do: 'note',
          pin: pinName(pin, this.#hello.capabilities),
          what: 'refused',
          why: `${flight.command.command}: ${error}`,
        })
    }
    if (this.#untilReady !== null && flight.command.command !== 'beat') {
      this.#untilReady -= 1
      if (this.#untilReady <= 0) effects.push(...this.#becomeReady())
    }
    return [...effects, ...this.#next(now)]
  }

  #onIdentified(identity: string, error: string | null): Effect[] {
    if (error !== null || !this.#hello) return this.#down('eeprom')
    this.#phase = 'waiting'
    this.#hello = { ...this.#hello, identity }
    return [{ do: 'hello', hello: this.#hello }]
  }

  #becomeReady(): Effect[] {
    this.#phase = 'up'
    this.#untilReady = null
    const restored: Effect[] = this.#restoring
      ? [{ do: 'note', pin: null, what: 'restored', why: 'the board is set up again' }]
      : []
    this.#restoring = false
    return [{ do: 'ready' }, ...restored]
  }

  #onReport({ seq, time, values }: Extract<BoardLine, { kind: 'report' }>): Effect[] {
    if (!this.#hello) return []
    const { capabilities } = this.#hello
    if (this.#reportSeq !== null)
      this.counters.lostReports += (seq - this.#reportSeq - 1 + 0x1_0000) % 0x1_0000
    this.#reportSeq = seq
    return values.flatMap(({ pin: number, value }): Effect[] => {
      const pin = pinName(number, capabilities)
      // What an earlier controller asked for is nobody's now.
      return this.#plan.inputs.has(pin) ? [{ do: 'reading', pin, raw: value, micros: time }] : []
    })
  }

  /** The board did it by itself (a missed heartbeat): every output goes back to where it should be. */
  #onSafe(cause: string, now: number): Effect[] {
    const note: Effect = { do: 'note', pin: null, what: 'safe-state', why: cause }
    if (!this.#hello) return []
    if (cause === 'command') return [note]
    if (this.#phase !== 'up') {
      // Said with the hello of a restart: the setting up that follows brings everything back.
      this.#restoring = true
      return [note]
    }
    this.#writes = new Map([...this.#plan.written, ...this.#writes])
    this.#restoring = true
    this.#untilReady = this.#unanswered()
    if (this.#untilReady === 0) {
      this.#untilReady = null
      this.#restoring = false
      return [note, { do: 'note', pin: null, what: 'restored', why: 'nothing was driven' }]
    }
    // Whoever hears of it may want another value than the last one: a slewed actuator starts again from safe.
    this.#pausedUntil = now + RESTORE_PAUSE
    return [note]
  }

  /** How many answers are to come until all that is under way or waits is done. A beat changes nothing. */
  #unanswered(): number {
    const underWay = this.#flight && this.#flight.command.command !== 'beat' ? 1 : 0
    return this.#commands.length + this.#writes.size + underWay
  }

  #isIdle(): boolean {
    return this.#commands.length === 0 && this.#writes.size === 0
  }

  /** The next thing to say, if nothing is under way. */
  #next(now: number): Effect[] {
    if (this.#flight || !this.#hello || now < this.#pausedUntil) return []
    const command = this.#take()
    if (command) return this.#launch(command, now)
    const beats = this.#phase === 'up' || this.#phase === 'setting-up'
    return beats && now >= this.#sentAt + BEAT_EVERY ? this.#launch({ command: 'beat' }, now) : []
  }

  #take(): Command | null {
    const command = this.#commands.shift()
    if (command) return command
    const [first] = this.#writes
    if (!first || !this.#hello) return null
    const [pin, value] = first
    this.#writes.delete(pin)
    return { command: 'write', pin: pinNumber(pin, this.#hello.capabilities), value }
  }

  #launch(command: Command, now: number): Effect[] {
    const { seq, text } = this.#encode(command)
    this.#flight = { command, seq, text, sentAt: now, tries: 1 }
    this.#sentAt = now
    return [{ do: 'send', text }]
  }

  #encode(command: Command): { seq: number; text: string } {
    this.#seq = (this.#seq + 1) % 0x1_0000
    return { seq: this.#seq, text: encodeCommand(command, this.#seq, this.#hello?.nonce ?? '') }
  }

  #down(why: Down): Effect[] {
    this.#phase = 'down'
    return [{ do: 'down', why, ...(this.#foreign ? { foreign: this.#foreign } : {}) }]
  }
}

const patience = (command: Command) => (command.command === 'identify' ? EEPROM_WITHIN : ANSWER_WITHIN)
