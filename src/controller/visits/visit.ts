import type { Fact, VisitEnd, VisitStart } from '../../shared/event.ts'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import type { Language } from '../../shared/language.ts'
import type { OpenVisit } from '../telemetry/types.ts'

/**
 * Visits as a pure machine: one at a time at a kiosk, from the first act to the last. Facts come out in the order in
 * which they happened.
 *
 * Presence is attention, not use. Someone who comes near wakes the screen and nothing is counted; only an act (a touch,
 * a turn, a press) begins a visit. If that act follows within the exhibit's idle time, the visit is told as begun `by`
 * presence, because that is what drew the visitor; its dwell still counts from the first act. During a visit, presence
 * neither counts as an act nor prolongs it.
 *
 * An exhibit that is driven while nobody visits it (a technician's write, a lamp that presence lights) is reset after
 * its idle time, as there is no visit's end to do it. A visit that begins there takes that over.
 */
export interface Visit extends OpenVisit {
  /** Monotonic ms of the first act, the last act, and the last one that was counted. */
  first: number
  last: number
  counted: number
  completed: boolean
}

export interface VisitsState {
  visit: Visit | null
  /** Who is near an exhibit and has not touched it yet: exhibit to monotonic ms. */
  attention: ReadonlyMap<string, number>
  /** What is driven without a visit: exhibit to monotonic ms of the last drive. */
  unattended: ReadonlyMap<string, number>
}

export const noVisits: VisitsState = { visit: null, attention: new Map(), unattended: new Map() }

/** What the machine has to know of the world at each event. */
export interface Moment {
  /** ms since 1970. */
  wall: number
  /** ms by a clock that nobody sets. */
  mono: number
  /** The exhibit that the event is about; undefined where there is none of that id. */
  exhibit: ExhibitStatus | undefined
}

export type VisitEvent =
  | {
      type: 'act'
      by: VisitStart /** For a visit that begins. */
      id: string
      language: Language | undefined
    }
  | { type: 'stage'; stage: string }
  | { type: 'language'; language: Language }
  /** An actuator of the exhibit was driven. */
  | { type: 'driven' }
  /** The exhibit's status changed, perhaps its mode. */
  | { type: 'exhibit' }
  | { type: 'leave' }
  | { type: 'time' }
  /** The controller stops. */
  | { type: 'stop' }

export type VisitEffect =
  /** A fact, together with the open visit as it is after it. */
  | { do: 'record'; fact: Fact; open: OpenVisit | null }
  /** Only dwell and acts changed. */
  | { do: 'keep'; open: OpenVisit }
  /** Nobody visits this exhibit any more: as for the first visitor. */
  | { do: 'reset'; exhibit: string }

/** Acts closer together than this are one, ms. */
const spacing = 500
/** How long after the page should have seen the idle time run out, in case no page is open; ms. */
const grace = 5_000

type Idle = ExhibitStatus['idle']

const idleMs = ({ seconds, warn }: Idle) => (seconds + warn) * 1000

/** When a visit ends by itself if nobody acts any more, in monotonic ms. */
const deadlineOf = (visit: Visit, idle: Idle): number => visit.last + idleMs(idle) + grace

/**
 * What happens next if nobody does anything: at which exhibit, and when in monotonic ms. Null: nothing.
 * @param idleOf an exhibit's idle times in seconds, undefined where there is no such exhibit
 */
export function nextDeadline(
  { visit, unattended }: VisitsState,
  idleOf: (exhibit: string) => Idle | undefined,
): { exhibit: string; at: number } | null {
  const deadlines = [...unattended].flatMap(([exhibit, since]) => {
    const idle = idleOf(exhibit)
    return idle ? [{ exhibit, at: since + idleMs(idle) }] : []
  })
  const idle = visit && idleOf(visit.exhibit)
  if (visit && idle) deadlines.push({ exhibit: visit.exhibit, at: deadlineOf(visit, idle) })
  return deadlines.reduce<(typeof deadlines)[number] | null>(
    (soonest, one) => (soonest && soonest.at <= one.at ? soonest : one),
    null,
  )
}

export function stepVisits(
  state: VisitsState,
  event: VisitEvent,
  moment: Moment,
): { state: VisitsState; effects: VisitEffect[] } {
  const { visit } = state
  const here = visit && moment.exhibit?.id === visit.exhibit
  if (event.type === 'act') return act(state, event, moment)
  if (moment.exhibit && !here) return elsewhere(state, event, moment.exhibit, moment.mono)
  if (!visit || !here || !moment.exhibit) return { state, effects: [] }
  switch (event.type) {
    case 'stage':
      return stage(state, visit, event.stage, moment.exhibit)
    case 'language':
      return speak(state, visit, event.language)
    case 'exhibit':
      return mode(state, visit, moment.exhibit)
    case 'leave':
      return end(state, visit, visit.completed ? 'completed' : 'left')
    case 'time':
      return moment.mono >= deadlineOf(visit, moment.exhibit.idle)
        ? end(state, visit, visit.completed ? 'completed' : 'left')
        : { state, effects: [] }
    case 'stop':
      return end(state, visit, 'interrupted')
    // The visit's end resets it.
    case 'driven':
      return { state, effects: [] }
  }
}

