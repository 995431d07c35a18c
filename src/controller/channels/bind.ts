import type { Mcu } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'
import type { Manifest } from '../../shared/manifest.ts'
import type { Problem } from '../../shared/problem.ts'
import type { Site, SiteBoard } from '../../shared/site.ts'
import { canDo, type PinUse, pinsFor, servoTimerPins } from '../boards/index.ts'
import type { BoundExhibit } from './types.ts'

const uses: Record<PinUse, string> = {
  'analog-in': 'measure a voltage',
  'digital-in': 'be a digital input',
  'pwm-out': 'put out PWM',
  'servo-out': 'drive a servo',
  'digital-out': 'be a digital output',
}

/** A physical board says what it is only when it answers; a pin that any of ours has will do until then. */
const mcuOf = (board: SiteBoard): Mcu | null => (board.kind === 'virtual' ? board.mcu : null)

/**
 * Joins each exhibit's channels to boards and pins: the manifest's pins, unless the site file says otherwise. An exhibit
 * with a problem is not bound; the others are. Exhibits of the site without a manifest here are passed over: their
 * packages' own problems tell why.
 * @param file the site file's path, for the problems
 */
export function bindExhibits(
  site: Site,
  manifests: readonly Manifest[],
  file?: string,
): { bound: BoundExhibit[]; problems: Problem[] } {
  const problems: Problem[] = siteProblems(site).map((problem) => ({ ...problem, file }))
  const boards = new Map<string, SiteBoard>()
  for (const board of site.boards) if (!boards.has(board.id)) boards.set(board.id, board)
  const taken = new Map<string, string>()
  const bound: BoundExhibit[] = []
  const wanted = wantedPins(site, manifests)
  /** Who has the servos' timer of a board, and for what. */
  const timers = new Map<string, string>()

  for (const [index, entry] of site.exhibits.entries()) {
    const manifest = manifests.find((candidate) => candidate.id === entry.id)
    if (!manifest || bound.some((other) => other.id === entry.id)) continue
    const at = `exhibits[${index}]`
    const found: Problem[] = []
    const problem = (code: string, path: string, message: string, mend: string) =>
      found.push({ code: `site.${code}`, file, path, message, mend })

    for (const name of Object.keys(entry.bindings))
      if (!(name in manifest.channels))
        problem(
          'unknown-channel',
          `${at}.bindings.${name}`,
          `The exhibit ${entry.id} has no channel ${name}.`,
          `Use one of ${Object.keys(manifest.channels).join(', ')}, or remove this binding.`,
        )

    const bindings: BoundExhibit['bindings'] = {}
    const mine = new Map<string, string>()
    for (const [name, spec] of Object.entries(manifest.channels)) {
      const own = entry.bindings[name]
      const boardId = own?.board ?? entry.board
      const pin = own?.pin ?? spec.pin
      const boardPath = own?.board === undefined ? `${at}.board` : `${at}.bindings.${name}.board`
      const pinPath = `${at}.bindings.${name}.pin`
      const board = boards.get(boardId)
      if (!board) {
        // Said once, however many channels hang on it.
        if (!found.some((other) => other.path === boardPath))
          problem(
            'unknown-board',
            boardPath,
            `There is no board ${boardId}.`,
            `Use one of ${[...boards.keys()].join(', ') || 'the boards that you add to boards'}.`,
          )
        continue
      }
      const mcu = mcuOf(board)
      const isFree = (candidate: Pin) => !wanted.has(`${boardId} ${candidate}`)
      const key = `${boardId} ${pin}`
      if (!canDo(pin, spec.kind, mcu)) {
        problem(
          'pin-cannot',
          pinPath,
          `Pin ${pin} of ${describeBoard(board)} cannot ${uses[spec.kind]}, which ${entry.id} needs for ${name}.`,
          advise(spec.kind, mcu, isFree),
        )
        continue
      }
      const other = taken.get(key) ?? mine.get(key)
      if (other) {
        problem(
          'pin-twice',
          pinPath,
          `Pin ${pin} of ${describeBoard(board)} is already used by ${other}.`,
          advise(spec.kind, mcu, isFree),
        )
        continue
      }
      const timer = timerUse(spec.kind, pin, mcu)
      const rival = timer && (timers.get(`${boardId} ${timer.against}`) ?? null)
      if (mcu && rival) {
        problem(
          'timer-conflict',
          pinPath,
          `On ${describeBoard(board)}, servos and PWM on the pins ${servoTimerPins(mcu).join(', ')} need the same timer, which ${rival} has.`,
          spec.kind === 'pwm-out'
            ? advise(
                spec.kind,
                mcu,
                (candidate) => isFree(candidate) && !servoTimerPins(mcu).includes(candidate),
              )
            : 'Bind it to another board.',
        )
        continue
      }
      if (timer) timers.set(`${boardId} ${timer.use}`, `${entry.id}’s ${name}`)
      mine.set(key, `${entry.id}’s ${name}`)
      bindings[name] = { board: boardId, pin }
    }
    if (found.length === 0) {
      bound.push({ id: entry.id, manifest, bindings })
      for (const [key, name] of mine) taken.set(key, name)
    }
    problems.push(...found)
  }
  return { bound, problems }
}

