import type { LiveDown, LiveState } from '../shared/live.ts'

/**
 * The kiosk's state after a message of the controller. A patch replaces whole members: channels by exhibit and name,
 * exhibits and boards by id; what it does not mention stays the same object. A patch before the first snapshot is
 * nothing to build on.
 */
export function project(state: LiveState | null, message: LiveDown): LiveState | null {
  if (message.type === 'snapshot') return message.state
  if (message.type !== 'patch' || !state) return state
  return {
    ...state,
    exhibits: replace(state.exhibits, message.exhibits, ({ id }) => id),
    boards: replace(state.boards, message.boards, ({ id }) => id),
    channels: replace(state.channels, message.channels, ({ exhibit, channel }) => `${exhibit}/${channel}`),
    visit: message.visit === undefined ? state.visit : message.visit,
  }
}

function replace<T>(old: T[], changed: T[] | undefined, key: (item: T) => string): T[] {
  if (!changed?.length) return old
  const next = new Map(old.map((item) => [key(item), item]))
  for (const item of changed) next.set(key(item), item)
  return [...next.values()]
}
