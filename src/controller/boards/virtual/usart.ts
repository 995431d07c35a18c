import type { CPU } from 'avr8js'
import { clearBits, peek, setBits } from './registers.ts'

export interface UsartConfig {
  readonly UCSRA: number
  readonly UCSRB: number
  readonly UCSRC: number
  readonly UBRRL: number
  readonly UBRRH: number
  readonly UDR: number
  readonly receiveVector: number
  readonly emptyVector: number
  readonly sentVector: number
}

const RXC = 0x80
const TXC = 0x40
const UDRE = 0x20
const FE = 0x10
const DOR = 0x08
const U2X = 0x02
const MPCM = 0x01

const RXCIE = 0x80
const TXCIE = 0x40
const UDRIE = 0x20
const RXEN = 0x10
const TXEN = 0x08

/** Two in the receive buffer and one in the shift register: a fourth is lost (data sheet, 19.7.4). */
const RECEIVE_DEPTH = 3

/**
 * The serial port as the data sheet has it: double-buffered both ways, interrupts that last as long as their flags, overrun
 * and framing errors. avr8js's own clears the receive flag on any write to UCSRB, as the end of each transmission does,
 * so that a byte that arrives meanwhile is lost; and it keeps one byte only.
 */
export class Usart {
  readonly #cpu: CPU
  readonly #config: UsartConfig
  readonly #transmit: (byte: number) => void
  readonly #received: { byte: number; framed: boolean }[] = []
  readonly #rxc
  readonly #udre
  readonly #txc
  #shifting: number | null = null
  #buffered: number | null = null

  /** `transmit` is called for each byte as its stop bit ends. */
  constructor(cpu: CPU, config: UsartConfig, transmit: (byte: number) => void) {
    this.#cpu = cpu
    this.#config = config
    this.#transmit = transmit
    const { UCSRA, UCSRB, UCSRC, UDR } = config
    const interrupt = (address: number, flagMask: number, enableMask: number, constant: boolean) => ({
      address,
      flagRegister: UCSRA,
      flagMask,
      enableRegister: UCSRB,
      enableMask,
      constant,
    })
    this.#rxc = interrupt(config.receiveVector, RXC, RXCIE, true)
    this.#udre = interrupt(config.emptyVector, UDRE, UDRIE, true)
    this.#txc = interrupt(config.sentVector, TXC, TXCIE, false)
    cpu.data[UCSRA] = UDRE
    cpu.data[UCSRC] = 0x06
    cpu.writeHooks[UCSRA] = (value, old) => {
      cpu.data[UCSRA] = (old & ~(U2X | MPCM)) | (value & (U2X | MPCM))
      if (value & TXC) cpu.clearInterrupt(this.#txc)
      return true
    }
    cpu.writeHooks[UCSRB] = (value) => {
      cpu.data[UCSRB] = value
      if (!(value & RXEN)) this.#emptyReceiver()
      for (const each of [this.#rxc, this.#udre, this.#txc]) cpu.updateInterruptEnable(each, value)
      return true
    }
    cpu.readHooks[UDR] = () => this.#read()
    cpu.writeHooks[UDR] = (value) => this.#write(value)
  }

  /** Bits a second that the program has set, for 16 MHz. */
  get baudRate(): number {
    return 16_000_000 / (this.#divisor * this.#samples)
  }

  /** Whether nothing is being sent. */
  get quiet(): boolean {
    return this.#shifting === null
  }

  /** A byte has come in over the line; `framed` is false where its stop bit was low. */
  receive(byte: number, framed: boolean): void {
    const { UCSRA, UCSRB } = this.#config
    if (!(peek(this.#cpu, UCSRB) & RXEN)) return
    if (this.#received.length >= RECEIVE_DEPTH) {
      setBits(this.#cpu, UCSRA, DOR)
      return
    }
    this.#received.push({ byte, framed })
    this.#showReceived()
  }

  #read(): number {
    const byte = this.#received.shift()?.byte ?? 0
    clearBits(this.#cpu, this.#config.UCSRA, DOR)
    this.#showReceived()
    return byte
  }

  /** RXC and FE always speak of the byte that the next read gives. */
  #showReceived(): void {
    const { UCSRA } = this.#config
    const next = this.#received[0]
    if (next && !next.framed) setBits(this.#cpu, UCSRA, FE)
    else clearBits(this.#cpu, UCSRA, FE)
    if (next) this.#cpu.setInterruptFlag(this.#rxc)
    else this.#cpu.clearInterrupt(this.#rxc)
  }

  #emptyReceiver(): void {
    this.#received.length = 0
    clearBits(this.#cpu, this.#config.UCSRA, DOR)
    this.#showReceived()
  }

  #write(value: number): true {
    if (!(peek(this.#cpu, this.#config.UCSRB) & TXEN)) return true
    if (this.#shifting === null) this.#shift(value)
    else {
      this.#buffered = value
      this.#cpu.clearInterrupt(this.#udre)
    }
    return true
  }

  #shift(value: number): void {
    this.#shifting = value
    this.#cpu.addClockEvent(this.#sent, this.#frameCycles)
  }

  readonly #sent = (): void => {
    const byte = this.#shifting ?? 0
    const next = this.#buffered
    this.#shifting = null
    this.#buffered = null
    if (next === null) this.#cpu.setInterruptFlag(this.#txc)
    else {
      this.#shift(next)
      this.#cpu.setInterruptFlag(this.#udre)
    }
    this.#transmit(byte)
  }

  get #frameCycles(): number {
    const control = peek(this.#cpu, this.#config.UCSRC)
    const dataBits = 5 + ((control >> 1) & 3)
    const bits = 1 + dataBits + (control & 0x20 ? 1 : 0) + (control & 0x08 ? 2 : 1)
    return this.#divisor * this.#samples * bits
  }

  get #divisor(): number {
    return (((peek(this.#cpu, this.#config.UBRRH) & 0x0f) << 8) | peek(this.#cpu, this.#config.UBRRL)) + 1
  }

  get #samples(): number {
    return peek(this.#cpu, this.#config.UCSRA) & U2X ? 8 : 16
  }
}
