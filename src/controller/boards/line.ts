import { Transform, type TransformCallback } from 'node:stream'
import type { BindingInterface } from '@serialport/bindings-interface'
import { ReadlineParser } from '@serialport/parser-readline'
import { SerialPortStream } from '@serialport/stream'
import { longestLine } from '../../../firmware-protocol/index.ts'

const LF = 0x0a

/** Lets at most the longest line's bytes of a line through, so that a stream without a line feed costs no memory. */
class LineCap extends Transform {
  #length = 0
  readonly #onTooLong: () => void

  constructor(onTooLong: () => void) {
    super()
    this.#onTooLong = onTooLong
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0
    while (from < chunk.length) {
      const feed = chunk.indexOf(LF, from)
      const end = feed === -1 ? chunk.length : feed
      const room = Math.max(0, longestLine - this.#length)
      if (this.#length <= longestLine && end - from > room) this.#onTooLong()
      if (room > 0 && end > from) this.push(chunk.subarray(from, Math.min(end, from + room)))
      this.#length += end - from
      if (feed === -1) break
      this.push(chunk.subarray(feed, feed + 1))
      this.#length = 0
      from = feed + 1
    }
    done()
  }
}

export interface LineEvents {
  /** One line without its end. A line that was too long does not come. */
  onLine(line: string): void
  onTooLong(): void
  /** Something came, be it a line or not. */
  onBytes(): void
  /** The port went away by itself; not called after `close`. */
  onGone(): void
}

/** An open port, line by line. Each has a parser of its own: a shared one would mix two boards' bytes. */
export interface Line {
  write(text: string): void
  /** `last` is still sent before the port closes, if the port takes it soon. */
  close(last?: string): Promise<void>
}

export interface PortAddress {
  path: string
  binding: BindingInterface
  baudRate: number
}

/** Opens a port. @throws the binding's own error when it cannot be opened */
export function openPort({ path, binding, baudRate }: PortAddress): Promise<SerialPortStream> {
  return new Promise((resolve, reject) => {
    const port = new SerialPortStream({ path, binding, baudRate, autoOpen: false })
    port.open((error) => (error ? reject(error) : resolve(port)))
  })
}

export function closePort(port: SerialPortStream): Promise<void> {
  return new Promise((resolve) => {
    if (port.isOpen) port.close(() => resolve())
    else resolve()
  })
}

/** A port that takes nothing more must not hold up the end. */
const LAST_WORD_WITHIN = 100

/** Resolves when `last` and everything that was written before it is out, or after 100 ms. */
export function sent(port: SerialPortStream, last: string): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve()
    const timer = setTimeout(resolve, LAST_WORD_WITHIN)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    port.write(last, 'latin1', (error) => {
      if (error || !port.isOpen) done()
      else port.drain(done)
    })
  })
}

export async function openLine(address: PortAddress, events: LineEvents): Promise<Line> {
  const port = await openPort(address)
  let closed = false
  let tooLong = false
  const gone = () => {
    if (closed) return
    closed = true
    void closePort(port)
    events.onGone()
  }
  port.on('close', gone)
  port.on('end', gone)
  port.on('error', gone)
  const cap = new LineCap(() => {
    tooLong = true
    events.onTooLong()
  })
  port.on('data', () => {
    if (!closed) events.onBytes()
  })
  const parser = new ReadlineParser({ delimiter: '\n', encoding: 'latin1' })
  port.pipe(cap).pipe(parser)
  parser.on('data', (line: string) => {
    if (closed) return
    if (line.length >= longestLine && tooLong) tooLong = false
    else events.onLine(line)
  })
  return {
    write(text) {
      if (!closed) port.write(text, 'latin1')
    },
    async close(last) {
      if (!closed && last) await sent(port, last)
      closed = true
      await closePort(port)
    },
  }
}
