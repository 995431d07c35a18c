import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import { noVisits, stepVisits, type VisitEffect, type VisitEvent } from './visit.ts'

const exhibit = (id: string): ExhibitStatus => ({
  id,
  version: '1.0.0',
  hue: 0,
  mode: 'explore',
  modes: [{ id: 'explore', minutes: 15 }],
  stages: [{ id: 'done', completes: true }],
  lease: null,
  languages: ['lv', 'en'],
  idle: { seconds: 60, warn: 10 },
  resting: null,
  touch: [],
})

const anyEvent: fc.Arbitrary<VisitEvent> = fc.oneof(
  fc.record({
    type: fc.constant('act' as const),
    by: fc.constantFrom('touch' as const, 'hardware' as const, 'presence' as const),
    id: fc.uuid(),
    language: fc.constantFrom('lv' as const, 'en' as const, undefined),
  }),
  fc.constant({ type: 'stage' as const, stage: 'done' }),
  fc.record({
    type: fc.constant('language' as const),
    language: fc.constantFrom('lv' as const, 'en' as const),
  }),
  fc.record({
    type: fc.constantFrom('exhibit' as const, 'leave' as const, 'time' as const, 'stop' as const),
  }),
)
const history = fc.array(
  fc.record({
    at: fc.constantFrom('lab', 'light'),
    after: fc.integer({ min: 0, max: 100_000 }),
    event: anyEvent,
  }),
  { maxLength: 80 },
)

function run(steps: { at: string; after: number; event: VisitEvent }[]): VisitEffect[] {
  let state = noVisits
  let mono = 0
  return steps.flatMap(({ at, after, event }) => {
    mono += after
    const step = stepVisits(state, event, { wall: mono, mono, exhibit: exhibit(at) })
    state = step.state
    return step.effects
  })
}

describe('whatever happens', () => {
  it('every visit begins once, ends at most once, and one runs at a time', () => {
    fc.assert(
      fc.property(history, (steps) => {
        let running: string | null = null
        const begun = new Set<string>()
        for (const effect of run(steps)) {
          if (effect.do !== 'record' || !('visit' in effect.fact)) continue
          const { type, visit } = effect.fact
          if (type === 'visit.begun') {
            expect(running).toBe(null)
            expect(begun).not.toContain(visit)
            begun.add(visit)
            running = visit
          } else expect(running).toBe(visit)
          if (type === 'visit.ended') running = null
          expect(effect.open?.visit ?? null).toBe(running)
        }
      }),
    )
  })

  it('dwell covers its acts: n of them take at least (n − 1) half seconds', () => {
    fc.assert(
      fc.property(history, (steps) => {
        for (const effect of run(steps))
          if (effect.do === 'record' && effect.fact.type === 'visit.ended')
            expect(effect.fact.dwell).toBeGreaterThanOrEqual((effect.fact.acts - 1) * 0.5)
      }),
    )
  })

  it('only what acts makes a visit', () => {
    const idle = history.map((steps) =>
      steps.map((step) =>
        step.event.type === 'act' ? { ...step, event: { ...step.event, by: 'presence' as const } } : step,
      ),
    )
    fc.assert(
      fc.property(idle, (steps) => {
        expect(run(steps)).toEqual([])
      }),
    )
  })
})

it('takes what is said of an exhibit that is not there for nothing', () => {
  const act: VisitEvent = { type: 'act', by: 'touch', id: '1', language: 'lv' }
  expect(stepVisits(noVisits, act, { wall: 0, mono: 0, exhibit: undefined })).toEqual({
    state: noVisits,
    effects: [],
  })
})
