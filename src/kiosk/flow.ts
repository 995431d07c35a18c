import type { Language } from '../shared/language.ts'
import type { LiveUp, VisitState } from '../shared/live.ts'

/**
 * What a visitor is at: nobody is here (`attract`, which is the chooser where several exhibits stand), someone plays,
 * or we ask whether someone is still there. Pure: events in, the next state and messages to the controller out.
 */
export interface Flow {
  phase: 'attract' | 'play' | 'asking'
  /** The exhibit that is played, null in `attract`. */
  exhibit: string | null
  language: Language
  /** 0 to 1. */
  volume: number
  /** When someone last acted, and when this phase began; ms of a clock that nobody sets. */
  acted: number
  since: number
  /** The visit that the controller knows, by its begin; and the one that was left, which must not wake us again. */
  visit: string | null
  left: string | null
}

export type FlowEvent =
  /** A finger on the attract scene, on a card of the chooser, or on the page's own controls. */
  | { type: 'touch'; exhibit: string; language?: Language }
  /** A finger or a key inside the scene's frame. */
  | { type: 'beat' }
  /** Someone acted on the exhibit's hardware. */
  | { type: 'woken'; exhibit: string }
  | { type: 'language'; language: Language }
  | { type: 'volume'; volume: number }
  /** Back to the chooser. */
  | { type: 'home' }
  /** What the controller says about the visit at this kiosk. */
  | { type: 'visit'; visit: VisitState | null }
  | { type: 'clock' }

/** How things are for the first visitor of the day. */
export interface Beginning {
  language: Language
  idle: (exhibit: string) => { seconds: number; warn: number }
}

export const firstVolume = 0.5

export function begin({ language }: Pick<Beginning, 'language'>, now: number): Flow {
  return {
    phase: 'attract',
    exhibit: null,
    language,
    volume: firstVolume,
    acted: now,
    since: now,
    visit: null,
    left: null,
  }
}

type Next = { flow: Flow; send: LiveUp[] }

export function step(flow: Flow, event: FlowEvent, now: number, beginning: Beginning): Next {
  switch (event.type) {
    case 'touch':
      return act(flow, event.exhibit, event.language ?? flow.language, now)
    case 'beat':
      return flow.exhibit ? act(flow, flow.exhibit, flow.language, now) : still(flow)
    case 'woken':
      // The controller has begun the visit itself: nothing to tell it.
      return still(playing(flow, event.exhibit, flow.language, now))
    case 'language': {
      if (!flow.exhibit) return still({ ...flow, language: event.language, acted: now })
      const next = act({ ...flow, language: event.language }, flow.exhibit, event.language, now)
      return {
        ...next,
        send: [...next.send, { type: 'language', exhibit: flow.exhibit, language: event.language }],
      }
    }
    case 'volume':
      return flow.exhibit
        ? act({ ...flow, volume: event.volume }, flow.exhibit, flow.language, now)
        : still({ ...flow, volume: event.volume })
    case 'home':
      return leave(flow, now, beginning, flow.language)
    case 'visit':
      return still(heard(flow, event.visit, now, beginning))
    case 'clock':
      return clock(flow, now, beginning)
  }
}

const still = (flow: Flow): Next => ({ flow, send: [] })

function playing(flow: Flow, exhibit: string, language: Language, now: number): Flow {
  const same = flow.phase === 'play' && flow.exhibit === exhibit
  return { ...flow, phase: 'play', exhibit, language, acted: now, since: same ? flow.since : now }
}

function act(flow: Flow, exhibit: string, language: Language, now: number): Next {
  return { flow: playing(flow, exhibit, language, now), send: [{ type: 'act', exhibit, language }] }
}

/** Everything as for the first visitor; `language` only where the visitor is still here, at the chooser. */
function leave(flow: Flow, now: number, beginning: Beginning, language = beginning.language): Next {
  const send: LiveUp[] = flow.exhibit ? [{ type: 'leave', exhibit: flow.exhibit }] : []
  return { flow: { ...begin({ language }, now), left: flow.visit, visit: flow.visit }, send }
}

function heard(flow: Flow, visit: VisitState | null, now: number, beginning: Beginning): Flow {
  if (!visit) {
    const ended = flow.visit !== null && flow.phase !== 'attract'
    return ended ? begin(beginning, now) : { ...flow, visit: null }
  }
  if (visit.since === flow.left || visit.since === flow.visit) return { ...flow, visit: visit.since }
  const known = { ...flow, visit: visit.since, left: null }
  // A visit that this page did not begin: the hardware did, or the page was loaded anew in its midst.
  if (flow.phase === 'attract' || flow.exhibit !== visit.exhibit) {
    return playing(known, visit.exhibit, visit.language, now)
  }
  return known
}

function clock(flow: Flow, now: number, beginning: Beginning): Next {
  if (!flow.exhibit) {
    // A language that someone chose and did not go on with.
    const gone = flow.language !== beginning.language && now - flow.acted >= 60_000
    return still(gone ? { ...flow, language: beginning.language } : flow)
  }
  const { seconds, warn } = beginning.idle(flow.exhibit)
  if (flow.phase === 'play' && now - flow.acted >= seconds * 1000) {
    return still({ ...flow, phase: 'asking', since: now })
  }
  if (flow.phase === 'asking' && now - flow.since >= warn * 1000) return leave(flow, now, beginning)
  return still(flow)
}
