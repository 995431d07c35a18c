import type { BoardStatus } from '../../../shared/board.ts'
import type { Pin } from '../../../shared/ids.ts'
import { Listeners } from '../../../shared/listeners.ts'
import { silentLogger } from '../../../shared/node/logger.ts'
import {
  type Board,
  type Boards,
  type InputSetup,
  IoPlugin,
  type OutputSetup,
  type Reading,
} from '../../boards/index.ts'

/** A board that is there or away as the test says, and keeps what was asked of it. */
class FakeBoard implements Board {
  readonly id: string
  identity: string | null
  readonly inputs = new Map<Pin, InputSetup>()
  readonly outputs = new Map<Pin, OutputSetup>()
  /** Every write, in order. */
  readonly written: [Pin, number][] = []
  state: BoardStatus['state'] = 'searching'
  problem: BoardStatus['problem'] = null
  readonly io = new IoPlugin({
    drive: () => undefined,
    write: (pin, raw) => this.written.push([pin, raw]),
    report: () => undefined,
  })

  constructor(id: string, identity: string | null) {
    this.id = id
    this.identity = identity
  }

  input(pin: Pin, setup: InputSetup): void {
    this.inputs.set(pin, setup)
  }

  output(pin: Pin, setup: OutputSetup): void {
    this.outputs.set(pin, setup)
  }

  safe(): void {
    this.written.length = 0
  }

  status(): BoardStatus {
    const counters = { received: 0, badChecksum: 0, malformed: 0, tooLong: 0, lostReports: 0 }
    return {
      id: this.id,
      kind: 'makerhall',
      state: this.state,
      identity: this.identity,
      firmware: null,
      protocol: null,
      port: null,
      since: new Date(0).toISOString(),
      lastSeen: null,
      problem: this.problem,
      counters: { ...counters, retries: 0, refused: 0, reconnects: 0 },
    }
  }
}

/** Boards without ports, for the tests of this room. */
export class FakeBoards implements Boards {
  readonly #boards = new Map<string, FakeBoard>()
  readonly #status = new Listeners<BoardStatus>(silentLogger)
  readonly #readings = new Listeners<Reading>(silentLogger)
  readonly #notes = new Listeners<Parameters<Parameters<Boards['onOutput']>[0]>[0]>(silentLogger)

  constructor(identities: Record<string, string | null>) {
    for (const [id, identity] of Object.entries(identities)) this.#boards.set(id, new FakeBoard(id, identity))
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  lookAgain(): void {}
  pins(): null {
    return null
  }

  board(id: string): FakeBoard | undefined {
    return this.#boards.get(id)
  }

  list(): BoardStatus[] {
    return [...this.#boards.values()].map((board) => board.status())
  }

  onStatus(listener: (status: BoardStatus) => void): () => void {
    return this.#status.add(listener)
  }

  onReading(listener: (reading: Reading) => void): () => void {
    return this.#readings.add(listener)
  }

  onOutput(listener: Parameters<Boards['onOutput']>[0]): () => void {
    return this.#notes.add(listener)
  }

  /** The board comes or goes. */
  becomes(id: string, state: BoardStatus['state'], code = 'board.gone'): void {
    const board = this.#boards.get(id)
    if (!board) return
    board.state = state
    board.problem = state === 'ready' ? null : { code, message: code, mend: '' }
    this.#status.emit(board.status())
  }

  reads(board: string, pin: Pin, raw: number, at = Date.now()): void {
    this.#readings.emit({ board, pin, raw, at })
  }

  notes(board: string, pin: Pin | null, what: 'refused' | 'safe-state' | 'restored'): void {
    this.#notes.emit({ board, pin, what })
  }
}
