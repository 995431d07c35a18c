import type { Role } from '../../shared/account.ts'
import type { BoardStatus } from '../../shared/board.ts'
import type { ChannelValue } from '../../shared/channel.ts'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import type { LiveDown, VisitState } from '../../shared/live.ts'

/** What changed since the last patch, each thing once, as it is now. */
export interface Changes {
  exhibits: Map<string, ExhibitStatus>
  channels: Map<string, ChannelValue>
  boards: Map<string, BoardStatus>
  /** Undefined: as before. */
  visit: VisitState | null | undefined
}

export const noChanges = (): Changes => ({
  exhibits: new Map(),
  channels: new Map(),
  boards: new Map(),
  visit: undefined,
})

/** The patch for one audience; null where it has nothing for them. Visitors are told of no board. */
export function patchOf(changes: Changes, withBoards: boolean): LiveDown | null {
  const { exhibits, channels, boards, visit } = changes
  const patch: LiveDown = {
    type: 'patch',
    ...(exhibits.size > 0 && { exhibits: [...exhibits.values()] }),
    ...(channels.size > 0 && { channels: [...channels.values()] }),
    ...(withBoards && boards.size > 0 && { boards: [...boards.values()] }),
    ...(visit !== undefined && { visit }),
  }
  return Object.keys(patch).length > 1 ? patch : null
}

/** Boards are for those who look after them or lead a class. */
export const seesBoards = (roles: readonly Role[]): boolean => roles.some((role) => role !== 'visitor')

/** Playing is for whoever stands at the kiosk or looks after it; who only reads figures does not play. */
export const mayPlay = (roles: readonly Role[]): boolean => roles.some((role) => role !== 'staff')

/** How many messages a socket may send: 200 a second on the average, 400 at once. Times in ms. */
export interface Allowance {
  left: number
  at: number
}
const perSecond = 200
const atOnce = 400

export const fullAllowance = (now: number): Allowance => ({ left: atOnce, at: now })

/** One message taken off; null when there is none left. */
export function spend({ left, at }: Allowance, now: number): Allowance | null {
  const filled = Math.min(atOnce, left + (Math.max(0, now - at) / 1000) * perSecond)
  return filled < 1 ? null : { left: filled - 1, at: now }
}
