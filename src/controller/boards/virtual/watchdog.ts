import type { CPU } from 'avr8js'
import { clearBits, peek } from './registers.ts'

const MCUSR = 0x54
const WDTCSR = 0x60

const WDRF = 0x08
const WDIF = 0x80
const WDIE = 0x40
const WDP3 = 0x20
const WDCE = 0x10
const WDE = 0x08
const WDP = WDP3 | 0x07

/** The 128 kHz oscillator in CPU cycles at 16 MHz. */
const CYCLES_PER_TICK = 125
const CHANGE_WINDOW = 4

/**
 * The watchdog in its interrupt, reset, and interrupt-then-reset modes. avr8js's own resets the CPU but neither its
 * peripherals nor its pins, and does not fire a second time; this one hands the reset to whoever owns the whole chip.
 */
export class Watchdog {
  readonly #cpu: CPU
  readonly #reset: () => void
  readonly #interrupt
  #changeUntil = -1

  constructor(cpu: CPU, vector: number, reset: () => void) {
    this.#cpu = cpu
    this.#reset = reset
    this.#interrupt = {
      address: vector,
      flagRegister: WDTCSR,
      flagMask: WDIF,
      enableRegister: WDTCSR,
      enableMask: WDIE,
    }
    cpu.writeHooks[WDTCSR] = (value, old) => this.#control(value, old)
    cpu.onWatchdogReset = () => this.#restart()
    // WDRF forces the watchdog on, at its shortest time, until the program has cleared both.
    if (peek(cpu, MCUSR) & WDRF) {
      cpu.data[WDTCSR] = WDE
      this.#restart()
    }
  }

  #control(value: number, old: number): true {
    const { data } = this.#cpu
    const open = this.#cpu.cycles <= this.#changeUntil
    let next = (value & WDIE) | (value & WDIF ? 0 : old & WDIF)
    // Outside of the window the watchdog can be switched on, but neither off nor to another time.
    if (open) next |= value & (WDE | WDP)
    else next |= (old & (WDE | WDP)) | (value & WDE)
    if (peek(this.#cpu, MCUSR) & WDRF) next |= WDE
    if (value & WDCE && value & WDE) {
      this.#changeUntil = this.#cpu.cycles + CHANGE_WINDOW
      next |= WDCE
    }
    data[WDTCSR] = next
    this.#cpu.updateInterruptEnable(this.#interrupt, next)
    const changed = ((next ^ old) & (WDE | WDIE | WDP)) !== 0
    if (changed) this.#restart()
    return true
  }

  #restart(): void {
    this.#cpu.clearClockEvent(this.#timeout)
    this.#arm()
  }

  #arm(): void {
    const control = peek(this.#cpu, WDTCSR)
    if (!(control & (WDE | WDIE))) return
    const exponent = ((control & WDP3) >> 2) | (control & 0x07)
    this.#cpu.addClockEvent(this.#timeout, (2048 << Math.min(exponent, 9)) * CYCLES_PER_TICK)
  }

  readonly #timeout = (): void => {
    const control = peek(this.#cpu, WDTCSR)
    if (control & WDIE) {
      this.#cpu.setInterruptFlag(this.#interrupt)
      // In the combined mode the interrupt is the last warning: the next time is a reset.
      if (control & WDE) clearBits(this.#cpu, WDTCSR, WDIE)
      this.#arm()
    } else this.#reset()
  }
}
