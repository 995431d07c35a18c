import type { CPU } from 'avr8js'
import type { Pin } from '../../../shared/ids.ts'
import { peek } from './registers.ts'
import { type Waveform, waveform } from './waveforms.ts'

export interface TimerConfig {
  readonly bits: 8 | 16
  /** CPU cycles a count, by CS2..0; 0 stands still. */
  readonly prescalers: readonly number[]
  readonly TCCRA: number
  readonly TCCRB: number
  readonly TCNT: number
  readonly OCR: readonly number[]
  readonly ICR: number | null
  readonly TIFR: number
  readonly TIMSK: number
  readonly compareVectors: readonly number[]
  readonly overflowVector: number
  /** The Arduino pin of each compare output, A first. */
  readonly outputs: readonly Pin[]
}

const OVERFLOW = 0x01
const compareBit = (channel: number) => 2 << channel

/**
 * A timer that is computed when someone looks, and wakes the clock only for an interrupt that is enabled. avr8js's own takes
 * a clock event at every count: three of them at Arduino's prescaler of 64 cost 5 % of a core before the program does
 * anything, a Mega's six twice that, and one without a prescaler more than there is. What a compare output does to
 * its pin is given as a duty cycle, not as edges; input capture and external clocks are left out.
 */
export class Timer {
  readonly config: TimerConfig
  readonly #cpu: CPU
  readonly #changed: () => void
  readonly #overflow
  readonly #compares
  readonly #max: number
  /** Compare values in force, and as written (they differ until the next takeover). */
  readonly #active: number[]
  readonly #written: number[]
  #icr = 0
  #count = 0
  #down = false
  /** The cycle at which `#count` was reached. */
  #since = 0
  #high = 0

  /** `changed` is called when a compare output may have another duty. */
  constructor(cpu: CPU, config: TimerConfig, changed: () => void) {
    this.#cpu = cpu
    this.config = config
    this.#changed = changed
    this.#max = config.bits === 16 ? 0xffff : 0xff
    this.#active = config.OCR.map(() => 0)
    this.#written = config.OCR.map(() => 0)
    const interrupt = (address: number, mask: number) => ({
      address,
      flagRegister: config.TIFR,
      flagMask: mask,
      enableRegister: config.TIMSK,
      enableMask: mask,
    })
    this.#overflow = interrupt(config.overflowVector, OVERFLOW)
    this.#compares = config.compareVectors.map((address, channel) => interrupt(address, compareBit(channel)))
    this.#hookControl()
    this.#hookCounter()
  }