/** What happens at an exhibit that nobody visits. */
function elsewhere(
  state: VisitsState,
  { type }: VisitEvent,
  { id, idle }: ExhibitStatus,
  mono: number,
): { state: VisitsState; effects: VisitEffect[] } {
  const since = state.unattended.get(id)
  if (type === 'leave') return { state: { ...state, attention: without(state.attention, id) }, effects: [] }
  if (type === 'driven')
    return { state: { ...state, unattended: new Map(state.unattended).set(id, mono) }, effects: [] }
  if (type === 'time' && since !== undefined && mono >= since + idleMs(idle))
    return {
      state: { ...state, unattended: without(state.unattended, id) },
      effects: [{ do: 'reset', exhibit: id }],
    }
  return { state, effects: [] }
}

function act(
  state: VisitsState,
  { by, id, language }: Extract<VisitEvent, { type: 'act' }>,
  { wall, mono, exhibit }: Moment,
): { state: VisitsState; effects: VisitEffect[] } {
  if (!exhibit || exhibit.resting || exhibit.mode === null || exhibit.version === null)
    return { state, effects: [] }
  const { visit } = state
  if (by === 'presence') {
    if (visit?.exhibit === exhibit.id) return { state, effects: [] }
    return { state: { ...state, attention: new Map(state.attention).set(exhibit.id, mono) }, effects: [] }
  }
  if (visit?.exhibit === exhibit.id) {
    const counts = mono - visit.counted >= spacing
    const next: Visit = {
      ...visit,
      last: mono,
      dwell: Math.round(mono - visit.first) / 1000,
      acts: visit.acts + (counts ? 1 : 0),
      counted: counts ? mono : visit.counted,
    }
    const kept: { state: VisitsState; effects: VisitEffect[] } = {
      state: { ...state, visit: next },
      effects: [{ do: 'keep', open: openOf(next) }],
    }
    if (!language || language === visit.language) return kept
    return speak(kept.state, next, language)
  }

  const before: VisitEffect[] = visit ? end(state, visit, visit.completed ? 'completed' : 'left').effects : []
  const cameAt = state.attention.get(exhibit.id)
  const drawn = cameAt !== undefined && mono - cameAt <= idleMs(exhibit.idle)
  const begun: Visit = {
    visit: id,
    exhibit: exhibit.id,
    package: exhibit.version,
    by: drawn ? 'presence' : by,
    mode: exhibit.mode,
    language: language ?? exhibit.languages[0] ?? 'en',
    begun: new Date(wall).toISOString(),
    dwell: 0,
    acts: 1,
    stages: [],
    first: mono,
    last: mono,
    counted: mono,
    completed: false,
  }
  const fact: Fact = {
    type: 'visit.begun',
    ...keyOf(begun),
    by: begun.by,
    mode: begun.mode,
    language: begun.language,
  }
  return {
    state: {
      visit: begun,
      attention: without(state.attention, exhibit.id),
      unattended: without(state.unattended, exhibit.id),
    },
    effects: [...before, { do: 'record', fact, open: openOf(begun) }],
  }
}

function stage(state: VisitsState, visit: Visit, stage: string, exhibit: ExhibitStatus) {
  const declared = exhibit.stages.find(({ id }) => id === stage)
  const fits = declared && (declared.modes?.includes(visit.mode) ?? true)
  if (!fits || visit.stages.includes(stage)) return { state, effects: [] }
  const next = {
    ...visit,
    stages: [...visit.stages, stage],
    completed: visit.completed || declared.completes,
  }
  return recorded(state, next, { type: 'visit.stage', ...keyOf(visit), stage, mode: visit.mode })
}

function speak(state: VisitsState, visit: Visit, language: Language) {
  if (language === visit.language) return { state, effects: [] }
  return recorded(state, { ...visit, language }, { type: 'visit.language', ...keyOf(visit), language })
}

function mode(state: VisitsState, visit: Visit, { mode }: ExhibitStatus) {
  if (mode === null || mode === visit.mode) return { state, effects: [] }
  return recorded(state, { ...visit, mode }, { type: 'visit.mode', ...keyOf(visit), mode })
}

function recorded(state: VisitsState, visit: Visit, fact: Fact) {
  const effects: VisitEffect[] = [{ do: 'record', fact, open: openOf(visit) }]
  return { state: { ...state, visit }, effects }
}

function end(state: VisitsState, visit: Visit, how: VisitEnd) {
  const effects: VisitEffect[] = [
    { do: 'record', fact: endedFact(visit, how), open: null },
    { do: 'reset', exhibit: visit.exhibit },
  ]
  return { state: { ...state, visit: null }, effects }
}

/** The fact that ends a visit, also one that was cut off and is only known from what was kept of it. */
export function endedFact(visit: OpenVisit, how: VisitEnd): Fact {
  const { dwell, acts, mode, language } = visit
  return { type: 'visit.ended', ...keyOf(visit), how, dwell, acts, mode, language }
}

const keyOf = ({ visit, exhibit, package: version }: OpenVisit) => ({ visit, exhibit, package: version })

function openOf({ first, last, counted, completed, ...open }: Visit): OpenVisit {
  return open
}

function without(map: ReadonlyMap<string, number>, key: string): ReadonlyMap<string, number> {
  const next = new Map(map)
  next.delete(key)
  return next
}
