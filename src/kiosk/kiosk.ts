import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { Language } from '../shared/language.ts'
import type { LiveDown, LiveState, LiveUp } from '../shared/live.ts'
import { type Beginning, begin, type Flow, type FlowEvent, step } from './flow.ts'
import { project } from './projection.ts'

export interface KioskState {
  /** `starting` until the first snapshot. */
  connection: 'starting' | 'live' | 'away'
  live: LiveState | null
  flow: Flow
}

export interface Kiosk {
  store: StoreApi<KioskState>
  hear(message: LiveDown): void
  live(live: boolean): void
  happen(event: FlowEvent): void
  send(message: LiveUp): void
}

const usualIdle = { seconds: 60, warn: 10 }
const actInterval = 500

/**
 * The page's state: what the controller says, projected, and the visitor's flow through it.
 * @param now ms of a clock that nobody sets
 */
export function createKiosk(send: (message: LiveUp) => void, now: () => number): Kiosk {
  const store = createStore<KioskState>(() => ({
    connection: 'starting',
    live: null,
    flow: begin({ language: 'lv' }, now()),
  }))
  let lastAct = Number.NEGATIVE_INFINITY

  function beginning(): Beginning {
    const { live } = store.getState()
    return {
      language: live?.languages[0] ?? 'lv',
      idle: (id) => live?.exhibits.find((exhibit) => exhibit.id === id)?.idle ?? usualIdle,
    }
  }

  function happen(event: FlowEvent) {
    const before = store.getState().flow
    const next = step(before, event, now(), beginning())
    if (next.flow !== before) store.setState({ flow: next.flow })
    for (const message of next.send) {
      if (message.type === 'act') {
        // Acts come at every touch; the controller counts them half a second apart at the nearest.
        const first = before.exhibit !== message.exhibit || before.phase !== 'play'
        if (!first && now() - lastAct < actInterval) continue
        lastAct = now()
      }
      send(message)
    }
  }

  return {
    store,
    happen,
    send,
    hear(message) {
      if (message.type === 'woken') return happen({ type: 'woken', exhibit: message.exhibit })
      const before = store.getState()
      const live = project(before.live, message)
      if (live === before.live) return
      store.setState({ live })
      if (!before.live) store.setState({ flow: begin(beginning(), now()) })
      if (live && live.visit !== before.live?.visit) happen({ type: 'visit', visit: live.visit })
    },
    live(live) {
      store.setState({ connection: live ? 'live' : 'away' })
    },
  }
}

/** Why there is a resting screen, as a code for staff: letters for what, a digit for which kind. */
export const restingCodes = {
  'controller-away': 'C1',
  'no-key': 'C2',
  'board-away': 'B1',
  'broken-package': 'P1',
  'scene-failed': 'S1',
} as const
export type RestingReason = keyof typeof restingCodes

/** The language that an exhibit can speak: the visitor's, else its first. */
export function spoken(exhibit: Pick<ExhibitStatus, 'languages'>, wished: Language): Language {
  return exhibit.languages.includes(wished) ? wished : (exhibit.languages[0] ?? wished)
}
