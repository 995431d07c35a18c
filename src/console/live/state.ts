import type { LiveDown, LiveState } from '../../shared/live.ts'

/** Without a word from the controller for this long, what is shown is old. It sends a tick each second. */
export const staleAfter = 2500

export interface Live {
  state: LiveState | null
  /** When the controller last said anything, by this page's clock in ms since 1970; null before its first word. */
  heard: number | null
  link: 'off' | 'connecting' | 'open'
  /** The controller has been silent for `staleAfter`, or was never reached. */
  stale: boolean
}

export const nothingHeard: Live = { state: null, heard: null, link: 'off', stale: false }

/** What the page knows after a message at `now`. */
export function hear(live: Live, message: LiveDown, now: number): Live {
  const heard = { ...live, heard: now, stale: false }
  if (message.type === 'snapshot') return { ...heard, state: message.state }
  if (message.type !== 'patch' || live.state === null) return heard
  const { state } = live
  return {
    ...heard,
    state: {
      ...state,
      exhibits: replaced(state.exhibits, message.exhibits, (exhibit) => exhibit.id),
      boards: replaced(state.boards, message.boards, (board) => board.id),
      channels: replaced(state.channels, message.channels, (value) => `${value.exhibit}/${value.channel}`),
      visit: message.visit === undefined ? state.visit : message.visit,
    },
  }
}

/** What the page knows when nothing came until `now`. `since` is when it began to listen. */
export function waitUntil(live: Live, now: number, since: number): Live {
  const stale = live.link !== 'off' && now - (live.heard ?? since) >= staleAfter
  return stale === live.stale ? live : { ...live, stale }
}

/** Members of the patch take the place of those with the same key; new ones come last. */
function replaced<T>(old: T[], patch: T[] | undefined, key: (item: T) => string): T[] {
  if (!patch?.length) return old
  const fresh = new Map(patch.map((item) => [key(item), item]))
  const kept = old.map((item) => {
    const next = fresh.get(key(item))
    fresh.delete(key(item))
    return next ?? item
  })
  return [...kept, ...fresh.values()]
}
