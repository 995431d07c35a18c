import { EventEmitter } from 'node:events'
import type { Pin } from '../../shared/ids.ts'
import { canDo, pinsFor } from './pins.ts'

/** What a plugin drives: one board's pins, whether it is there or not. */
export interface PinDriver {
  /** Declares what an output is, unless that was said before, with no other limits than the hardware's. */
  drive(pin: Pin, kind: 'pwm' | 'digital' | 'servo'): void
  write(pin: Pin, raw: number): void
  /** Has the pin reported, unless that was said before. */
  report(pin: Pin, kind: 'analog' | 'digital', pullup: boolean): void
}

const MODES = { INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3, SERVO: 4, PULLUP: 11 } as const

interface IoPin {
  /** As printed: `9` or `A0`. */
  id: Pin
  supportedModes: number[]
  mode: number | null
  value: number | null
  report: number
  analogChannel: number
}

const NOT_ANALOG = 127
const DIGITAL_PINS = 54
const ANALOG_PINS = 16

/**
 * What Johnny-Five asks of an IO plugin (https://github.com/rwaldron/io-plugins). It is ready from the start and
 * outlives every connection: components are built on it once, whatever becomes of the board. Its pins are those of the
 * largest board; what the real one cannot do, the site's check or the board itself refuses.
 *
 * Emits `connect` and `ready` once, on the next tick.
 */
export class IoPlugin extends EventEmitter {
  readonly name = 'Makerhall'
  readonly MODES = MODES
  readonly HIGH = 1
  readonly LOW = 0
  readonly RESOLUTION = { ADC: 1023, DAC: null, PWM: 255 }
  readonly pins: IoPin[]
  readonly analogPins: number[]
  isReady = false
  readonly #driver: PinDriver

  constructor(driver: PinDriver) {
    super()
    // One listener for each component that reads, and a board can have seventy pins.
    this.setMaxListeners(0)
    this.#driver = driver
    this.pins = [
      ...Array.from({ length: DIGITAL_PINS }, (_, n) => makePin(String(n), NOT_ANALOG)),
      ...Array.from({ length: ANALOG_PINS }, (_, n) => makePin(`A${n}`, n)),
    ]
    this.analogPins = Array.from({ length: ANALOG_PINS }, (_, n) => DIGITAL_PINS + n)
    process.nextTick(() => {
      this.emit('connect')
      this.isReady = true
      this.emit('ready')
    })
  }

  /** Johnny-Five's hook: 9, '9' and 'A0' all name a pin as printed. */
  normalize(pin: number | string): Pin {
    if (typeof pin === 'number' && pin >= DIGITAL_PINS) return `A${pin - DIGITAL_PINS}`
    return String(pin)
  }

  pinMode(name: number | string, mode: number): void {
    const pin = this.#pin(name)
    if (pin.mode === mode) return
    pin.mode = mode
    if (mode === MODES.OUTPUT) this.#driver.drive(pin.id, 'digital')
    else if (mode === MODES.PWM) this.#driver.drive(pin.id, 'pwm')
    else if (mode === MODES.SERVO) this.#driver.drive(pin.id, 'servo')
  }

  digitalWrite(name: number | string, level: number): void {
    const pin = this.#pin(name)
    // Arduino's habit, which Johnny-Five's Button relies on: writing to an input wires its pull-up.
    if (pin.mode === MODES.INPUT || pin.mode === MODES.PULLUP) pin.mode = level ? MODES.PULLUP : MODES.INPUT
    else this.#write(name, MODES.OUTPUT, level ? 1 : 0)
  }

  /** Duty 0 to 255. */
  pwmWrite(name: number | string, duty: number): void {
    this.#write(name, MODES.PWM, duty)
  }

  analogWrite(name: number | string, duty: number): void {
    this.pwmWrite(name, duty)
  }

  /** The board keeps its own limits, so there is nothing to send. */
  servoConfig(name: number | string): void {
    this.pinMode(name, MODES.SERVO)
  }

  /** The pulse in µs; below 544 it is an angle in degrees, as with Arduino's Servo library. */
  servoWrite(name: number | string, value: number): void {
    const micros = value < 544 ? 544 + (value * (2400 - 544)) / 180 : value
    this.#write(name, MODES.SERVO, Math.round(micros))
  }

  digitalRead(name: number | string, callback: (level: number) => void): void {
    const pin = this.#pin(name)
    pin.report = 1
    this.#driver.report(pin.id, 'digital', pin.mode === MODES.PULLUP)
    this.on(`digital-read-${pin.id}`, callback)
  }

  analogRead(name: number | string, callback: (counts: number) => void): void {
    // Arduino's habit: a bare 0 means A0 here.
    const pin = this.#pin(typeof name === 'number' && name < ANALOG_PINS ? `A${name}` : name)
    pin.report = 1
    this.#driver.report(pin.id, 'analog', false)
    this.on(`analog-read-${pin.id}`, callback)
  }

  queryPinState(name: number | string, callback: (pin: IoPin) => void): void {
    const pin = this.#pin(name)
    process.nextTick(() => callback(pin))
  }

  /** A reading came from the board: for components that listen here. */
  deliver(id: Pin, kind: 'analog' | 'digital', raw: number): void {
    this.#pin(id).value = raw
    this.emit(`${kind}-read-${id}`, raw)
  }

  #write(name: number | string, mode: number, raw: number): void {
    const pin = this.#pin(name)
    if (!pin.supportedModes.includes(mode)) return
    this.pinMode(pin.id, mode)
    pin.value = raw
    this.#driver.write(pin.id, raw)
  }

  #pin(name: number | string): IoPin {
    const id = this.normalize(name)
    const pin = this.pins.find((candidate) => candidate.id === id)
    if (!pin) throw new RangeError(`There is no pin ${id}`)
    return pin
  }
}

function makePin(id: Pin, analogChannel: number): IoPin {
  const supportedModes: number[] = []
  if (canDo(id, 'digital-in', null)) supportedModes.push(MODES.INPUT, MODES.PULLUP, MODES.OUTPUT)
  if (analogChannel !== NOT_ANALOG) supportedModes.push(MODES.ANALOG)
  if (canDo(id, 'pwm-out', null)) supportedModes.push(MODES.PWM)
  if (pinsFor('servo-out', 'mega').includes(id)) supportedModes.push(MODES.SERVO)
  return { id, supportedModes, mode: null, value: null, report: 0, analogChannel }
}
