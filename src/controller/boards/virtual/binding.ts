import type {
  BindingInterface,
  BindingPortInterface,
  OpenOptions,
  PortInfo,
  PortStatus,
  SetOptions,
  UpdateOptions,
} from '@serialport/bindings-interface'

/** The board's end of the line, as a port needs it. */
export interface LineEnd {
  /** The board is there and has power. */
  present(): boolean
  /** Resets the board and begins a new session. Bytes come to `take` and `arrived` of the port from now on. */
  open(port: VirtualPort, baudRate: number): void
  close(): void
  send(data: Uint8Array): void
  setBaudRate(baudRate: number): void
  reset(): void
  flush(): void
  drain(): Promise<void>
}

/** What the operating system would buffer of a line: a write waits while more than this is on its way. */
const WRITE_BUFFER = 4096
/** What it keeps for a reader that does not come; older bytes are lost. */
const READ_BUFFER = 65_536

/** Ends a read or write because the port was closed: nothing is wrong. */
class CanceledError extends Error {
  readonly canceled = true
}

/** Ends a read or write because the port is gone. */
class DisconnectedError extends Error {
  readonly disconnected = true
}

/** A binding for SerialPortStream with a single port, that of one virtual board. */
export function createBinding(
  path: string,
  line: LineEnd,
): { binding: BindingInterface; current: CurrentPort } {
  const current: CurrentPort = { port: null }
  const binding: BindingInterface = {
    async list() {
      if (!line.present()) return []
      const info: PortInfo = {
        path,
        manufacturer: 'Makerhall (virtual)',
        serialNumber: undefined,
        pnpId: undefined,
        locationId: undefined,
        productId: undefined,
        vendorId: undefined,
      }
      return [info]
    },
    async open(options) {
      const { dataBits = 8, parity = 'none', stopBits = 1, baudRate } = options
      if (options.path !== path || !line.present()) {
        throw new Error(`Error: No such file or directory, cannot open ${options.path}`)
      }
      if (current.port) throw new Error(`Error Resource temporarily unavailable Cannot lock port ${path}`)
      if (dataBits !== 8 || parity !== 'none' || stopBits !== 1) {
        throw new Error(
          `A virtual board speaks with 8 data bits, no parity and one stop bit, cannot open ${path}`,
        )
      }
      checkBaudRate(baudRate)
      const port = new VirtualPort(options, line, () => {
        if (current.port === port) current.port = null
      })
      current.port = port
      line.open(port, baudRate)
      return port
    },
  }
  return { binding, current }
}

export interface CurrentPort {
  port: VirtualPort | null
}

interface Waiting {
  resolve: () => void
  reject: (error: Error) => void
}

/**
 * An open port of a virtual board. A baud rate other than the board's is honoured as on a wire: both sides then read
 * garbage.
 */
export class VirtualPort implements BindingPortInterface {
  readonly openOptions: Required<OpenOptions>
  isOpen = true
  readonly #line: LineEnd
  readonly #closed: () => void
  readonly #received: Uint8Array[] = []
  #receivedBytes = 0
  #onTheWay = 0
  #baudRate: number
  #dtr = true
  #gone = false
  #reader: Waiting | null = null
  #writer: Waiting | null = null

  constructor(options: OpenOptions, line: LineEnd, closed: () => void) {
    this.openOptions = {
      dataBits: 8,
      lock: true,
      stopBits: 1,
      parity: 'none',
      rtscts: false,
      xon: false,
      xoff: false,
      xany: false,
      hupcl: true,
      ...options,
    }
    this.#baudRate = options.baudRate
    this.#line = line
    this.#closed = closed
  }

