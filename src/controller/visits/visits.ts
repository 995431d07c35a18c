import { randomUUID } from 'node:crypto'
import type { Language } from '../../shared/language.ts'
import { Listeners } from '../../shared/listeners.ts'
import type { VisitState } from '../../shared/live.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { Exhibits } from '../exhibits/types.ts'
import type { OpenVisit, Telemetry } from '../telemetry/types.ts'
import type { Visits } from './types.ts'
import { endedFact, nextDeadline, noVisits, stepVisits, type VisitEffect, type VisitEvent } from './visit.ts'

export interface VisitsOptions {
  exhibits: Pick<Exhibits, 'get' | 'reset' | 'onChange' | 'onActivity' | 'onDriven'>
  telemetry: Pick<Telemetry, 'record' | 'keepVisit' | 'openVisit'>
  /** The kiosk's languages, the one at rest first. A visit that begins on the hardware is in that one. */
  languages?: readonly Language[]
  /** ms since 1970. Default: Date.now. */
  clock?: () => number
  /** ms by a clock that nobody sets. Default: performance.now. */
  monotonic?: () => number
  logger: Pick<Logger, 'error'>
}

/** How often at most the open visit is kept on disk while only its dwell and acts grow, ms. */
const keepEvery = 1_000

/** Turns acts into visits and visits into facts; see {@link stepVisits} for the rules. */
export function createVisits({
  exhibits,
  telemetry,
  languages = [],
  clock = Date.now,
  monotonic = () => performance.now(),
  logger,
}: VisitsOptions): Visits {
  const changes = new Listeners<VisitState | null>(logger)
  let state = noVisits
  let started = false
  let unsubscribe: (() => void)[] = []
  let alarm: NodeJS.Timeout | undefined
  let keeping: NodeJS.Timeout | undefined
  let unkept: OpenVisit | null = null

  function current(): VisitState | null {
    if (!state.visit) return null
    const { exhibit, language, by, begun, stages } = state.visit
    return { exhibit, language, by, since: begun, stages }
  }

  function step(exhibit: string, event: VisitEvent): void {
    if (!started) return
    const before = JSON.stringify(current())
    const moment = { wall: clock(), mono: monotonic(), exhibit: exhibits.get(exhibit) }
    const next = stepVisits(state, event, moment)
    state = next.state
    setAlarm()
    for (const effect of next.effects) carryOut(effect)
    if (JSON.stringify(current()) !== before) changes.emit(current())
  }

  function carryOut(effect: VisitEffect): void {
    switch (effect.do) {
      case 'record':
        clearTimeout(keeping)
        keeping = undefined
        telemetry.record(effect.fact, effect.open)
        return
      case 'keep':
        unkept = effect.open
        keeping ??= setTimeout(keep, keepEvery)
        return
      case 'reset':
        exhibits.reset(effect.exhibit)
    }
  }

  function keep(): void {
    keeping = undefined
    if (unkept && unkept.visit === state.visit?.visit) telemetry.keepVisit(unkept)
  }

  /** Rings when a visit ends by itself, or an exhibit that nobody visits is reset, if nobody acts before. */
  function setAlarm(): void {
    clearTimeout(alarm)
    const next = nextDeadline(state, (exhibit) => exhibits.get(exhibit)?.idle)
    if (!next) return
    const wait = Math.max(0, next.at - monotonic())
    alarm = setTimeout(() => step(next.exhibit, { type: 'time' }), Math.ceil(wait))
  }

  /** The language of an act that does not say its own. */
  function usualLanguage(exhibit: string): Language | undefined {
    const spoken = exhibits.get(exhibit)?.languages ?? []
    return languages.find((language) => spoken.includes(language))
  }

  function act(exhibit: string, by: Parameters<Visits['act']>[1], language?: Language): void {
    const going = state.visit?.exhibit === exhibit
    step(exhibit, {
      type: 'act',
      by,
      id: randomUUID(),
      language: language ?? (going ? undefined : usualLanguage(exhibit)),
    })
  }

  return {
    async start() {
      const open = await telemetry.openVisit()
      if (open) telemetry.record(endedFact(open, 'interrupted'), null)
      unsubscribe = [
        exhibits.onActivity(({ exhibit, by }) => act(exhibit, by)),
        exhibits.onChange(({ id }) => step(id, { type: 'exhibit' })),
        exhibits.onDriven((id) => step(id, { type: 'driven' })),
      ]
      started = true
    },
    async stop() {
      for (const end of unsubscribe) end()
      unsubscribe = []
      if (state.visit) step(state.visit.exhibit, { type: 'stop' })
      started = false
      clearTimeout(alarm)
      clearTimeout(keeping)
    },
    current,
    act,
    stage: (exhibit, stage) => step(exhibit, { type: 'stage', stage }),
    language: (exhibit, language) => step(exhibit, { type: 'language', language }),
    leave: (exhibit) => step(exhibit, { type: 'leave' }),
    onChange: (listener) => changes.add(listener),
  }
}
