import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SerialPort } from 'serialport'
import { type BoardLine, type Command, decodeLine, encodeCommand } from '../../firmware-protocol/index.ts'

const source = fileURLToPath(new URL('simavr/runner.c', import.meta.url))

/** Cycles in a millisecond. */
export const millisecond = 16_000

/**
 * Compiles the runner into a folder of its own.
 * @returns the program, and what removes it
 */
export function buildRunner(): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'makerhall-simavr-'))
  const program = join(folder, 'runner')
  const flags = ['-O2', '-Wall', '-Wextra', '-Werror']
  execFileSync('gcc', [...flags, '-o', program, source, '-lsimavr', '-lelf'], { stdio: 'pipe' })
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Something that the runner told, with the chip's cycle at which it happened. */
export interface Happening {
  what: string
  cycle: number
  text: string
}

/** A board on simavr, in a process of its own, spoken to through its pseudo-terminal. */
export class SimavrBoard {
  readonly happened: Happening[] = []
  nonce = ''
  #seq = 0
  #process: ChildProcessByStdio<Writable, Readable, null> | null = null
  #port: SerialPort | null = null
  #waiting = new Set<() => void>()

  /**
   * Starts the chip alone; gives the path of its serial line.
   * @param bootloaderBaud where `hex` is a bootloader that is to be reached by a reset, as on a real port
   */
  async power(program: string, mcu: 'atmega328p' | 'atmega2560', hex: string, bootloaderBaud?: number) {
    const words = bootloaderBaud === undefined ? [mcu, hex] : [mcu, hex, String(bootloaderBaud)]
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#process = child
    createInterface(child.stdout.setEncoding('latin1')).on('line', (line) => this.#note(line))
    return (await this.happens('pty')).text
  }

  /** Starts the chip with our firmware, opens its line and has its hello. */
  async start(program: string, mcu: 'atmega328p' | 'atmega2560', hex: string): Promise<void> {
    await this.open(await this.power(program, mcu, hex))
    await this.hello()
  }

  async open(path: string): Promise<void> {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false })
    this.#port = port
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
    /* The board's words are read from the runner, with their cycles; the port's own copy is let go. */
    port.resume()
  }

  async stop(): Promise<void> {
    const port = this.#port
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()))
    const child = this.#process
    if (!child || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.stdin.end('quit\n')
    await exited
  }

  #note(line: string) {
    const [what = '', first = '', ...rest] = line.split(' ')
    const happening =
      what === 'pty' || what === 'peek' || what === 'eeprom'
        ? { what, cycle: 0, text: [first, ...rest].join(' ') }
        : { what, cycle: Number(first), text: rest.join(' ') }
    this.happened.push(happening)
    for (const look of [...this.#waiting]) look()
  }

  /** Waits for something, from a place in what has happened on. */
  happens(what: string, matches: (text: string) => boolean = () => true, from = 0): Promise<Happening> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.happened.slice(from).find((event) => event.what === what && matches(event.text))
        if (!found) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  get mark() {
    return this.happened.length
  }

  /** To the runner, not to the board. */
  tell(words: string) {
    this.#process?.stdin.write(`${words}\n`)
  }

  /** To the board, as bytes. */
  send(line: string) {
    this.#port?.write(line, 'latin1')
  }

  says(matches: (line: BoardLine) => boolean, from: number): Promise<Happening> {
    return this.happens(
      'said',
      (text) => {
        const decoded = decodeLine(text)
        return decoded.ok && matches(decoded.line)
      },
      from,
    )
  }

  /** The hello that comes now, with the nonce of this start. */
  async hello(): Promise<Extract<BoardLine, { kind: 'hello' }>> {
    const from = this.mark
    this.send(encodeCommand({ command: 'hello' }, 0, ''))
    return this.#takeHello(await this.says(({ kind }) => kind === 'hello', from))
  }

  /** The hello that the board says of its own accord as it starts. */
  async starts(from: number): Promise<Extract<BoardLine, { kind: 'hello' }>> {
    return this.#takeHello(await this.says(({ kind }) => kind === 'hello', from))
  }

  #takeHello({ text }: Happening): Extract<BoardLine, { kind: 'hello' }> {
    const decoded = decodeLine(text)
    if (!decoded.ok || decoded.line.kind !== 'hello') throw new Error(text)
    this.nonce = decoded.line.nonce
    this.#seq = decoded.line.seq
    return decoded.line
  }

  /** Sends a command and gives its answer: `ok`, results, or the error's name. */
  async ask(command: Command): Promise<string> {
    this.#seq += 1
    const seq = this.#seq
    const from = this.mark
    this.send(encodeCommand(command, seq, this.nonce))
    const { text } = await this.says(
      (line) => (line.kind === 'ack' || line.kind === 'refusal') && line.seq === seq,
      from,
    )
    const decoded = decodeLine(text)
    if (decoded.ok && decoded.line.kind === 'ack') return decoded.line.result.join(' ') || 'ok'
    return decoded.ok && decoded.line.kind === 'refusal' ? decoded.line.error : text
  }

  /** Commands that have to succeed. */
  async must(...commands: Command[]): Promise<void> {
    for (const command of commands) {
      const answer = await this.ask(command)
      if (answer !== 'ok') throw new Error(`${JSON.stringify(command)}: ${answer}`)
    }
  }

  async peek(address: number): Promise<number> {
    const from = this.mark
    this.tell(`peek ${address}`)
    const { text } = await this.happens('peek', (found) => found.startsWith(`${address} `), from)
    return Number(text.split(' ')[1])
  }

  async writeEeprom(address: number, value: number): Promise<void> {
    const from = this.mark
    this.tell(`eeprom ${address} ${value}`)
    await this.happens('eeprom', () => true, from)
  }

  async cycles(): Promise<number> {
    const from = this.mark
    this.tell('cycles')
    return (await this.happens('cycles', () => true, from)).cycle
  }
}