  /** Bytes from the board. */
  take(data: Uint8Array): void {
    this.#received.push(data)
    this.#receivedBytes += data.length
    while (this.#receivedBytes > READ_BUFFER) this.#receivedBytes -= this.#received.shift()?.length ?? 0
    settle(this.#takeReader())
  }

  /** So many bytes of ours have reached the board. */
  arrived(count: number): void {
    this.#onTheWay = Math.max(0, this.#onTheWay - count)
    if (this.#onTheWay <= WRITE_BUFFER) settle(this.#takeWriter())
  }

  /** The board was pulled out. The port stays open until its owner, who learns of it by his read, closes it. */
  disconnect(): void {
    this.#gone = true
    this.#fail(new DisconnectedError('The virtual board is gone'))
  }

  async close(): Promise<void> {
    this.#check()
    this.isOpen = false
    if (!this.#gone) this.#line.close()
    this.#closed()
    this.#fail(new CanceledError('The port was closed'))
  }

  async read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }> {
    if (buffer.length < offset + length) throw new TypeError('The buffer is too small')
    this.#check()
    while (this.#receivedBytes === 0) {
      this.#checkPresent()
      await new Promise<void>((resolve, reject) => {
        this.#reader = { resolve, reject }
      })
    }
    let bytesRead = 0
    while (bytesRead < length) {
      const chunk = this.#received.shift()
      if (!chunk) break
      const taken = chunk.subarray(0, length - bytesRead)
      buffer.set(taken, offset + bytesRead)
      bytesRead += taken.length
      if (taken.length < chunk.length) this.#received.unshift(chunk.subarray(taken.length))
    }
    this.#receivedBytes -= bytesRead
    return { buffer, bytesRead }
  }

  async write(buffer: Buffer): Promise<void> {
    this.#check()
    this.#checkPresent()
    if (this.#writer) throw new Error('A write is still under way')
    this.#onTheWay += buffer.length
    this.#line.send(Uint8Array.from(buffer))
    if (this.#onTheWay <= WRITE_BUFFER) return
    await new Promise<void>((resolve, reject) => {
      this.#writer = { resolve, reject }
    })
  }

  async update({ baudRate }: UpdateOptions): Promise<void> {
    this.#check()
    this.#checkPresent()
    checkBaudRate(baudRate)
    this.#baudRate = baudRate
    this.#line.setBaudRate(baudRate)
  }

  /** Raising DTR resets the board, as the capacitor on a real one does. The other lines lead nowhere. */
  async set({ dtr }: SetOptions): Promise<void> {
    this.#check()
    this.#checkPresent()
    if (dtr === undefined) return
    if (dtr && !this.#dtr) this.#line.reset()
    this.#dtr = dtr
  }

  async get(): Promise<PortStatus> {
    this.#check()
    this.#checkPresent()
    return { cts: false, dsr: false, dcd: false }
  }

  async getBaudRate(): Promise<{ baudRate: number }> {
    this.#check()
    return { baudRate: this.#baudRate }
  }

  async flush(): Promise<void> {
    this.#check()
    this.#checkPresent()
    this.#received.length = 0
    this.#receivedBytes = 0
    this.#line.flush()
  }

  async drain(): Promise<void> {
    this.#check()
    this.#checkPresent()
    await this.#line.drain()
  }

  #check(): void {
    if (!this.isOpen) throw new Error('Port is not open')
  }

  #checkPresent(): void {
    if (this.#gone) throw new DisconnectedError('The virtual board is gone')
  }

  #fail(error: Error): void {
    this.#takeReader()?.reject(error)
    this.#takeWriter()?.reject(error)
  }

  #takeReader(): Waiting | null {
    const waiting = this.#reader
    this.#reader = null
    return waiting
  }

  #takeWriter(): Waiting | null {
    const waiting = this.#writer
    this.#writer = null
    return waiting
  }
}

function settle(waiting: Waiting | null): void {
  waiting?.resolve()
}

function checkBaudRate(baudRate: number): void {
  if (!Number.isFinite(baudRate) || baudRate < 50 || baudRate > 2_000_000) {
    throw new TypeError(`A virtual board cannot be read at ${baudRate} baud`)
  }
}