  /** A compare output's duty, 0 to 1, or null where the pin is not the timer's. */
  duty(channel: number): number | null {
    const connection = (peek(this.#cpu, this.config.TCCRA) >> (6 - 2 * channel)) & 3
    const { slope, pwm, top } = this.#waveform
    const compare = this.#written[channel] ?? 0
    const limit = this.#top
    if (connection === 0) return null
    if (!pwm) return connection === 1 ? 0.5 : connection - 2
    if (connection === 1) return channel === 0 && top === 'ocra' ? 0.5 : null
    const duty = slope === 1 ? (compare + 1) / (limit + 1) : limit === 0 ? 0 : compare / limit
    const clipped = Math.min(1, duty)
    return connection === 2 ? clipped : 1 - clipped
  }

  #hookControl(): void {
    const { TCCRA, TCCRB, TIFR, TIMSK } = this.config
    for (const register of [TCCRA, TCCRB]) {
      this.#hook(register, (value) => {
        this.#cpu.data[register] = register === TCCRB ? value & 0x1f : value
        // A new mode may put the counter on another slope; a new prescaler starts a new count.
        if (this.#waveform.slope === 1) this.#down = false
        if (this.#waveform.takeover === 'now') this.#takeOver()
        this.#since = this.#cpu.cycles
        this.#changed()
      })
    }
    this.#hook(TIMSK, (value) => {
      this.#cpu.data[TIMSK] = value
      for (const each of [this.#overflow, ...this.#compares]) this.#cpu.updateInterruptEnable(each, value)
    })
    this.#cpu.writeHooks[TIFR] = (value, _old, _address, mask) => {
      this.#sync()
      for (const each of [this.#overflow, ...this.#compares]) {
        if (value & mask & each.flagMask) this.#cpu.clearInterrupt(each)
      }
      return true
    }
    this.#cpu.readHooks[TIFR] = () => {
      this.#sync()
      return peek(this.#cpu, TIFR)
    }
  }

  #hookCounter(): void {
    const { TCNT, OCR, ICR, bits } = this.config
    this.#cpu.readHooks[TCNT] = () => {
      this.#sync()
      if (bits === 16) this.#cpu.data[TCNT + 1] = this.#count >> 8
      return this.#count & 0xff
    }
    this.#hookValue(TCNT, (value) => {
      this.#count = value
      this.#down = false
      this.#since = this.#cpu.cycles
    })
    for (const [channel, register] of OCR.entries()) {
      this.#hookValue(register, (value) => {
        this.#written[channel] = value
        if (this.#waveform.takeover === 'now') this.#active[channel] = value
        this.#changed()
      })
    }
    if (ICR !== null) {
      this.#hookValue(ICR, (value) => {
        this.#icr = value
        this.#changed()
      })
    }
  }

  /** A register of the counter's width; the 16-bit ones share one byte for the half that is written first. */
  #hookValue(register: number, set: (value: number) => void): void {
    const wide = this.config.bits === 16
    this.#hook(register, (value) => {
      this.#cpu.data[register] = value
      if (wide) this.#cpu.data[register + 1] = this.#high
      set(wide ? (this.#high << 8) | value : value)
    })
    if (wide) {
      this.#cpu.writeHooks[register + 1] = (value) => {
        this.#high = value
        return true
      }
    }
  }

  /** A write that changes what comes next: first what was until now, then the change, then the next wake-up. */
  #hook(register: number, write: (value: number) => void): void {
    this.#cpu.writeHooks[register] = (value) => {
      this.#sync()
      write(value)
      this.#cpu.clearClockEvent(this.#wake)
      this.#schedule()
      return true
    }
  }

  readonly #wake = (): void => {
    this.#sync()
    this.#schedule()
  }

  get #prescaler(): number {
    return this.config.prescalers[peek(this.#cpu, this.config.TCCRB) & 7] ?? 0
  }

  get #waveform(): Waveform {
    const { TCCRA, TCCRB, bits } = this.config
    const wide = bits === 16
    const mode = (peek(this.#cpu, TCCRA) & 3) | ((peek(this.#cpu, TCCRB) & (wide ? 0x18 : 0x08)) >> 1)
    return waveform(bits, mode)
  }

  get #top(): number {
    const { top } = this.#waveform
    if (top === 'icr') return this.#icr
    return top === 'ocra' ? (this.#active[0] ?? 0) : top
  }

  #takeOver(): void {
    for (const [channel, value] of this.#written.entries()) this.#active[channel] = value
  }

  get #waiting(): boolean {
    return this.#written.some((value, channel) => value !== this.#active[channel])
  }

  /** Counts up to the present. */
  #sync(): void {
    const prescaler = this.#prescaler
    if (prescaler === 0) return
    const counts = Math.floor((this.#cpu.cycles - this.#since) / prescaler)
    if (counts === 0) return
    this.#since += counts * prescaler
    if (this.#waveform.slope === 1) this.#countUp(counts)
    else this.#countUpAndDown(counts)
  }

  #countUp(counts: number): void {
    const { pwm, takeover } = this.#waveform
    let left = counts
    while (left > 0) {
      const top = this.#top
      // Above the top (moved below the counter) it runs on to the end of its range.
      const end = this.#count > top ? this.#max : top
      const toBottom = end - this.#count + 1
      if (left < toBottom) {
        this.#match(this.#count + 1, this.#count + left)
        this.#count += left
        return
      }
      this.#match(this.#count + 1, end)
      if (pwm || end === this.#max) this.#cpu.setInterruptFlag(this.#overflow)
      left -= toBottom
      this.#count = 0
      if (takeover === 'bottom') this.#takeOver()
      this.#match(0, 0)
      const period = this.#top + 1
      if (left >= period) {
        this.#match(0, this.#top)
        if (pwm || this.#top === this.#max) this.#cpu.setInterruptFlag(this.#overflow)
        left %= period
      }
    }
  }

  #countUpAndDown(counts: number): void {
    const { takeover } = this.#waveform
    let left = counts
    while (left > 0) {
      const top = this.#top
      if (top === 0) {
        this.#count = 0
        this.#down = false
        this.#takeOver()
        if (this.#top === 0) return
      } else if (this.#down) {
        const step = Math.min(left, this.#count)
        this.#match(this.#count - step, this.#count - 1)
        this.#count -= step
        left -= step
        if (this.#count > 0) return
        this.#down = false
        this.#cpu.setInterruptFlag(this.#overflow)
        if (takeover === 'bottom') this.#takeOver()
        const period = 2 * this.#top
        if (period > 0 && left >= period && !this.#waiting) {
          this.#match(0, this.#top)
          left %= period
        }
      } else {
        const step = Math.min(left, Math.max(0, top - this.#count))
        this.#match(this.#count + 1, this.#count + step)
        this.#count += step
        left -= step
        if (this.#count < top) return
        this.#count = top
        this.#down = true
        if (takeover === 'top') this.#takeOver()
      }
    }
  }

  /** Flags the compare values from `first` to `last`. */
  #match(first: number, last: number): void {
    for (const [channel, value] of this.#active.entries()) {
      const compare = this.#compares[channel]
      if (compare && value >= first && value <= last) this.#cpu.setInterruptFlag(compare)
    }
  }

  /** Wakes the clock at the next enabled interrupt, if there is one. */
  #schedule(): void {
    const prescaler = this.#prescaler
    const enabled = peek(this.#cpu, this.config.TIMSK)
    if (prescaler === 0 || enabled === 0) return
    const counts = this.#waveform.slope === 1 ? this.#nextUp(enabled) : this.#nextUpAndDown(enabled)
    if (counts === Number.POSITIVE_INFINITY) return
    this.#cpu.addClockEvent(this.#wake, this.#since + counts * prescaler - this.#cpu.cycles)
  }

  #nextUp(enabled: number): number {
    const { pwm, takeover } = this.#waveform
    const top = this.#top
    const end = this.#count > top ? this.#max : top
    const toBottom = end - this.#count + 1
    // At the bottom the compare values, and with them this plan, may change.
    let next = takeover === 'bottom' && this.#waiting ? toBottom : Number.POSITIVE_INFINITY
    if (enabled & OVERFLOW && (pwm || end === this.#max)) next = Math.min(next, toBottom)
    for (const [channel, value] of this.#active.entries()) {
      if (!(enabled & compareBit(channel))) continue
      if (value > this.#count && value <= end) next = Math.min(next, value - this.#count)
      else if (value <= top) next = Math.min(next, toBottom + value)
    }
    return next
  }

  #nextUpAndDown(enabled: number): number {
    const top = this.#top
    if (top === 0) return this.#waiting ? 1 : Number.POSITIVE_INFINITY
    const toTop = this.#down ? this.#count + top : Math.max(0, top - this.#count)
    const toBottom = this.#down ? this.#count : toTop + top
    let next = Number.POSITIVE_INFINITY
    if (this.#waiting) next = this.#waveform.takeover === 'top' ? toTop : toBottom
    if (enabled & OVERFLOW) next = Math.min(next, toBottom)
    for (const [channel, value] of this.#active.entries()) {
      if (!(enabled & compareBit(channel)) || value > top) continue
      const ahead = this.#down ? value < this.#count : value > this.#count
      if (ahead) next = Math.min(next, Math.abs(value - this.#count))
      else next = Math.min(next, this.#down ? this.#count + value : toTop + top - value)
    }
    return Math.max(1, next)
  }
}
