import type { CPU } from 'avr8js'
import { clearBits, peek, setBits } from './registers.ts'

export interface AdcConfig {
  readonly vector: number
  /** What MUX5..0 choose: a channel, or a voltage inside the chip. */
  readonly mux: (mux: number) => { channel: number } | { volts: number }
  /** Volts by REFS1..0; AREF stands at 5 V, as on a board with nothing on that pin. */
  readonly references: readonly number[]
}

const ADCL = 0x78
const ADCH = 0x79
const ADCSRA = 0x7a
const ADCSRB = 0x7b
const ADMUX = 0x7c

const ADEN = 0x80
const ADSC = 0x40
const ADATE = 0x20
const ADIF = 0x10
const ADIE = 0x08
const ADLAR = 0x20
const MUX5 = 0x08

/**
 * The analogue-to-digital converter, in single and free-running mode (other trigger sources start nothing). avr8js's own
 * stores a one where a program writes one to clear ADIF, and knows no free-running mode.
 */
export class Adc {
  readonly #cpu: CPU
  readonly #config: AdcConfig
  readonly #sample: (channel: number) => number
  readonly #interrupt
  #converting = false
  #first = true
  #result = 0

  /** `sample` gives a channel's volts at the moment of the call. */
  constructor(cpu: CPU, config: AdcConfig, sample: (channel: number) => number) {
    this.#cpu = cpu
    this.#config = config
    this.#sample = sample
    this.#interrupt = {
      address: config.vector,
      flagRegister: ADCSRA,
      flagMask: ADIF,
      enableRegister: ADCSRA,
      enableMask: ADIE,
    }
    cpu.writeHooks[ADCSRA] = (value, old) => this.#control(value, old)
  }

  /** Begins a conversion if the converter is on and at rest, as the noise-reduction sleep mode does. */
  startIfIdle(): void {
    if (peek(this.#cpu, ADCSRA) & ADEN && !this.#converting) this.#start()
  }

  #control(value: number, old: number): true {
    const { data } = this.#cpu
    const flag = value & ADIF ? 0 : old & ADIF
    const enabled = (value & ADEN) !== 0
    if (enabled && !(old & ADEN)) this.#first = true
    if (!enabled && this.#converting) {
      this.#cpu.clearClockEvent(this.#complete)
      this.#converting = false
    }
    const start = enabled && (value & ADSC) !== 0 && !this.#converting
    const busy = enabled && (start || this.#converting) ? ADSC : 0
    data[ADCSRA] = (value & (ADEN | ADATE | ADIE | 0x07)) | flag | busy
    this.#cpu.updateInterruptEnable(this.#interrupt, peek(this.#cpu, ADCSRA))
    if (start) this.#start()
    return true
  }

  #start(): void {
    this.#converting = true
    setBits(this.#cpu, ADCSRA, ADSC)
    const input = this.#config.mux(
      (peek(this.#cpu, ADMUX) & 0x1f) | (peek(this.#cpu, ADCSRB) & MUX5 ? 0x20 : 0),
    )
    const volts = 'channel' in input ? this.#sample(input.channel) : input.volts
    const reference = this.#config.references[peek(this.#cpu, ADMUX) >> 6] ?? 5
    this.#result = Math.min(1023, Math.max(0, Math.floor((volts / reference) * 1024)))
    const prescaler = Math.max(2, 1 << (peek(this.#cpu, ADCSRA) & 0x07))
    this.#cpu.addClockEvent(this.#complete, (this.#first ? 25 : 13) * prescaler)
    this.#first = false
  }

  readonly #complete = (): void => {
    const { data } = this.#cpu
    const result = peek(this.#cpu, ADMUX) & ADLAR ? this.#result << 6 : this.#result
    data[ADCL] = result & 0xff
    data[ADCH] = result >> 8
    this.#converting = false
    clearBits(this.#cpu, ADCSRA, ADSC)
    this.#cpu.setInterruptFlag(this.#interrupt)
    const freeRunning = (peek(this.#cpu, ADCSRA) & ADATE) !== 0 && (peek(this.#cpu, ADCSRB) & 0x07) === 0
    if (freeRunning) this.#start()
  }
}
