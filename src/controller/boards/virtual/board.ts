import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { BindingInterface } from '@serialport/bindings-interface'
import type { Mcu, PinHold, PinState } from '../../../shared/board.ts'
import type { Part } from '../../../shared/breadboard.ts'
import type { Pin } from '../../../shared/ids.ts'
import { MakerhallError } from '../../../shared/problem.ts'
import { type CurrentPort, createBinding, type LineEnd, type VirtualPort } from './binding.ts'
import { chips } from './chips.ts'
import { EepromFile } from './eeprom-file.ts'
import { parseIntelHex } from './intel-hex.ts'
import type { Answers, Birth, FromWorker, Load, Request, ToWorker } from './messages.ts'
import { hash } from './random.ts'

export interface VirtualBoardOptions {
  readonly id: string
  readonly mcu: Mcu
  /** The path of the firmware, as Intel HEX. */
  readonly hex: string
  /** The path of the file that keeps the EEPROM. */
  readonly eeprom: string
  readonly parts: readonly Part[]
  /** What tolerances and noise are drawn from; by default the board's id. */
  readonly seed?: number
  /** Told of what went wrong and was mended without anyone's help. */
  readonly warn?: (message: string) => void
}

export interface VirtualBoard {
  readonly id: string
  /** `virtual:<id>` */
  readonly path: string
  /** For SerialPortStream. Opening it resets the AVR, as a real Uno's DTR does. */
  readonly binding: BindingInterface
  /**
   * Powers the board.
   *
   * @throws MakerhallError `virtual.hex-unreadable`, `virtual.hex-invalid`
   */
  start(): Promise<void>
  /** Takes the power away: the port vanishes, the EEPROM is on the disk, nothing of it runs on. */
  stop(): Promise<void>
  /**
   * A pin as it is now. These three throw MakerhallError `virtual.no-such-pin` and `virtual.stopped`.
   */
  read(pin: Pin): Promise<PinState>
  /** Holds a pin as an ideal source does, against the breadboard and the chip, until it is released. */
  hold(pin: Pin, hold: PinHold): Promise<PinState>
  release(pin: Pin): Promise<PinState>
  /** Pulls the USB plug: the port vanishes, the board has no power. */
  unplug(): void
  plug(): void
  /** Tells of every pin that changes (by at least 10 mV), at most once a millisecond; the first call tells all. */
  onPin(listener: (state: PinState) => void): () => void
  /** What the board's thread has cost since it started. */
  load(): Promise<Load>
}

interface Pending {
  resolve: (answer: Answers[keyof Answers]) => void
  reject: (error: Error) => void
}

/** A worker that ended by itself is started again after this pause, in ms. */
const RESTART_PAUSE = 1000

/**
 * A board whose firmware runs in a worker thread at the speed of a real one. `start` needs the hex file; everything else
 * needs nothing.
 */
export function createVirtualBoard(options: VirtualBoardOptions): VirtualBoard {
  return new WorkerBoard(options)
}

class WorkerBoard implements VirtualBoard, LineEnd {
  readonly id: string
  readonly path: string
  readonly binding: BindingInterface
  readonly #options: VirtualBoardOptions
  readonly #current: CurrentPort
  readonly #eeprom: EepromFile
  readonly #pending = new Map<number, Pending>()
  readonly #holds = new Map<Pin, PinHold>()
  readonly #pinListeners = new Set<(state: PinState) => void>()
  #running = false
  #starting: Promise<void> = Promise.resolve()
  #worker: Worker | null = null
  #exited: Promise<void> = Promise.resolve()
  #restart: NodeJS.Timeout | null = null
  #plugged = true
  #session = 0
  #lastRequest = 0

  constructor(options: VirtualBoardOptions) {
    this.id = options.id
    this.path = `virtual:${options.id}`
    this.#options = options
    this.#eeprom = new EepromFile(options.eeprom, chips[options.mcu].eepromBytes, this.#warn)
    const { binding, current } = createBinding(this.path, this)
    this.binding = binding
    this.#current = current
  }

