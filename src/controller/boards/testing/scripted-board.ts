import {
  type BoardError,
  type BoardLine,
  type Command,
  decodeCommand,
  encodeBoardLine,
} from '../../../../firmware-protocol/index.ts'

const capabilities = {
  digital: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  analog: [14, 15, 16, 17, 18, 19],
  pwm: [3, 5, 6, 9, 10, 11],
  servo: [9, 10],
  analogBase: 14,
  maxInterval: 60_000,
  maxReports: 18,
  maxServos: 2,
  calibrationSlots: 6,
}

/**
 * A board of ours played by a program, for tests: it answers each line as the protocol says, remembers what it was told,
 * and misbehaves when asked to.
 */
export class ScriptedBoard {
  identity: string | null
  /** Every command that was carried out, in order; beats and hellos are not worth it. */
  readonly done: Exclude<Command, { command: 'beat' | 'hello' }>[] = []
  /** Says nothing at all. */
  isSilent = false
  /** So many answers are lost on the way. */
  losesAnswers = 0
  /** Speaks of another protocol. */
  protocol = 1
  /** Refuses such a command. */
  refuses: ((command: Command) => BoardError | null) | null = null
  hellos = 0
  #nonce = 'A001'
  #seq = 0
  #reportSeq = 0
  #micros = 1_000
  readonly #answers = new Map<number, BoardLine>()
  readonly #send: (line: string) => void

  constructor(identity: string | null, send: (line: string) => void) {
    this.identity = identity
    this.#send = send
  }

  /** What each pin was last told to put out. */
  get written(): Record<number, number> {
    const written: Record<number, number> = {}
    for (const command of this.done) {
      if (command.command === 'mode') delete written[command.pin]
      if (command.command === 'write') written[command.pin] = command.value
    }
    return written
  }

  /** The RESET button: everything that was set up is forgotten. */
  reset(says = false): void {
    this.#nonce = (Number.parseInt(this.#nonce, 16) + 1).toString(16).toUpperCase()
    this.#seq = 0
    this.#reportSeq = 0
    this.#micros = 1_000
    this.#answers.clear()
    this.done.length = 0
    if (says) this.#hello()
  }

  report(values: { pin: number; value: number }[], options: { lost?: number; micros?: number } = {}): void {
    this.#reportSeq += 1 + (options.lost ?? 0)
    const time = options.micros ?? this.#time()
    this.#say({ kind: 'report', seq: this.#reportSeq, time, values })
  }

  goSafe(cause: string): void {
    this.#say({ kind: 'safe', time: this.#time(), cause })
  }

  receive(text: string): void {
    const decoded = decodeCommand(text)
    if (!decoded.ok || this.isSilent) return
    const { command, seq, nonce } = decoded
    if (command.command === 'hello') {
      this.#hello()
      return
    }
    const time = this.#time()
    if (nonce !== this.#nonce) {
      this.#say({ kind: 'refusal', seq, time, error: 'stale' })
      return
    }
    const known = this.#answers.get(seq)
    if (known) {
      this.#answer(known)
      return
    }
    this.#seq = seq
    const error = this.refuses?.(command) ?? null
    if (error === null && command.command === 'identify') this.identity = command.identity
    if (error === null && command.command !== 'beat') this.done.push(command)
    const answer: BoardLine = error
      ? { kind: 'refusal', seq, time, error }
      : { kind: 'ack', seq, time, result: [] }
    this.#answers.set(seq, answer)
    this.#answer(answer)
  }

  #answer(line: BoardLine): void {
    if (this.losesAnswers > 0) this.losesAnswers -= 1
    else this.#say(line)
  }

  #hello(): void {
    this.hellos += 1
    if (this.protocol !== 1) {
      this.#say({ kind: 'foreign-hello', protocol: this.protocol, firmware: '9.9.9' })
      return
    }
    this.#say({
      kind: 'hello',
      protocol: 1,
      firmware: '1.0.0',
      identity: this.identity,
      nonce: this.#nonce,
      seq: this.#seq,
      mcu: 'uno',
      cause: 'power',
      capabilities,
    })
  }

  #say(line: BoardLine): void {
    if (!this.isSilent) this.#send(encodeBoardLine(line))
  }

  #time(): number {
    this.#micros += 100
    return this.#micros
  }
}
