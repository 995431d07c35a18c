import { randomBytes } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { BindingInterface } from '@serialport/bindings-interface'
import { type KeptFile, keptFile } from '../../shared/node/kept-file.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { Site } from '../../shared/site.ts'
import { devicePaths } from './device-paths.ts'
import { chooseBoard, IdentityFile, makeIdentity } from './identity.ts'
import type { Hello } from './link.ts'
import { deviceAt, forgive, newPort, type Port, waitLonger } from './port.ts'
import { cannotOpen, otherIdentity, sameIdentity, searching } from './problems.ts'
import type { SerialBoard } from './serial-board.ts'
import { type Ended, Session } from './session.ts'

/** Our firmware's rate. */
const BAUD_RATE = 115_200
/** Written and virtual ports cost nothing to look at; the operating system's list starts a process on Linux. */
const LOOK_EVERY = 250
const LIST_EVERY = 1_000
/** A board that was ready for as long as this is worth a quick try again. */
const STEADY_AFTER = 5_000

export interface VirtualPort {
  board: SerialBoard
  path: string
  binding: BindingInterface
}

/**
 * Finds the boards with our firmware: looks at every port that is listed, written or virtual, asks politely who is
 * there, and gives the answer's session to the board of that identity. It looks only while a board is missing.
 */
export class Finder {
  readonly #boards: readonly SerialBoard[]
  readonly #virtuals: readonly VirtualPort[]
  readonly #site: Site
  readonly #file: KeptFile<typeof IdentityFile>
  readonly #system: BindingInterface
  readonly #logger: Logger
  readonly #ports = new Map<string, Port>()
  #learned: Record<string, string> = {}
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #lookOnceMore = false
  #listedAt = Number.NEGATIVE_INFINITY
  #running = false

  constructor(options: {
    site: Site
    dataDir: string
    boards: readonly SerialBoard[]
    virtuals: readonly VirtualPort[]
    /** The operating system's ports. */
    system: BindingInterface
    logger: Logger
  }) {
    this.#site = options.site
    this.#boards = options.boards
    this.#virtuals = options.virtuals
    const file = join(options.dataDir, 'controller', 'boards.json')
    this.#file = keptFile(file, IdentityFile, options.logger)
    this.#system = options.system
    this.#logger = options.logger
  }