  start(): Promise<void> {
    if (!this.#running) {
      this.#running = true
      this.#starting = this.#begin()
    }
    return this.#starting
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#starting.catch(() => undefined)
    if (this.#restart) clearTimeout(this.#restart)
    this.#restart = null
    if (this.#worker) {
      const image = await this.#ask({ type: 'stop' }).catch(() => null)
      if (image) this.#eeprom.save(image)
      await this.#exited
    }
    await this.#eeprom.flush()
  }

  async read(pin: Pin): Promise<PinState> {
    this.#checkPin(pin)
    return this.#ask({ type: 'read', pin })
  }

  async hold(pin: Pin, hold: PinHold): Promise<PinState> {
    this.#checkPin(pin)
    const state = await this.#ask({ type: 'hold', pin, hold })
    this.#holds.set(pin, hold)
    return state
  }

  async release(pin: Pin): Promise<PinState> {
    this.#checkPin(pin)
    this.#holds.delete(pin)
    return this.#ask({ type: 'release', pin })
  }

  unplug(): void {
    if (!this.#plugged) return
    this.#plugged = false
    this.#post({ type: 'close' })
    this.#post({ type: 'power', on: false })
    this.#disconnect()
  }

  plug(): void {
    if (this.#plugged) return
    this.#plugged = true
    this.#post({ type: 'power', on: true })
  }

  onPin(listener: (state: PinState) => void): () => void {
    this.#pinListeners.add(listener)
    this.#post({ type: 'watch', on: true })
    return () => {
      this.#pinListeners.delete(listener)
      if (this.#pinListeners.size === 0) this.#post({ type: 'watch', on: false })
    }
  }

  load(): Promise<Load> {
    return this.#ask({ type: 'load' })
  }

  present(): boolean {
    return this.#worker !== null && this.#plugged
  }

  open(_port: VirtualPort, baudRate: number): void {
    this.#session++
    this.#post({ type: 'open', session: this.#session, baudRate })
  }

  close(): void {
    this.#session++
    this.#post({ type: 'close' })
  }

  send(data: Uint8Array): void {
    this.#post({ type: 'bytes', data })
  }

  setBaudRate(baudRate: number): void {
    this.#post({ type: 'baud', baudRate })
  }

  reset(): void {
    this.#post({ type: 'reset' })
  }

  flush(): void {
    this.#post({ type: 'flush' })
  }

  async drain(): Promise<void> {
    await this.#ask({ type: 'drain' })
  }

  readonly #warn = (message: string): void => this.#options.warn?.(message)

  async #begin(): Promise<void> {
    await this.#exited
    try {
      await this.#spawn(await this.#readFirmware())
    } catch (error) {
      this.#running = false
      throw error
    }
  }

  async #readFirmware(): Promise<Uint8Array> {
    const { hex, mcu } = this.#options
    let text: string
    try {
      text = await readFile(hex, 'latin1')
    } catch (cause) {
      throw new MakerhallError(
        {
          code: 'virtual.hex-unreadable',
          file: hex,
          message: 'The firmware file cannot be read.',
          mend: 'Build it with: npm run firmware',
        },
        { cause },
      )
    }
    return parseIntelHex(text, chips[mcu].flashBytes, hex)
  }

  async #spawn(flash: Uint8Array): Promise<void> {
    const { mcu, parts, seed = hash(this.id) } = this.#options
    const birth: Birth = { mcu, flash, eeprom: await this.#eeprom.read(), parts, seed }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: birth, execArgv: [] })
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    this.#exited = exited
    let problem = 'its thread ended'
    worker.on('error', (error) => {
      problem = error.message
    })
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) =>
        message.type === 'ready' ? resolve() : this.#take(message),
      )
      void exited.then(() => reject(new Error(`The virtual board ${this.id} does not start: ${problem}`)))
    })
    this.#worker = worker
    this.#recover()
    void exited.then(() => this.#ended(flash, problem))
  }

  /** A new worker knows nothing of what was set from outside. */
  #recover(): void {
    if (!this.#plugged) this.#post({ type: 'power', on: false })
    if (this.#pinListeners.size > 0) this.#post({ type: 'watch', on: true })
    for (const [pin, hold] of this.#holds) {
      void this.#ask({ type: 'hold', pin, hold }).catch(() => undefined)
    }
  }

  #ended(flash: Uint8Array, problem: string): void {
    this.#worker = null
    this.#disconnect()
    for (const { reject } of this.#pending.values()) reject(this.#stoppedError())
    this.#pending.clear()
    if (!this.#running) return
    this.#warn(`The virtual board ${this.id} broke down and starts again: ${problem}`)
    this.#restartSoon(flash)
  }

  #restartSoon(flash: Uint8Array): void {
    this.#restart = setTimeout(() => {
      this.#restart = null
      this.#starting = this.#spawn(flash).catch((error: unknown) => {
        this.#warn(String(error))
        if (this.#running) this.#restartSoon(flash)
      })
    }, RESTART_PAUSE)
  }

  #disconnect(): void {
    const { port } = this.#current
    this.#current.port = null
    this.#session++
    port?.disconnect()
  }

  #take(message: FromWorker): void {
    switch (message.type) {
      case 'answer':
        this.#pending.get(message.id)?.resolve(message.answer)
        this.#pending.delete(message.id)
        break
      case 'bytes':
        if (message.session === this.#session) this.#current.port?.take(message.data)
        break
      case 'arrived':
        if (message.session === this.#session) this.#current.port?.arrived(message.count)
        break
      case 'eeprom':
        this.#eeprom.save(message.data)
        break
      case 'pins':
        for (const state of message.states) this.#tell(state)
        break
    }
  }

  #tell(state: PinState): void {
    for (const listener of this.#pinListeners) {
      try {
        listener(state)
      } catch (error) {
        this.#warn(`A listener to the pins of ${this.id} failed: ${String(error)}`)
      }
    }
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  #ask<Asked extends Request>(request: Asked): Promise<Answers[Asked['type']]> {
    const worker = this.#worker
    if (!worker) return Promise.reject(this.#stoppedError())
    const id = ++this.#lastRequest
    return new Promise((resolve, reject) => {
      // The worker answers each kind of request with the answer of that kind.
      this.#pending.set(id, { resolve: (answer) => resolve(answer as Answers[Asked['type']]), reject })
      worker.postMessage({ type: 'request', id, request } satisfies ToWorker)
    })
  }

  #checkPin(pin: Pin): void {
    if (chips[this.#options.mcu].pins.has(pin)) return
    const pins = [...chips[this.#options.mcu].pins.keys()]
    throw new MakerhallError({
      code: 'virtual.no-such-pin',
      message: `The virtual board ${this.id} has no pin ${pin}.`,
      mend: `Use one of ${pins.join(', ')}.`,
    })
  }

  #stoppedError(): MakerhallError {
    return new MakerhallError({
      code: 'virtual.stopped',
      message: `The virtual board ${this.id} is not running.`,
      mend: 'Wait until it has started again, or start the controller.',
    })
  }
}