/** Whether the pin takes the timer that servos need, for what, and against whom. */
function timerUse(use: PinUse, pin: Pin, mcu: Mcu | null): { use: string; against: string } | null {
  if (use === 'servo-out') return { use: 'servo', against: 'pwm' }
  const isPwm = use === 'pwm-out' && mcu !== null && servoTimerPins(mcu).includes(pin)
  return isPwm ? { use: 'pwm', against: 'servo' } : null
}

/** Every pin that some channel asks for, rightly or not: no mend should lead to the next problem. */
function wantedPins(site: Site, manifests: readonly Manifest[]): Set<string> {
  const keys = site.exhibits.flatMap((entry) => {
    const manifest = manifests.find((candidate) => candidate.id === entry.id)
    return Object.entries(manifest?.channels ?? {}).map(([name, spec]) => {
      const own = entry.bindings[name]
      return `${own?.board ?? entry.board} ${own?.pin ?? spec.pin}`
    })
  })
  return new Set(keys)
}

const describeBoard = (board: SiteBoard) =>
  board.kind === 'virtual' ? `${board.id} (virtual ${board.mcu})` : board.id

function advise(use: PinUse, mcu: Mcu | null, isFree: (pin: Pin) => boolean): string {
  const free = pinsFor(use, mcu ?? 'uno').filter(isFree)
  return free.length > 0
    ? `Bind it to pin ${free[0]}${free.length > 1 ? ` (also free: ${free.slice(1).join(', ')})` : ''}.`
    : 'Bind it to another board: no pin of this one is free that can do it.'
}

/** Where the site file contradicts itself about boards. The first of two that claim the same thing keeps it. */
function siteProblems(site: Site): Problem[] {
  const problems: Problem[] = []
  const seen = new Map<string, string>()
  const claim = (what: string, code: string, path: string, by: string, message: string, mend: string) => {
    if (seen.has(what)) problems.push({ code: `site.${code}`, path, message, mend })
    else seen.set(what, by)
  }
  for (const [index, board] of site.boards.entries()) {
    const at = `boards[${index}]`
    claim(
      `id ${board.id}`,
      'board-twice',
      `${at}.id`,
      board.id,
      `There are two boards ${board.id}.`,
      'Give each board an id of its own.',
    )
    if (board.kind === 'virtual') continue
    if (board.port)
      claim(
        `port ${board.port}`,
        'port-twice',
        `${at}.port`,
        board.id,
        `The port ${board.port} is given to two boards.`,
        'Write each port at one board only.',
      )
    if (board.port && site.exclude.includes(board.port))
      problems.push({
        code: 'site.port-excluded',
        path: `${at}.port`,
        message: `The port ${board.port} of ${board.id} is also in exclude, so nobody looks there.`,
        mend: 'Remove it from exclude, or from this board.',
      })
    if (board.kind === 'makerhall' && board.identity)
      claim(
        `identity ${board.identity}`,
        'identity-twice',
        `${at}.identity`,
        board.id,
        `The identity ${board.identity} is given to two boards.`,
        'Write each identity at one board only.',
      )
  }
  for (const [index, exhibit] of site.exhibits.entries())
    claim(
      `exhibit ${exhibit.id}`,
      'exhibit-twice',
      `exhibits[${index}].id`,
      exhibit.id,
      `The exhibit ${exhibit.id} stands here twice.`,
      'Remove one of the two entries.',
    )
  return problems
}