  async start(): Promise<void> {
    this.#learned = this.#file.read()?.identities ?? {}
    for (const { board, path, binding } of this.#virtuals) this.#addPort(path, binding, board)
    for (const board of this.#boards) {
      board.remember(this.#writtenIdentity(board) ?? this.#learned[board.id] ?? null)
      if (board.site.kind === 'makerhall' && board.site.port && !this.#isExcluded(board.site.port))
        this.#addPort(board.site.port, this.#system, board)
    }
    for (const path of this.#site.ports)
      if (!this.#ports.has(path) && !this.#isExcluded(path)) this.#addPort(path, this.#system, null)
    this.#running = true
    this.#look()
  }

  async stop(): Promise<void> {
    this.#running = false
    if (this.#timer) clearTimeout(this.#timer)
    await this.#looking
    await Promise.all([...this.#ports.values()].map((port) => port.session?.close()))
    await Promise.all(this.#boards.map((board) => board.close()))
  }

  /** Every port gets another chance, now. */
  lookAgain(): void {
    for (const port of this.#ports.values()) forgive(port)
    this.#listedAt = Number.NEGATIVE_INFINITY
    this.#look()
  }

  #addPort(path: string, binding: BindingInterface, owner: SerialBoard | null): void {
    this.#ports.set(path, newPort(path, binding, owner))
  }

  #isExcluded(path: string): boolean {
    const firmata = this.#site.boards.some((board) => board.kind === 'firmata' && board.port === path)
    return firmata || this.#site.exclude.includes(path)
  }

  #writtenIdentity(board: SerialBoard): string | null {
    return board.site.kind === 'makerhall' ? (board.site.identity ?? null) : null
  }

  #look(): void {
    if (!this.#running) return
    if (this.#looking) {
      this.#lookOnceMore = true
      return
    }
    if (this.#timer) clearTimeout(this.#timer)
    this.#looking = this.#lookAround()
      .catch((error: unknown) => this.#logger.warn({ error }, 'Looking for boards failed'))
      .finally(() => {
        this.#looking = null
        if (this.#lookOnceMore) {
          this.#lookOnceMore = false
          this.#look()
        } else this.#schedule()
      })
  }

  #schedule(): void {
    if (!this.#running || !this.#boards.some(isMissing)) return
    const now = performance.now()
    const dues = [...this.#ports.values()]
      .filter((port) => this.#isWanted(port))
      .map((port) => port.due - now)
    const wait = Math.max(0, Math.min(LOOK_EVERY, ...dues.filter((due) => due > 0)))
    this.#timer = setTimeout(() => this.#look(), wait)
  }

  async #lookAround(): Promise<void> {
    if (!this.#boards.some(isMissing)) return
    await this.#listPorts()
    await Promise.all([...this.#ports.values()].map((port) => this.#notice(port)))
    if (!this.#running) return
    const now = performance.now()
    for (const port of this.#ports.values())
      if (port.device !== null && port.due <= now && this.#isWanted(port)) void this.#tryPort(port)
    this.#tellWhoIsMissing()
  }

  /** The operating system's ports, as far as they are not known by another name. */
  async #listPorts(): Promise<void> {
    const isAsked = this.#boards.some((board) => board.kind === 'makerhall' && isMissing(board))
    if (!isAsked || performance.now() - this.#listedAt < LIST_EVERY) return
    this.#listedAt = performance.now()
    const listed = await this.#system.list().then(
      (ports) => ports.map(({ path }) => path),
      () => devicePaths(),
    )
    const named = [...this.#ports.keys(), ...this.#site.exclude, ...firmataPorts(this.#site)]
    const real = new Set(await Promise.all(named.map((path) => realpath(path).catch(() => path))))
    for (const path of listed)
      if (!real.has(path) && !this.#isExcluded(path)) this.#addPort(path, this.#system, null)
  }

  /** Sees whether the device behind a path is there, gone, or another one. */
  async #notice(port: Port): Promise<void> {
    const device = await deviceAt(port)
    if (device === port.device) return
    port.device = device
    port.expects = null
    const twin = port.twinOf
    forgive(port)
    // The other one of two alike is the only one now.
    if (twin) for (const other of this.#ports.values()) if (other.twinOf === twin) forgive(other)
  }

  #isWanted(port: Port): boolean {
    if (port.session || port.leftAlone !== null) return false
    const wanted = port.owner ?? port.expects
    if (wanted?.kind === 'virtual') return isMissing(wanted)
    return this.#boards.some((board) => board.kind === 'makerhall' && isMissing(board))
  }

  async #tryPort(port: Port): Promise<void> {
    const session = new Session({
      onHello: (hello) => this.#onHello(port, session, hello),
      onReady: () => {
        port.readySince = performance.now()
        port.board?.ready()
      },
      onReading: (pin, raw, age) => port.board?.reading(pin, raw, age),
      onNote: (pin, what, why) => port.board?.note(pin, what, why),
      onEnded: (ended) => this.#onEnded(port, session, ended),
    })
    port.session = session
    const board = port.owner ?? port.expects
    try {
      await session.open({ path: port.path, binding: port.binding, baudRate: BAUD_RATE })
      if (board && isMissing(board)) board.asked(port.path)
    } catch (error) {
      port.session = null
      waitLonger(port)
      const problem = cannotOpen(port.path, error)
      if (board && isMissing(board)) board.trouble('searching', problem)
      else
        port.leftAlone = `${port.path} (${problem.code === 'board.port-busy' ? 'in use' : 'does not open'})`
      this.#schedule()
    }
  }

  #onHello(port: Port, session: Session, hello: Hello): void {
    const { identity } = hello
    const twin = [...this.#ports.values()].find(
      (other) => other !== port && other.session && identity !== null && other.identity === identity,
    )
    if (identity !== null && twin) {
      this.#refuseTwins(identity, [twin, port])
      return
    }
    // The same board after a reset.
    if (port.board && identity !== null && port.identity === identity) {
      port.board.attach(session, hello, port.path)
      return
    }
    if (port.board) {
      // Another board at the other end of an open line.
      this.#endSession(port)
      this.#look()
      return
    }
    const choice = chooseBoard(identity, port.path, this.#claimants())
    const board = this.#boards.find((candidate) => candidate.id === choice.board)
    if (!board) {
      if (choice.board === null && choice.wanted) {
        const { board: id, identity: wanted } = choice.wanted
        const owner = this.#boards.find((candidate) => candidate.id === id)
        owner?.trouble('searching', otherIdentity(port.path, identity ?? 'a new board', wanted))
      }
      port.leftAlone = `${port.path} (${identity ?? 'a new board'}, which the site file does not name)`
      this.#endSession(port)
      return
    }
    if (identity === null) {
      session.identify(this.#writtenIdentity(board) ?? makeIdentity(randomBytes(4)))
      return
    }
    port.identity = identity
    port.board = board
    this.#learn(board.id, identity)
    board.attach(session, hello, port.path)
  }

  #claimants() {
    return this.#boards.map((board) => ({
      id: board.id,
      sure: board.kind === 'virtual',
      port:
        board.site.kind === 'makerhall'
          ? (board.site.port ?? null)
          : (this.#virtuals.find((virtual) => virtual.board === board)?.path ?? null),
      written: this.#writtenIdentity(board),
      learned: this.#learned[board.id] ?? null,
      connected: board.isConnected,
    }))
  }

  #refuseTwins(identity: string, twins: Port[]): void {
    const problem = sameIdentity(
      identity,
      twins.map((port) => port.path),
    )
    const refused = new Set<SerialBoard>()
    for (const port of twins) {
      const known = this.#boards.find((b) => (this.#writtenIdentity(b) ?? this.#learned[b.id]) === identity)
      for (const board of [port.board, port.owner, known])
        if (board && (board === port.board || isMissing(board))) refused.add(board)
      port.twinOf = identity
      port.leftAlone = `${port.path} (${identity} twice)`
      this.#endSession(port)
    }
    this.#logger.warn({ identity, problem: problem.code }, problem.message)
    for (const board of refused) board.refuse(problem)
    this.#schedule()
  }

  #endSession(port: Port): void {
    void port.session?.close()
    port.session = null
    port.board = null
    port.identity = null
  }

  #onEnded(port: Port, session: Session, ended: Ended): void {
    const { board, owner, expects } = port
    port.session = null
    port.board = null
    port.identity = null
    if (board) {
      if (performance.now() - port.readySince > STEADY_AFTER) forgive(port)
      port.expects = board
      board.detach(ended)
      waitLonger(port)
    } else {
      const wanted = owner ?? expects
      if (wanted && isMissing(wanted)) {
        wanted.addCounts(session.link.counters)
        wanted.fail(port.path, ended)
        waitLonger(port)
      } else if (ended.why === 'gone') waitLonger(port)
      else port.leftAlone = `${port.path} (${found[ended.why]})`
    }
    this.#look()
  }

  #tellWhoIsMissing(): void {
    const findings = [...this.#ports.values()].flatMap((port) => port.leftAlone ?? [])
    for (const board of this.#boards) {
      if (board.state !== 'searching' || this.#isTwin(board)) continue
      const port = [...this.#ports.values()].find((candidate) => candidate.owner === board)
      if (!port) board.trouble('searching', searching(board.id, undefined, findings))
      else if (port.device === null) board.trouble('searching', searching(board.id, port.path, findings))
    }
  }

  #isTwin(board: SerialBoard): boolean {
    const identity = board.status().identity
    return [...this.#ports.values()].some((port) => port.twinOf !== null && port.twinOf === identity)
  }

  #learn(board: string, identity: string): void {
    if (this.#learned[board] === identity) return
    this.#learned = { ...this.#learned, [board]: identity }
    try {
      this.#file.write({ makerhall: 1, identities: this.#learned })
    } catch (error) {
      this.#logger.warn({ file: this.#file.file, error }, 'The boards’ identities could not be kept')
    }
  }
}

const found = {
  silent: 'silent',
  'wrong-firmware': 'other firmware',
  'old-protocol': 'other version of the firmware',
  mute: 'stopped answering',
  eeprom: 'EEPROM worn out',
} as const

const isMissing = (board: SerialBoard) => board.state !== 'ready'

const firmataPorts = (site: Site) =>
  site.boards.flatMap((board) => (board.kind === 'firmata' ? [board.port] : []))
