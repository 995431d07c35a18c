import { describe, expect, it } from 'vitest'
import type { VisitState } from '../shared/live.ts'
import { type Beginning, begin, type Flow, type FlowEvent, firstVolume, step } from './flow.ts'

const beginning: Beginning = { language: 'lv', idle: () => ({ seconds: 60, warn: 10 }) }
const visit = (since: string, exhibit = 'ohms-law'): VisitState => ({
  exhibit,
  language: 'no',
  by: 'hardware',
  since,
  stages: [],
})
const morning = '2026-11-23T09:00:00.000Z'

/** Runs events, each at its second; gives the last state and everything that was sent. */
function run(...events: [number, FlowEvent][]) {
  let flow: Flow = begin(beginning, 0)
  const sent: unknown[] = []
  for (const [second, event] of events) {
    const next = step(flow, event, second * 1000, beginning)
    flow = next.flow
    sent.push(...next.send)
  }
  return { flow, sent }
}
const touch: FlowEvent = { type: 'touch', exhibit: 'ohms-law' }
const clock: FlowEvent = { type: 'clock' }

describe('waking', () => {
  it('plays at a touch and tells the controller of the act', () => {
    const { flow, sent } = run([1, touch])
    expect(flow).toMatchObject({ phase: 'play', exhibit: 'ohms-law' })
    expect(sent).toEqual([{ type: 'act', exhibit: 'ohms-law', language: 'lv' }])
  })

  it('plays when the hardware woke it, without a word to the controller, which knows', () => {
    const { flow, sent } = run([1, { type: 'woken', exhibit: 'ohms-law' }])
    expect(flow).toMatchObject({ phase: 'play', exhibit: 'ohms-law', acted: 1000 })
    expect(sent).toEqual([])
  })

  it('goes on with a visit that it finds, in the visit’s language', () => {
    const { flow } = run([1, { type: 'visit', visit: visit(morning) }])
    expect(flow).toMatchObject({ phase: 'play', exhibit: 'ohms-law', language: 'no' })
  })
})

describe('idle in two steps', () => {
  it('asks after the idle time, and leaves after the warning, as for the first visitor', () => {
    const asked = run([0, touch], [1, { type: 'language', language: 'ru' }], [61, clock])
    expect(asked.flow.phase).toBe('asking')
    const left = run(
      [0, touch],
      [1, { type: 'language', language: 'ru' }],
      [2, { type: 'volume', volume: 1 }],
      [62, clock],
      [71, clock],
      [72, clock],
    )
    expect(left.flow).toMatchObject({ phase: 'attract', exhibit: null, language: 'lv', volume: firstVolume })
    expect(left.sent.at(-1)).toEqual({ type: 'leave', exhibit: 'ohms-law' })
  })

  it('counts a beat of the frame, the hardware and the page’s own touches as acts', () => {
    for (const event of [
      { type: 'beat' },
      { type: 'woken', exhibit: 'ohms-law' },
      touch,
    ] satisfies FlowEvent[]) {
      expect(run([0, touch], [59, event], [100, clock]).flow.phase).toBe('play')
      expect(run([0, touch], [60, clock], [65, event], [66, clock]).flow.phase).toBe('play')
    }
  })

  it('does not ask early, and leaves a scene alone that nobody began', () => {
    expect(run([0, touch], [59.9, clock]).flow.phase).toBe('play')
    expect(run([500, clock]).flow.phase).toBe('attract')
    expect(run([5, { type: 'beat' }])).toMatchObject({ flow: { phase: 'attract' }, sent: [] })
  })

  it('forgets a language chosen at the chooser by someone who went on', () => {
    const { flow } = run([1, { type: 'language', language: 'ru' }], [61, clock])
    expect(flow.language).toBe('lv')
  })
})

describe('what the controller says of the visit', () => {
  it('ends with it', () => {
    const { flow, sent } = run(
      [0, touch],
      [1, { type: 'visit', visit: visit(morning) }],
      [2, { type: 'visit', visit: null }],
    )
    expect(flow.phase).toBe('attract')
    expect(sent.filter((message) => JSON.stringify(message).includes('leave'))).toEqual([])
  })

  it('does not end before the controller has heard of the first touch', () => {
    expect(run([0, touch], [0.1, { type: 'visit', visit: null }]).flow.phase).toBe('play')
  })

  it('is not woken again by the visit that it has just left, but by the next', () => {
    const left: [number, FlowEvent][] = [
      [0, touch],
      [1, { type: 'visit', visit: visit(morning) }],
      [2, { type: 'home' }],
      [3, { type: 'visit', visit: visit(morning) }],
    ]
    expect(run(...left).flow.phase).toBe('attract')
    expect(run(...left, [4, { type: 'visit', visit: visit('2026-11-23T09:05:00.000Z') }]).flow.phase).toBe(
      'play',
    )
  })

  it('follows the visit to another exhibit', () => {
    const { flow } = run([0, touch], [1, { type: 'visit', visit: visit(morning, 'pendulum') }])
    expect(flow).toMatchObject({ phase: 'play', exhibit: 'pendulum' })
  })

  it('keeps the visitor’s language on the way to the chooser', () => {
    const { flow, sent } = run([0, touch], [1, { type: 'language', language: 'en' }], [2, { type: 'home' }])
    expect(flow).toMatchObject({ phase: 'attract', language: 'en' })
    expect(sent).toContainEqual({ type: 'language', exhibit: 'ohms-law', language: 'en' })
    expect(sent.at(-1)).toEqual({ type: 'leave', exhibit: 'ohms-law' })
  })
})
