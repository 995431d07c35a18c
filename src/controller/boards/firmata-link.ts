import { EventEmitter } from 'node:events'
import type { SerialPortStream } from '@serialport/stream'
import firmataIo, { type Firmata } from 'firmata-io'
import { closePort, openPort, type PortAddress, sent } from './line.ts'

/** StandardFirmata's rate. */
const FIRMATA_BAUD_RATE = 57_600
/** A real Uno resets when its port is opened and says nothing for up to 2 s; then it tells its version by itself. */
const ASK_EVERY = 700
const ASK_FOR = 6_000
/**
 * Firmata has no heartbeat. Asking for the version does in its stead: it shows that the board still answers. The board
 * itself notices nothing when we fall silent, and its outputs stay as they are.
 */
const BEAT_EVERY = 500
const SILENT_AFTER = 2_000
/** A Mega's capabilities take some 700 bytes. A SysEx without an end must not grow for ever. */
const LONGEST_MESSAGE = 4_096
/** So many bytes at a time go to the parser: what one garbled message takes with it is not more than that. */
const SLICE = 512

export type FirmataEnded = 'gone' | 'silent' | 'wrong-firmware' | 'mute'

export interface FirmataEvents {
  /** At first, and again when the board was reset at the other end of an open line. */
  onReady(firmata: Firmata): void
  onAnalog(channel: number, counts: number): void
  onDigital(pin: number, level: number): void
  onMessage(): void
  onMalformed(): void
  onTooLong(): void
  /** Once, and never after `close`. */
  onEnded(why: FirmataEnded): void
}

/** Bytes to and from a serial port, with what Firmata's parser does not bear kept away from it. */
class Transport extends EventEmitter {
  readonly #port: SerialPortStream

  constructor(port: SerialPortStream) {
    super()
    this.#port = port
  }

  write(bytes: Buffer, done: () => void): void {
    if (this.#port.isOpen) this.#port.write(bytes, done)
    else done()
  }
}

/** One connection to a StandardFirmata board: a Firmata instance of its own on an open port. */
export class FirmataLink {
  lastSeen: number | null = null
  readonly #events: FirmataEvents
  #opening: Promise<SerialPortStream> | null = null
  #port: SerialPortStream | null = null
  #firmata: Firmata | null = null
  #timer: NodeJS.Timeout | null = null
  #openedAt = 0
  #askedAt = Number.NEGATIVE_INFINITY
  #isReady = false
  #ended = false

  constructor(events: FirmataEvents) {
    this.#events = events
  }

  /** @throws the binding's error where the port cannot be opened */
  async open(address: Omit<PortAddress, 'baudRate'>): Promise<void> {
    this.#opening = openPort({ ...address, baudRate: FIRMATA_BAUD_RATE })
    const port = await this.#opening
    this.#port = port
    if (this.#ended) return closePort(port)
    this.#openedAt = performance.now()
    port.on('close', () => this.#end('gone'))
    port.on('end', () => this.#end('gone'))
    port.on('error', () => this.#end('gone'))
    const transport = new Transport(port)
    const firmata = new firmataIo.Firmata(transport, { reportVersionTimeout: ASK_FOR })
    this.#firmata = firmata
    firmata.on('error', () => this.#end('gone'))
    firmata.on('ready', () => {
      this.#isReady = true
      // Its map of pins is settled; what looks like another one later on is garbage, and throws.
      Object.freeze(firmata.pins)
      Object.freeze(firmata.analogPins)
      this.#events.onReady(firmata)
    })
    firmata.on('queryfirmware', () => {
      // Told without being asked: the board was reset, and has forgotten everything.
      if (this.#isReady) this.#events.onReady(firmata)
    })
    firmata.on('reportversion', () => this.#events.onMessage())
    firmata.on('analog-read', ({ pin, value }: { pin: number; value: number }) => {
      this.#events.onMessage()
      this.#events.onAnalog(pin, value)
    })
    firmata.on('digital-read', ({ pin, value }: { pin: number; value: number }) => {
      this.#events.onMessage()
      this.#events.onDigital(pin, value)
    })
    port.on('data', (bytes: Buffer) => this.#onData(bytes, transport, firmata))
    this.#ask()
    this.#timer = setInterval(() => this.#beat(), BEAT_EVERY)
  }

  /** What was written before is still sent, if the port takes it soon. */
  async close(): Promise<void> {
    this.#stop()
    const port = await this.#opening?.catch(() => null)
    if (!port) return
    await sent(port, '')
    await closePort(port)
  }

  #onData(bytes: Buffer, transport: Transport, firmata: Firmata): void {
    if (this.#ended) return
    this.lastSeen = performance.now()
    for (let from = 0; from < bytes.length; from += SLICE) {
      try {
        transport.emit('data', bytes.subarray(from, from + SLICE))
      } catch {
        // Its handlers trust what they are sent, so garbage that looks like a message makes them throw.
        firmata.buffer.length = 0
        this.#events.onMalformed()
      }
      if (firmata.buffer.length > LONGEST_MESSAGE) {
        firmata.buffer.length = 0
        this.#events.onTooLong()
      }
    }
  }

  #beat(): void {
    const now = performance.now()
    if (!this.#isReady) {
      if (now - this.#openedAt > ASK_FOR) this.#end(this.lastSeen === null ? 'silent' : 'wrong-firmware')
      else this.#ask()
      return
    }
    if (now - (this.lastSeen ?? this.#openedAt) > SILENT_AFTER) this.#end('mute')
    else this.#firmata?.reportVersion(() => undefined)
  }

  #ask(): void {
    const now = performance.now()
    if (now - this.#askedAt < ASK_EVERY) return
    this.#askedAt = now
    this.#firmata?.reportVersion(() => undefined)
    this.#firmata?.queryFirmware(() => undefined)
  }

  #stop(): void {
    this.#ended = true
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    if (this.#firmata) clearTimeout(this.#firmata.reportVersionTimeoutId)
  }

  #end(why: FirmataEnded): void {
    if (this.#ended) return
    this.#stop()
    if (this.#port) void closePort(this.#port)
    this.#events.onEnded(why)
  }
}
