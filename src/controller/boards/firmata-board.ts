import { stat } from 'node:fs/promises'
import type { BindingInterface } from '@serialport/bindings-interface'
import type { Firmata } from 'firmata-io'
import type { BoardStatus } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { SiteBoard } from '../../shared/site.ts'
import { BaseBoard, type BoardEvents, type Clock } from './base-board.ts'
import { type FirmataEnded, FirmataLink } from './firmata-link.ts'
import { analogNumber } from './pins.ts'
import { cannotOpen, firmataNotReady, gone, identifying, mute, searching } from './problems.ts'
import type { InputSetup, OutputSetup } from './types.ts'

const LOOK_EVERY = 250
const FIRST_PAUSE = 50
const LONGEST_PAUSE = 5_000

/**
 * A board with StandardFirmata, known by its port. Limits, reporting thresholds and safe states are kept here, in
 * software: the firmware knows none of them, and has no heartbeat either, so its outputs stay as they are when the
 * controller dies or the cable is pulled.
 */
export class FirmataBoard extends BaseBoard {
  readonly #path: string
  readonly #binding: BindingInterface
  #link: FirmataLink | null = null
  #firmata: Firmata | null = null
  /** What was last reported of each input, to keep interval and threshold. */
  #reported = new Map<Pin, { raw: number; at: number }>()
  /** Readings that wait for their interval to be over. */
  #tooSoon = new Map<Pin, NodeJS.Timeout>()
  #wasReady = false
  #lastSeen: number | null = null
  #timer: NodeJS.Timeout | null = null
  #pause = FIRST_PAUSE
  #running = false
  #trying: Promise<void> | null = null

  constructor(
    site: Extract<SiteBoard, { kind: 'firmata' }>,
    binding: BindingInterface,
    outside: { events: BoardEvents; clock: Clock; logger: Logger },
  ) {
    super(site.id, 'firmata', searching(site.id, site.port, []), outside)
    this.#path = site.port
    this.#binding = binding
    this.identity = `firmata:${site.port}`
  }

  start(): void {
    this.#running = true
    this.#schedule(0)
  }

