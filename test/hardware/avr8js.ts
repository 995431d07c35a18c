import {
  ADCMuxInputType,
  AVRADC,
  AVRClock,
  AVREEPROM,
  AVRIOPort,
  AVRTimer,
  AVRUSART,
  AVRWatchdog,
  adcConfig,
  avrInstruction,
  CPU,
  clockConfig,
  EEPROMMemoryBackend,
  eepromConfig,
  PinState,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  usart0Config,
  watchdogConfig,
} from 'avr8js'
import { type BoardLine, decodeLine } from '../../firmware-protocol/index.ts'

export const clockHz = 16_000_000
const sleepOpcode = 0x9588
const powerOn = 1
const mcusr = 0x54
const receiveComplete = 0x80

/** Intel HEX (data records of up to 64 KB) as the flash of an ATmega328P. */
export function readHex(text: string): Uint16Array {
  const flash = new Uint8Array(32_768).fill(0xff)
  for (const record of text.split('\n')) {
    const [, length = '00', address = '', type, bytes = ''] =
      /^:(..)(....)(..)(.*)..$/.exec(record.trim()) ?? []
    if (type !== '00') continue
    for (let index = 0; index < Number.parseInt(length, 16); index += 1) {
      flash[Number.parseInt(address, 16) + index] = Number.parseInt(bytes.slice(2 * index, 2 * index + 2), 16)
    }
  }
  return new Uint16Array(flash.buffer)
}

/**
 * An Arduino Uno on avr8js, run by the test's own calls: time is the board's cycles, never the wall's.
 * Each one begins as at power-on; pass the EEPROM of an earlier one to have the same board again.
 */
export class EmulatedUno {
  readonly cpu: CPU
  readonly eeprom: EEPROMMemoryBackend
  /** Every line the board has said, as text without LF. */
  readonly said: string[] = []
  /** Cycles spent asleep. */
  asleep = 0
  readonly #ports: AVRIOPort[]
  readonly #usart: AVRUSART
  readonly #adc: AVRADC
  readonly #toSend: number[] = []
  #partial = ''
  #sleeps = false

  constructor(hex: string, eeprom = new EEPROMMemoryBackend(1024)) {
    this.eeprom = eeprom
    this.cpu = new CPU(readHex(hex))
    this.cpu.data[mcusr] = powerOn
    this.#ports = [portDConfig, portBConfig, portCConfig].map((config) => new AVRIOPort(this.cpu, config))
    for (const config of [timer0Config, timer1Config, timer2Config]) new AVRTimer(this.cpu, config)
    new AVREEPROM(this.cpu, eeprom, eepromConfig)
    new AVRWatchdog(this.cpu, watchdogConfig, new AVRClock(this.cpu, clockHz, clockConfig))
    this.#adc = new AVRADC(this.cpu, adcConfig)
    this.#usart = new AVRUSART(this.cpu, usart0Config, clockHz)
    this.#keepReceived()
    this.#usart.onByteTransmit = (byte) => this.#hear(byte)
    this.#usart.onRxComplete = () => this.#feed()
  }

