import { readFileSync } from 'node:fs'
import type { EEPROMMemoryBackend } from 'avr8js'
import { type BoardLine, type Command, decodeLine, encodeCommand } from '../../firmware-protocol/index.ts'
import { EmulatedUno } from './avr8js.ts'

/** The committed firmware, as it would be flashed. */
export const unoHex = readFileSync(
  new URL('../../firmware-protocol/hex/makerhall-uno.hex', import.meta.url),
  'utf8',
)

type Of<Kind> = Extract<BoardLine, { kind: Kind }>

/** A controller's side of the line to an emulated Uno that has just been switched on. */
export class Host {
  readonly board: EmulatedUno
  readonly hello: Of<'hello'>
  #seq = 0

  constructor(eeprom?: EEPROMMemoryBackend, hex = unoHex) {
    this.board = new EmulatedUno(hex, eeprom)
    this.board.runUntil(() => this.board.said.length > 0)
    const [hello] = this.board.lines()
    if (hello?.kind !== 'hello') throw new Error('It began without a hello.')
    this.hello = hello
    this.board.said.length = 0
  }

  /** The next command's line, not yet sent. */
  line(command: Command): string {
    this.#seq += 1
    return encodeCommand(command, this.#seq, this.hello.nonce)
  }

  /** Sends a command and gives its answer: `ok`, results, or the error's name. */
  ask(command: Command): string {
    const answer = decodeLine(this.board.ask(this.line(command)))
    if (!answer.ok) throw new Error(answer.error)
    if (answer.line.kind === 'ack') return answer.line.result.join(' ') || 'ok'
    return answer.line.kind === 'refusal' ? answer.line.error : answer.line.kind
  }

  /** Commands that have to succeed. */
  must(...commands: Command[]) {
    for (const command of commands) {
      const answer = this.ask(command)
      if (answer !== 'ok') throw new Error(`${JSON.stringify(command)}: ${answer}`)
    }
  }

  /** Runs the board for some ms and keeps its heartbeat. */
  run(milliseconds: number) {
    for (let left = milliseconds; left > 0; left -= 100) {
      this.ask({ command: 'beat' })
      this.board.run(Math.min(left, 100))
    }
  }

  actuator(pin: number, mode: 'output' | 'pwm' | 'servo', min: number, max: number, safe: number) {
    this.must({ command: 'mode', pin, mode }, { command: 'limits', pin, min, max, safe })
  }

  input(pin: number, mode: 'input' | 'pullup' | 'analog', interval: number, threshold = 1) {
    this.must({ command: 'mode', pin, mode }, { command: 'report', pin, interval, threshold })
  }

  reports(from = 0): Of<'report'>[] {
    return this.board.lines(from).filter((line) => line.kind === 'report')
  }

  /** What one pin has reported since a line of the transcript. */
  values(pin: number, from = 0): number[] {
    return this.reports(from).flatMap(({ values }) =>
      values.filter((value) => value.pin === pin).map(({ value }) => value),
    )
  }

  /** The place in the transcript from which on something is looked for. */
  get mark() {
    return this.board.said.length
  }
}