  async stop(): Promise<void> {
    this.#running = false
    if (this.#timer) clearTimeout(this.#timer)
    await this.#trying
    this.#writeSafe()
    this.#firmata = null
    this.#forgetReadings()
    await this.#link?.close()
    this.#link = null
  }

  lookAgain(): void {
    this.#pause = FIRST_PAUSE
    // A try that is under way would be doubled.
    if (this.#running && !this.#link && !this.#trying) this.#schedule(0)
  }

  protected override lastSeen(): number | null {
    const seen = this.#link?.lastSeen
    return seen === null || seen === undefined ? this.#lastSeen : this.clock() - (performance.now() - seen)
  }

  protected override count(): BoardStatus['counters'] {
    return { ...this.counters }
  }

  protected override changed(pin: Pin): void {
    if (this.#firmata) this.#setUp(this.#firmata, pin)
  }

  protected override send(pin: Pin, raw: number): void {
    const firmata = this.#firmata
    const setup = this.plan.outputs.get(pin)
    const number = firmata && numberOf(firmata, pin)
    if (!firmata || !setup || number === null) return
    // Its own limits are the only ones there are.
    this.#drive(firmata, number, setup, Math.min(Math.max(raw, setup.min), setup.max))
  }

  protected override sendSafe(): void {
    this.#writeSafe()
    if (this.#firmata) this.events.output.emit({ board: this.id, pin: null, what: 'safe-state' })
  }

  #writeSafe(): void {
    const firmata = this.#firmata
    if (!firmata) return
    for (const [pin, setup] of this.plan.outputs) {
      const number = numberOf(firmata, pin)
      if (number !== null) this.#drive(firmata, number, setup, setup.safe)
    }
  }

  #schedule(wait: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (!this.#running) return
    this.#timer = setTimeout(() => {
      this.#trying = this.#tryPort().finally(() => {
        this.#trying = null
      })
    }, wait)
  }

  async #tryPort(): Promise<void> {
    if (this.#path.startsWith('/') && !(await stat(this.#path).catch(() => null))) {
      this.#pause = FIRST_PAUSE
      if (!this.#wasReady) this.setState('searching', searching(this.id, this.#path, []))
      this.#schedule(LOOK_EVERY)
      return
    }
    const link = new FirmataLink({
      onReady: (firmata) => this.#onReady(firmata),
      onAnalog: (channel, counts) => this.#onReading(`A${channel}`, counts),
      onDigital: (number, level) => {
        const channel = this.#firmata?.analogPins.indexOf(number) ?? -1
        this.#onReading(channel >= 0 ? `A${channel}` : String(number), level)
      },
      onMessage: () => {
        this.counters.received += 1
      },
      onMalformed: () => {
        this.counters.malformed += 1
      },
      onTooLong: () => {
        this.counters.tooLong += 1
      },
      onEnded: (why) => this.#onEnded(why),
    })
    this.#link = link
    try {
      await link.open({ path: this.#path, binding: this.#binding })
      if (this.state === 'searching') this.setState('identifying', identifying(this.#path))
    } catch (error) {
      this.#link = null
      this.setState(this.#wasReady ? 'lost' : 'searching', cannotOpen(this.#path, error))
      this.#scheduleRetry()
    }
  }

  #scheduleRetry(): void {
    this.#schedule(this.#pause)
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }

  #onReady(firmata: Firmata): void {
    this.#firmata = firmata
    this.#forgetReadings()
    this.port = this.#path
    this.firmware = `${firmata.firmware.name ?? 'Firmata'} ${firmata.firmware.version?.major ?? 0}.${firmata.firmware.version?.minor ?? 0}`
    this.protocol = firmata.version.major ?? null
    for (const pin of new Set([...this.plan.outputs.keys(), ...this.plan.inputs.keys()]))
      this.#setUp(firmata, pin)
    this.#pause = FIRST_PAUSE
    const wasReady = this.#wasReady
    this.#wasReady = true
    if (this.state !== 'ready') {
      if (wasReady) this.counters.reconnects += 1
      this.setState('ready', null)
    }
    if (wasReady) this.events.output.emit({ board: this.id, pin: null, what: 'restored' })
  }

  #onEnded(why: FirmataEnded): void {
    this.#lastSeen = this.lastSeen()
    this.#link = null
    this.#firmata = null
    this.#forgetReadings()
    this.port = null
    if (!this.#wasReady) {
      const { state, problem } = firmataNotReady(this.#path, why)
      this.setState(state, problem)
    } else if (this.state === 'ready')
      this.setState('lost', why === 'gone' ? gone(this.#path) : mute(this.#path))
    else if (why === 'wrong-firmware')
      this.setState('wrong-firmware', firmataNotReady(this.#path, why).problem)
    this.#scheduleRetry()
  }

  #onReading(pin: Pin, raw: number): void {
    const setup = this.plan.inputs.get(pin)
    if (!setup) return
    const last = this.#reported.get(pin)
    const at = performance.now()
    const threshold = setup.kind === 'analog' ? setup.threshold : 1
    clearTimeout(this.#tooSoon.get(pin))
    if (last && Math.abs(raw - last.raw) < threshold) return
    const wait = last ? last.at + setup.interval - at : 0
    if (wait > 0) {
      // A level is told once, when it changes: one that comes too soon must not be forgotten.
      this.#tooSoon.set(
        pin,
        setTimeout(() => this.#onReading(pin, raw), wait),
      )
      return
    }
    this.#reported.set(pin, { raw, at })
    this.deliver(pin, raw, this.clock())
  }

  #forgetReadings(): void {
    for (const timer of this.#tooSoon.values()) clearTimeout(timer)
    this.#tooSoon.clear()
    this.#reported.clear()
  }

  #setUp(firmata: Firmata, pin: Pin): void {
    const number = numberOf(firmata, pin)
    const output = this.plan.outputs.get(pin)
    const input = this.plan.inputs.get(pin)
    const mode = output ? outputMode(firmata, output) : input ? inputMode(firmata, input) : null
    if (mode === null) return
    if (number === null || !firmata.pins[number]?.supportedModes.includes(mode)) {
      this.counters.refused += 1
      this.logger.warn({ board: this.id, pin }, `Board ${this.id}: its Firmata cannot do this on pin ${pin}`)
      this.events.output.emit({ board: this.id, pin, what: 'refused' })
      return
    }
    if (output) {
      if (output.kind === 'servo') firmata.servoConfig(number, output.min, output.max)
      else firmata.pinMode(number, mode)
      this.#drive(firmata, number, output, output.safe)
      const written = this.plan.written.get(pin)
      if (written !== undefined) this.send(pin, written)
    }
    if (input) this.#listen(firmata, pin, number, input)
  }

  #listen(firmata: Firmata, pin: Pin, number: number, setup: InputSetup): void {
    const channel = analogNumber(pin)
    if (setup.kind === 'analog' && channel !== null) {
      firmata.pinMode(channel, firmata.MODES.ANALOG)
      const intervals = [...this.plan.inputs.values()].map((each) => each.interval)
      // 10 ms is the least that StandardFirmata takes.
      firmata.setSamplingInterval(Math.max(10, Math.min(...intervals)))
      firmata.reportAnalogPin(channel, 1)
    } else {
      firmata.pinMode(number, inputMode(firmata, setup))
      firmata.reportDigitalPin(number, 1)
    }
  }

  #drive(firmata: Firmata, number: number, setup: OutputSetup, raw: number): void {
    if (setup.kind === 'pwm') firmata.pwmWrite(number, raw)
    else if (setup.kind === 'servo') firmata.servoWrite(number, raw)
    else firmata.digitalWrite(number, raw ? 1 : 0)
  }
}

/** Firmata's number of a pin as printed; null where this board has no such pin. */
function numberOf(firmata: Firmata, pin: Pin): number | null {
  const channel = analogNumber(pin)
  const number = channel === null ? Number(pin) : firmata.analogPins[channel]
  return number !== undefined && firmata.pins[number] ? number : null
}

const outputMode = ({ MODES }: Firmata, { kind }: OutputSetup) =>
  kind === 'pwm' ? MODES.PWM : kind === 'servo' ? MODES.SERVO : MODES.OUTPUT

const inputMode = ({ MODES }: Firmata, setup: InputSetup) =>
  setup.kind === 'analog' ? MODES.ANALOG : setup.pullup ? MODES.PULLUP : MODES.INPUT