  /** avr8js drops a received byte when UCSRB is written before it was read; the chip does not. */
  #keepReceived() {
    const { UCSRA, UCSRB, rxCompleteInterrupt } = usart0Config
    const write = this.cpu.writeHooks[UCSRB]
    this.cpu.writeHooks[UCSRB] = (value, old, address, mask) => {
      const waiting = (this.cpu.data[UCSRA] ?? 0) & receiveComplete
      const done = write?.(value, old, address, mask)
      if (waiting)
        this.cpu.setInterruptFlag({
          address: rxCompleteInterrupt,
          flagRegister: UCSRA,
          flagMask: receiveComplete,
          enableRegister: UCSRB,
          enableMask: receiveComplete,
          constant: true,
        })
      return done
    }
  }

  #hear(byte: number) {
    if (byte !== 10) {
      this.#partial += String.fromCharCode(byte)
      return
    }
    if (this.#partial !== '') this.said.push(this.#partial)
    this.#partial = ''
  }

  #feed() {
    const next = this.#toSend[0]
    if (next !== undefined && this.#usart.writeByte(next)) this.#toSend.shift()
  }

  /** Puts bytes on the line at its baud rate, one after the other. */
  send(bytes: string | Uint8Array) {
    const given = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
    for (const byte of given) this.#toSend.push(byte)
    this.#feed()
  }

  /** True when all that was sent has reached the board. */
  get sent() {
    return this.#toSend.length === 0 && !this.#usart.rxBusy
  }

  /** One instruction, or, while the board sleeps, one jump to its next event but never beyond `limit`. */
  #step(limit: number) {
    const { cpu } = this
    if (this.#sleeps) {
      const event: unknown = Reflect.get(cpu, 'nextClockEvent')
      const at = typeof event === 'object' && event !== null ? Reflect.get(event, 'cycles') : undefined
      if (typeof at !== 'number') throw new Error('The board sleeps and nothing will wake it.')
      const until = Math.max(cpu.cycles, Math.min(at, limit))
      this.asleep += until - cpu.cycles
      cpu.cycles = until
    } else {
      this.#sleeps = cpu.progMem[cpu.pc] === sleepOpcode
      avrInstruction(cpu)
    }
    const { pc } = cpu
    cpu.tick()
    if (cpu.pc !== pc) this.#sleeps = false
  }

  run(milliseconds: number) {
    const end = Math.ceil(this.cpu.cycles + (milliseconds * clockHz) / 1000)
    while (this.cpu.cycles < end) this.#step(end)
  }

  /** Runs until the condition holds; gives the ms of board time that it took. */
  runUntil(condition: () => boolean, most = 2000): number {
    const begin = this.cpu.cycles
    const end = Math.ceil(begin + (most * clockHz) / 1000)
    while (!condition()) {
      if (this.cpu.cycles >= end)
        throw new Error(`Waited ${most} ms of board time. It said: ${this.said.slice(-5).join(' | ')}`)
      this.#step(end)
    }
    return ((this.cpu.cycles - begin) * 1000) / clockHz
  }

  /** Every line that was said, decoded; a line that is not sound is an error of the board. */
  lines(from = 0): BoardLine[] {
    return this.said.slice(from).map((text) => {
      const decoded = decodeLine(text)
      if (!decoded.ok) throw new Error(`The board said ${JSON.stringify(text)}: ${decoded.error}`)
      return decoded.line
    })
  }

  /** Sends a line and gives the first line that the board says afterwards and that is no report. */
  ask(line: string, most = 1000): string {
    const from = this.said.length
    this.send(line)
    const answer = () => this.said.slice(from).find((text) => !text.startsWith('R '))
    this.runUntil(() => answer() !== undefined, most)
    return answer() ?? ''
  }

  #place(pin: number): [AVRIOPort, number] {
    const index = pin < 8 ? 0 : pin < 14 ? 1 : 2
    const port = this.#ports[index]
    if (!port) throw new Error(`An Uno has no pin ${pin}.`)
    return [port, pin - (index === 0 ? 0 : index === 1 ? 8 : 14)]
  }

  pin(pin: number): 'low' | 'high' | 'input' | 'pullup' {
    const [port, bit] = this.#place(pin)
    const state = port.pinState(bit)
    if (state === PinState.Low) return 'low'
    if (state === PinState.High) return 'high'
    return state === PinState.Input ? 'input' : 'pullup'
  }

  /** All pins but the line's. */
  pins(): string[] {
    return Array.from({ length: 18 }, (_, index) => this.pin(index + 2))
  }

  setPin(pin: number, level: boolean) {
    const [port, bit] = this.#place(pin)
    port.setPin(bit, level)
  }

  setVolts(channel: number, volts: number) {
    this.#adc.channelValues[channel] = volts
  }

  /** Of each conversion from now on, what the pin shows: for noise and for counting conversions. */
  onConversion(volts: (channel: number) => number) {
    this.#adc.onADCRead = (input) => {
      const channel = input.type === ADCMuxInputType.SingleEnded ? input.channel : 0
      const counts = Math.min(1023, Math.floor((volts(channel) / 5) * 1024))
      this.cpu.addClockEvent(() => this.#adc.completeADCRead(counts), this.#adc.sampleCycles)
    }
  }

  /** The share of time that a pin is high, and its pulses in µs, over some ms. */
  measure(pin: number, milliseconds: number): { duty: number; pulses: number[] } {
    const [port, bit] = this.#place(pin)
    const begin = this.cpu.cycles
    const pulses: number[] = []
    let high = 0
    let risen = this.pin(pin) === 'high' ? begin : null
    let whole = false
    const listener = (value: number, old: number) => {
      const is = (value >> bit) & 1
      if (is === ((old >> bit) & 1)) return
      if (is) {
        risen = this.cpu.cycles
        whole = true
      } else if (risen !== null) {
        high += this.cpu.cycles - risen
        if (whole) pulses.push(((this.cpu.cycles - risen) * 1e6) / clockHz)
        risen = null
      }
    }
    port.addListener(listener)
    this.run(milliseconds)
    port.removeListener(listener)
    if (risen !== null) high += this.cpu.cycles - risen
    return { duty: high / (this.cpu.cycles - begin), pulses }
  }
}
