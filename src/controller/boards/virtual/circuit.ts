import type { PinHold, PinState } from '../../../shared/board.ts'
import type { Pin } from '../../../shared/ids.ts'
import {
  atRest,
  type Drive,
  type Model,
  noiseAt,
  type Standing,
  SUPPLY_VOLTS,
  step,
  voltsAt,
} from './breadboard.ts'
import { gaussian } from './random.ts'

/** What the chip does to one of its pins. */
export interface PinDrive {
  readonly mode: PinState['mode']
  /** Of an output: 0 or 1, or between them for PWM. */
  readonly duty: number
}

export const CYCLES_PER_SECOND = 16_000_000

const OUTPUT_OHMS = 25
const PULLUP_OHMS = 35_000
/** Input thresholds at 5 V (data sheet, table 29-1): in between a pin stays what it was. */
const HIGH_VOLTS = 3
const LOW_VOLTS = 1.5
/** What the converter sees on a pin with nothing on it: a little charge and its noise, in volts. */
const FLOATING_VOLTS = 0.2
const FLOATING_NOISE = 0.005

/**
 * The breadboard joined to the pins. PWM counts as its mean voltage, a stated simplification: what stands on the board
 * sees neither edges nor ripple. Times are CPU cycles.
 */
export class Circuit {
  readonly #model: Model
  readonly #drive: (pin: Pin) => PinDrive
  readonly #pins: readonly Pin[]
  readonly #holds = new Map<Pin, number>()
  readonly #levels = new Map<Pin, 0 | 1>()
  #standing: Standing
  #changed = true
  #solvedAt = 0

  constructor(model: Model, pins: Iterable<Pin>, drive: (pin: Pin) => PinDrive) {
    this.#model = model
    this.#drive = drive
    this.#pins = [...pins]
    this.#standing = atRest(model)
  }

  /** Whether nothing moves by itself: no capacitor charges. */
  get settled(): boolean {
    return this.#standing.settled && !this.#changed
  }

  /** A pin, a hold or a part is not what it was. */
  change(): void {
    this.#changed = true
  }

  hold(pin: Pin, hold: PinHold): void {
    this.#holds.set(pin, 'volts' in hold ? hold.volts : hold.level * SUPPLY_VOLTS)
    this.#changed = true
  }

  release(pin: Pin): void {
    this.#holds.delete(pin)
    this.#changed = true
  }

  /** Solves up to `now`, if something changed or still settles. */
  advance(now: number): void {
    const moving = !this.#standing.settled
    if (!this.#changed && (!moving || now <= this.#solvedAt)) return
    // What was at rest until it changed has not moved in between.
    const seconds = moving ? (now - this.#solvedAt) / CYCLES_PER_SECOND : 0
    this.#standing = step(this.#model, this.#standing, this.#drives(), seconds)
    this.#solvedAt = now
    this.#changed = false
  }

  /** Volts between the pin and ground at the time of the last `advance`. */
  volts(pin: Pin): number {
    return this.#holds.get(pin) ?? voltsAt(this.#model, this.#standing, pin) ?? this.#unloaded(pin)
  }

  /** What the converter would take in: a held pin is exact, any other has its noise. */
  sample(pin: Pin): number {
    const held = this.#holds.get(pin)
    if (held !== undefined) return held
    const volts = voltsAt(this.#model, this.#standing, pin)
    if (volts !== null) return volts + noiseAt(this.#model, pin)
    const floating = this.#drive(pin).mode === 'input'
    return floating ? FLOATING_VOLTS + FLOATING_NOISE * gaussian(this.#model.random) : this.#unloaded(pin)
  }

  /** The level that a digital input reads. */
  level(pin: Pin): 0 | 1 {
    const volts = this.volts(pin)
    const before = this.#levels.get(pin) ?? 0
    const level = volts >= HIGH_VOLTS ? 1 : volts <= LOW_VOLTS ? 0 : before
    if (level !== before) this.#levels.set(pin, level)
    return level
  }

  state(pin: Pin): PinState {
    const { mode, duty } = this.#drive(pin)
    const volts = this.volts(pin)
    const driven = mode === 'output' || mode === 'pwm'
    return {
      pin,
      mode,
      level: driven ? (volts >= SUPPLY_VOLTS / 2 ? 1 : 0) : this.level(pin),
      volts,
      duty,
      held: this.#holds.has(pin),
    }
  }

  #unloaded(pin: Pin): number {
    const { mode, duty } = this.#drive(pin)
    if (mode === 'pullup') return SUPPLY_VOLTS
    return mode === 'input' ? 0 : duty * SUPPLY_VOLTS
  }

  #drives(): Map<string, Drive> {
    const drives = new Map<string, Drive>()
    for (const pin of this.#pins) {
      if (!this.#model.nets.has(pin)) continue
      const held = this.#holds.get(pin)
      if (held !== undefined) {
        drives.set(pin, { volts: held, ohms: 0 })
        continue
      }
      const { mode, duty } = this.#drive(pin)
      if (mode === 'pullup') drives.set(pin, { volts: SUPPLY_VOLTS, ohms: PULLUP_OHMS })
      else if (mode !== 'input') drives.set(pin, { volts: duty * SUPPLY_VOLTS, ohms: OUTPUT_OHMS })
    }
    return drives
  }
}
