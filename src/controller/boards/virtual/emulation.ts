import type { EEPROMBackend } from 'avr8js'
import type { Mcu, PinHold, PinState } from '../../../shared/board.ts'
import type { Part } from '../../../shared/breadboard.ts'
import type { Pin } from '../../../shared/ids.ts'
import { createModel } from './breadboard.ts'
import { type Chip, chips } from './chips.ts'
import { Circuit, CYCLES_PER_SECOND } from './circuit.ts'
import { readAt } from './line.ts'
import { Machine, type ResetCause } from './machine.ts'
import { createRandom, hash } from './random.ts'

export interface EmulationOptions {
  readonly mcu: Mcu
  /** A whole image of the flash. */
  readonly flash: Uint8Array
  /** A whole image of the EEPROM. */
  readonly eeprom: Uint8Array
  readonly parts: readonly Part[]
  readonly seed: number
}

const FRAME_BITS = 10

/**
 * A whole board: the chip, its EEPROM, what stands on its pins, and the USB bridge's end of the serial line. It knows no
 * time but its own cycles and no input or output but calls.
 */
export class Emulation {
  readonly eeprom: Uint8Array
  readonly circuit: Circuit
  readonly #chip: Chip
  readonly #program: Uint16Array
  readonly #random
  #machine: Machine
  #powered = true
  #baudRate = 0
  readonly #incoming: number[] = []
  #arriving = false
  #arrived = 0
  #outgoing: number[] = []
  #eepromChanged = false

  constructor({ mcu, flash, eeprom, parts, seed }: EmulationOptions) {
    this.#chip = chips[mcu]
    this.#program = new Uint16Array(flash.slice().buffer)
    this.eeprom = eeprom.slice()
    this.#random = createRandom(hash(`${seed}:memory`))
    this.#machine = this.#born('power', null)
    this.circuit = new Circuit(createModel(parts, seed), this.#chip.pins.keys(), (pin) =>
      this.#machine.drive(pin),
    )
    this.#machine.connect(this.circuit)
  }

  get cycles(): number {
    return this.#machine.cpu.cycles
  }

  /** Whether nothing goes over the line and the CPU sleeps: more time would change nothing that someone waits for. */
  get quiet(): boolean {
    return (
      !this.#powered || (this.#incoming.length === 0 && this.#machine.usart.quiet && this.#machine.asleep)
    )
  }

  /** The cycle before which nothing can happen by itself. */
  get nextEvent(): number {
    if (!this.#powered) return Number.POSITIVE_INFINITY
    return this.#machine.asleep ? this.#machine.nextEvent : this.cycles
  }

  /** Runs until the cycle `until`, through resets by the watchdog. Without power time goes by and nothing happens. */
  run(until: number): void {
    if (!this.#powered) {
      this.#machine.cpu.cycles = Math.max(this.cycles, until)
      return
    }
    while (this.cycles < until) {
      this.#machine.run(until)
      if (this.#machine.bitten) this.reset('watchdog')
    }
  }

  reset(cause: ResetCause): void {
    this.#machine = this.#born(cause, this.#machine)
    this.#machine.connect(this.circuit)
    this.#arriving = false
    if (this.#incoming.length > 0) this.#arriveNext()
  }

  /** Without power the chip stands as after a reset: every pin an input. */
  power(on: boolean): void {
    this.#powered = on
    this.#incoming.length = 0
    this.reset('power')
  }

  /** Bits a second of the host's end of the line; 0 while no one has it open. */
  setBaudRate(baudRate: number): void {
    this.#baudRate = baudRate
    if (baudRate === 0) this.#incoming.length = 0
  }

  /** Bytes from the host, to go over the line one after the other. */
  feed(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#incoming.push(byte)
    if (!this.#arriving && this.#incoming.length > 0) this.#arriveNext()
  }

  /** Forgets what the host sent and the line has not carried yet. */
  flush(): void {
    this.#arrived += this.#incoming.length
    this.#incoming.length = 0
  }

  /** How many of the host's bytes have gone over the line (or were forgotten) since the last call. */
  takeArrived(): number {
    const count = this.#arrived
    this.#arrived = 0
    return count
  }

  get waiting(): number {
    return this.#incoming.length
  }

  /** What the board has sent since the last call. */
  takeOutgoing(): Uint8Array<ArrayBuffer> {
    const bytes = Uint8Array.from(this.#outgoing)
    this.#outgoing = []
    return bytes
  }

  /** Whether the EEPROM was written to since the last call. */
  takeEepromChanged(): boolean {
    const changed = this.#eepromChanged
    this.#eepromChanged = false
    return changed
  }

  read(pin: Pin): PinState {
    this.circuit.advance(this.cycles)
    return this.circuit.state(pin)
  }

  hold(pin: Pin, hold: PinHold): PinState {
    this.circuit.hold(pin, hold)
    return this.#moved(pin)
  }

  release(pin: Pin): PinState {
    this.circuit.release(pin)
    return this.#moved(pin)
  }

  #moved(pin: Pin): PinState {
    this.#machine.follow()
    this.#machine.touch()
    return this.circuit.state(pin)
  }

  #born(cause: ResetCause, before: Machine | null): Machine {
    return new Machine({
      chip: this.#chip,
      program: this.#program,
      eeprom: this.#memory(),
      cause,
      before,
      noise: this.#random,
      transmit: (byte) => {
        if (this.#baudRate === 0) return
        for (const frame of readAt(byte, this.#machine.usart.baudRate, this.#baudRate)) {
          this.#outgoing.push(frame.byte)
        }
      },
    })
  }

  #memory(): EEPROMBackend {
    const { eeprom } = this
    return {
      readMemory: (address) => eeprom[address % eeprom.length] ?? 0xff,
      writeMemory: (address, value) => {
        eeprom[address % eeprom.length] = value & (eeprom[address % eeprom.length] ?? 0xff)
        this.#eepromChanged = true
      },
      eraseMemory: (address) => {
        eeprom[address % eeprom.length] = 0xff
        this.#eepromChanged = true
      },
    }
  }

  #arriveNext(): void {
    this.#arriving = true
    const cycles = Math.round((CYCLES_PER_SECOND * FRAME_BITS) / Math.max(1, this.#baudRate))
    this.#machine.cpu.addClockEvent(this.#arrive, cycles)
  }

  readonly #arrive = (): void => {
    this.#arriving = false
    const byte = this.#incoming.shift()
    if (byte === undefined) return
    this.#arrived++
    for (const frame of readAt(byte, this.#baudRate, this.#machine.usart.baudRate)) {
      this.#machine.usart.receive(frame.byte, frame.framed)
    }
    if (this.#incoming.length > 0) this.#arriveNext()
  }
}
