import { stat } from 'node:fs/promises'
import type { BindingInterface } from '@serialport/bindings-interface'
import type { SerialBoard } from './serial-board.ts'
import type { Session } from './session.ts'

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 5_000

/** What the finder knows of one port. Times are monotonic, ms. */
export interface Port {
  readonly path: string
  readonly binding: BindingInterface
  /** The board that must be at the other end: a virtual one, or one whose port is written in the site file. */
  readonly owner: SerialBoard | null
  /** Changes when the device behind the path does; null while it is not there. */
  device: string | null
  session: Session | null
  /** Who answered in this session. */
  board: SerialBoard | null
  identity: string | null
  /** Who was ready here until the session ended. */
  expects: SerialBoard | null
  /** What was found at a port that is left alone until it vanishes or someone looks again. */
  leftAlone: string | null
  twinOf: string | null
  pause: number
  due: number
  readySince: number
}

export function newPort(path: string, binding: BindingInterface, owner: SerialBoard | null): Port {
  return {
    path,
    binding,
    owner,
    device: null,
    session: null,
    board: null,
    identity: null,
    expects: null,
    leftAlone: null,
    twinOf: null,
    pause: FIRST_PAUSE,
    due: 0,
    readySince: 0,
  }
}

/** The next try comes a little later than the one before. */
export function waitLonger(port: Port): void {
  port.due = performance.now() + port.pause
  port.pause = Math.min(port.pause * 2, LONGEST_PAUSE)
}

/** Gives the port another chance, at once. */
export function forgive(port: Port): void {
  port.leftAlone = null
  port.twinOf = null
  port.pause = FIRST_PAUSE
  port.due = 0
}

/** What tells a device from another one that comes to the same path; null where there is none. */
export async function deviceAt({ path, binding, owner }: Port): Promise<string | null> {
  if (owner?.kind === 'virtual') {
    const listed = await binding.list()
    return listed.some((port) => port.path === path) ? path : null
  }
  if (!path.startsWith('/')) return path
  const device = await stat(path).catch(() => null)
  return device && `${device.dev} ${device.ino} ${device.rdev} ${device.ctimeMs}`
}
