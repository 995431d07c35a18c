import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BindingInterface } from '@serialport/bindings-interface'
import { SerialPort } from 'serialport'
import type { BoardStatus } from '../../shared/board.ts'
import type { Part } from '../../shared/breadboard.ts'
import { Listeners } from '../../shared/listeners.ts'
import { type Logger, silentLogger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { Site, SiteBoard } from '../../shared/site.ts'
import type { BoardEvents, Clock } from './base-board.ts'
import { Finder, type VirtualPort } from './finder.ts'
import { FirmataBoard } from './firmata-board.ts'
import { SerialBoard } from './serial-board.ts'
import type { Board, Boards, VirtualPins } from './types.ts'
import { createVirtualBoard, type VirtualBoard, type VirtualBoardOptions } from './virtual/index.ts'

export interface BoardsOptions {
  site: Site
  dataDir: string
  /** What stands on each virtual board's pins, by board id. */
  parts: Record<string, readonly Part[]>
  /** The wall clock in ms; `Date.now` where absent. */
  clock?: Clock
  logger?: Logger
  /** The operating system's serial ports; absent: the real ones. */
  binding?: BindingInterface
  /** Makes the virtual boards. */
  virtualBoard?: (options: VirtualBoardOptions) => VirtualBoard
}

/** The firmware that virtual boards run. */
const hexFile = (mcu: string) =>
  fileURLToPath(new URL(`../../../firmware-protocol/hex/makerhall-${mcu}.hex`, import.meta.url))

/**
 * The boards of a site file. Nothing is opened before `start`; a board that cannot be started says so in its status, and
 * the others go on. Of two boards with the same id the first counts.
 */
export function createBoards(options: BoardsOptions): Boards {
  return new AllBoards(options)
}

class AllBoards implements Boards {
  readonly #events: BoardEvents
  readonly #boards = new Map<string, SerialBoard | FirmataBoard>()
  readonly #virtuals = new Map<string, VirtualBoard>()
  readonly #makeFinder: (boards: SerialBoard[], virtuals: VirtualPort[]) => Finder
  readonly #logger: Logger
  #finder: Finder | null = null

  constructor({
    site,
    dataDir,
    parts,
    clock = Date.now,
    logger = silentLogger,
    binding = SerialPort.binding,
    virtualBoard = createVirtualBoard,
  }: BoardsOptions) {
    this.#logger = logger
    this.#events = {
      status: new Listeners(logger),
      reading: new Listeners(logger),
      output: new Listeners(logger),
    }
    const outside = { events: this.#events, clock, logger }
    const make = (board: SiteBoard) =>
      board.kind === 'firmata' ? new FirmataBoard(board, binding, outside) : new SerialBoard(board, outside)
    for (const board of site.boards) {
      if (this.#boards.has(board.id)) continue
      this.#boards.set(board.id, make(board))
      if (board.kind !== 'virtual') continue
      const virtual = virtualBoard({
        id: board.id,
        mcu: board.mcu,
        hex: hexFile(board.mcu),
        eeprom: join(dataDir, 'boards', `${board.id}.eeprom`),
        parts: parts[board.id] ?? [],
        warn: (message) => logger.warn({ board: board.id }, message),
      })
      this.#virtuals.set(board.id, virtual)
    }
    this.#makeFinder = (boards, virtuals) =>
      new Finder({ site, dataDir, boards, virtuals, system: binding, logger })
  }

  async start(): Promise<void> {
    if (this.#finder) return
    const started = await Promise.all(this.#serialBoards().map((board) => this.#power(board)))
    const sound = started.filter((board) => board !== null)
    const virtuals = sound.flatMap((board) => {
      const virtual = this.#virtuals.get(board.id)
      return virtual ? [{ board, path: virtual.path, binding: virtual.binding }] : []
    })
    this.#finder = this.#makeFinder(sound, virtuals)
    await this.#finder.start()
    for (const board of this.#boards.values()) if (board instanceof FirmataBoard) board.start()
  }

  async stop(): Promise<void> {
    await this.#finder?.stop()
    this.#finder = null
    await Promise.all([
      ...[...this.#boards.values()].map((board) => board instanceof FirmataBoard && board.stop()),
      ...[...this.#virtuals.values()].map((virtual) => virtual.stop()),
    ])
  }

  list(): BoardStatus[] {
    return [...this.#boards.values()].map((board) => board.status())
  }

  board(id: string): Board | undefined {
    return this.#boards.get(id)
  }

  pins(id: string): VirtualPins | null {
    return this.#virtuals.get(id) ?? null
  }

  lookAgain(): void {
    this.#finder?.lookAgain()
    for (const board of this.#boards.values()) if (board instanceof FirmataBoard) board.lookAgain()
  }

  onStatus(listener: Parameters<Boards['onStatus']>[0]): () => void {
    return this.#events.status.add(listener)
  }

  onReading(listener: Parameters<Boards['onReading']>[0]): () => void {
    return this.#events.reading.add(listener)
  }

  onOutput(listener: Parameters<Boards['onOutput']>[0]): () => void {
    return this.#events.output.add(listener)
  }

  #serialBoards(): SerialBoard[] {
    return [...this.#boards.values()].filter((board) => board instanceof SerialBoard)
  }

  /** A real board has its own power. Null for a virtual one that does not start: its status says why. */
  async #power(board: SerialBoard): Promise<SerialBoard | null> {
    try {
      await this.#virtuals.get(board.id)?.start()
      return board
    } catch (error) {
      const { code, message, mend } =
        error instanceof MakerhallError
          ? error.problem
          : {
              code: 'board.virtual-failed',
              message: `The virtual board ${board.id} does not start: ${String(error)}.`,
              mend: 'Start the controller again; if that does not help, move its EEPROM file away.',
            }
      this.#logger.warn({ board: board.id, error }, message)
      board.trouble('searching', { code, message, mend })
      return null
    }
  }
}
