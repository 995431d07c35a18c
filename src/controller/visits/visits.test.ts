import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Event, type Fact } from '../../shared/event.ts'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import type { Exhibits } from '../exhibits/types.ts'
import type { OpenVisit } from '../telemetry/types.ts'
import { createVisits } from './visits.ts'

const status = (id: string): ExhibitStatus => ({
  id,
  version: '1.2.3',
  hue: 75,
  mode: 'explore',
  modes: [
    { id: 'explore', minutes: 15 },
    { id: 'predict', minutes: 15 },
  ],
  stages: [
    { id: 'turned', completes: false },
    { id: 'line', modes: ['explore'], completes: true },
    { id: 'predicted', modes: ['predict'], completes: false },
  ],
  lease: null,
  languages: ['en', 'lv', 'no'],
  idle: { seconds: 60, warn: 10 },
  resting: null,
  touch: [],
})

/** Exhibits and telemetry that only remember what they are told. */
function kiosk(left: OpenVisit | null = null) {
  const statuses = new Map(['lab', 'light'].map((id) => [id, status(id)]))
  const changed = new Set<(status: ExhibitStatus) => void>()
  const acted = new Set<Parameters<Exhibits['onActivity']>[0]>()
  const drives = new Set<(exhibit: string) => void>()
  const resets: string[] = []
  const facts: Fact[] = []
  const kept: OpenVisit[] = []
  let open: OpenVisit | null = left
  const change = (id: string, what: Partial<ExhibitStatus>) => {
    const next = { ...(statuses.get(id) ?? status(id)), ...what }
    statuses.set(id, next)
    for (const listener of changed) listener(next)
  }
  const visits = createVisits({
    exhibits: {
      get: (id) => statuses.get(id),
      reset(id) {
        resets.push(id)
        change(id, { mode: 'explore' })
      },
      onChange(listener) {
        changed.add(listener)
        return () => changed.delete(listener)
      },
      onActivity(listener) {
        acted.add(listener)
        return () => acted.delete(listener)
      },
      onDriven(listener) {
        drives.add(listener)
        return () => drives.delete(listener)
      },
    },
    telemetry: {
      record(fact, visit) {
        Event.parse({
          v: 1,
          kiosk: 'k',
          stream: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
          seq: 1,
          at: new Date(0).toISOString(),
          mono: 0,
          ...fact,
        })
        facts.push(fact)
        if (visit !== undefined) open = visit
      },
      keepVisit(visit) {
        kept.push(visit)
        open = visit
      },
      openVisit: async () => left,
    },
    languages: ['no', 'lv', 'en', 'ru'],
    logger: { error: vi.fn() },
  })
  return {
    visits,
    facts,
    kept,
    resets,
    change,
    listeners: () => changed.size + acted.size + drives.size,
    open: () => open,
    types: () => facts.map(({ type }) => type),
    last: () => facts.at(-1),
    hardware(exhibit: string, by: 'hardware' | 'presence' = 'hardware') {
      for (const listener of acted) listener({ exhibit, by })
    },
    drive(exhibit: string) {
      for (const listener of drives) listener(exhibit)
    },
  }
}

async function started(left: OpenVisit | null = null) {
  const one = kiosk(left)
  await one.visits.start()
  return one
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})
const wait = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)

describe('a visit', () => {
  it('begins with a touch, in the page’s language, and ends when the page says so', async () => {
    const { visits, facts, resets } = await started()
    visits.act('lab', 'touch', 'lv')
    wait(3)
    visits.act('lab', 'touch', 'lv')
    wait(20)
    visits.leave('lab')
    expect(facts).toMatchObject([
      { type: 'visit.begun', exhibit: 'lab', package: '1.2.3', by: 'touch', mode: 'explore', language: 'lv' },
      { type: 'visit.ended', how: 'left', dwell: 3, acts: 2, mode: 'explore', language: 'lv' },
    ])
    expect(resets).toEqual(['lab'])
    expect(visits.current()).toBe(null)
  })

  it('begins on the hardware in the kiosk’s first language that the exhibit speaks', async () => {
    const { hardware, facts } = await started()
    hardware('lab')
    expect(facts).toMatchObject([{ type: 'visit.begun', by: 'hardware', language: 'no' }])
  })

  it('ends by itself once nobody has acted for the idle time, and leaves that time out', async () => {
    const { visits, last, types } = await started()
    visits.act('lab', 'touch', 'en')
    wait(50)
    visits.act('lab', 'touch', 'en')
    wait(74.9)
    expect(types()).toEqual(['visit.begun'])
    wait(0.2)
    expect(last()).toMatchObject({ type: 'visit.ended', how: 'left', dwell: 50, acts: 2 })
  })

  it('counts acts that are half a second apart, and dwell to the very last one', async () => {
    const { visits, hardware, last } = await started()
    hardware('lab')
    for (let n = 0; n < 10; n++) {
      wait(0.1)
      hardware('lab')
    }
    visits.leave('lab')
    expect(last()).toMatchObject({ dwell: 1, acts: 3 })
  })

  it('ends where another exhibit is acted at', async () => {
    const { visits, types, resets } = await started()
    const seen: (string | undefined)[] = []
    visits.onChange((visit) => seen.push(visit?.exhibit))
    visits.act('lab', 'touch', 'en')
    visits.act('light', 'touch', 'en')
    expect(types()).toEqual(['visit.begun', 'visit.ended', 'visit.begun'])
    expect(resets).toEqual(['lab'])
    expect(seen).toEqual(['lab', 'light'])
  })

  it('does not begin at an exhibit that rests or is not there', async () => {
    const { visits, facts, change } = await started()
    change('lab', { resting: { code: 'board-away', problems: [] } })
    visits.act('lab', 'touch', 'en')
    visits.act('nobody', 'touch', 'en')
    visits.leave('nobody')
    expect(facts).toEqual([])
  })
})

describe('stages', () => {
  it('count once, where they are declared and fit the mode', async () => {
    const { visits, facts } = await started()
    visits.stage('lab', 'turned')
    visits.act('lab', 'touch', 'en')
    for (const stage of ['turned', 'turned', 'predicted', 'unheard-of']) visits.stage('lab', stage)
    visits.stage('light', 'turned')
    expect(facts.slice(1)).toMatchObject([{ type: 'visit.stage', stage: 'turned', mode: 'explore' }])
    expect(visits.current()?.stages).toEqual(['turned'])
  })

  it('that complete the task make the visit a completed one, when it ends', async () => {
    const { visits, last, open } = await started()
    visits.act('lab', 'touch', 'en')
    visits.stage('lab', 'line')
    expect(open()?.stages).toEqual(['line'])
    wait(80)
    expect(last()).toMatchObject({ type: 'visit.ended', how: 'completed' })
    expect(open()).toBe(null)
  })
})

describe('what changes during a visit', () => {
  it('is told: mode and language', async () => {
    const { visits, facts, change } = await started()
    change('lab', { mode: 'predict' })
    visits.act('lab', 'touch', 'en')
    change('lab', { mode: 'explore' })
    change('light', { mode: 'predict' })
    visits.language('lab', 'lv')
    visits.language('lab', 'lv')
    visits.act('lab', 'touch', 'no')
    visits.leave('lab')
    expect(facts).toMatchObject([
      { type: 'visit.begun', mode: 'predict', language: 'en' },
      { type: 'visit.mode', mode: 'explore' },
      { type: 'visit.language', language: 'lv' },
      { type: 'visit.language', language: 'no' },
      { type: 'visit.ended', mode: 'explore', language: 'no' },
    ])
  })

  it('is not prolonged by acts of someone who only stands there', async () => {
    const { visits, hardware, types } = await started()
    visits.act('lab', 'touch', 'en')
    wait(60)
    hardware('lab', 'presence')
    wait(16)
    expect(types()).toEqual(['visit.begun', 'visit.ended'])
  })
})

describe('presence', () => {
  it('is not a visit', async () => {
    const { visits, hardware, facts } = await started()
    hardware('lab', 'presence')
    wait(100)
    expect([facts, visits.current()]).toEqual([[], null])
  })

  it('is what a visit began by where an act follows in time; dwell counts from the act', async () => {
    const { visits, hardware, facts } = await started()
    hardware('lab', 'presence')
    wait(10)
    visits.act('lab', 'touch', 'en')
    wait(2)
    visits.act('lab', 'touch', 'en')
    visits.leave('lab')
    expect(facts).toMatchObject([{ by: 'presence' }, { dwell: 2, acts: 2 }])
  })

  it('that is long gone began nothing', async () => {
    const { visits, hardware, facts } = await started()
    hardware('lab', 'presence')
    wait(71)
    visits.act('lab', 'touch', 'en')
    expect(facts).toMatchObject([{ by: 'touch' }])
  })

  it('is forgotten when the page has gone back to rest', async () => {
    const { visits, hardware, facts } = await started()
    hardware('lab', 'presence')
    visits.leave('lab')
    visits.act('lab', 'touch', 'en')
    expect(facts).toMatchObject([{ by: 'touch' }])
  })

  it('at another exhibit does not end a visit', async () => {
    const { visits, hardware } = await started()
    visits.act('lab', 'touch', 'en')
    hardware('light', 'presence')
    expect(visits.current()?.exhibit).toBe('lab')
  })
})

describe('what is driven while nobody visits', () => {
  it('is reset after the idle time from the last drive, without a fact', async () => {
    const { drive, resets, facts } = await started()
    drive('lab')
    wait(60)
    drive('lab')
    wait(69.9)
    expect(resets).toEqual([])
    wait(0.2)
    expect(resets).toEqual(['lab'])
    wait(1000)
    expect([resets, facts]).toEqual([['lab'], []])
  })

  it('is left to the visit that begins there', async () => {
    const { visits, drive, resets } = await started()
    drive('lab')
    wait(60)
    visits.act('lab', 'touch', 'en')
    drive('lab')
    wait(60)
    visits.act('lab', 'touch', 'en')
    expect(resets).toEqual([])
    wait(80)
    expect(resets).toEqual(['lab'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is reset although a visit goes on at another exhibit, which it does not end', async () => {
    const { visits, drive, hardware, resets } = await started()
    visits.act('lab', 'touch', 'en')
    drive('light')
    hardware('light', 'presence')
    for (let n = 0; n < 8; n++) {
      wait(10)
      visits.act('lab', 'touch', 'en')
    }
    expect(resets).toEqual(['light'])
    expect(visits.current()?.exhibit).toBe('lab')
    drive('nobody')
  })

  it('leaves nothing behind when the visits stop', async () => {
    const { visits, drive } = await started()
    drive('lab')
    expect(vi.getTimerCount()).toBe(1)
    await visits.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('what is kept', () => {
  it('is written about once a second while acts go on', async () => {
    const { visits, kept, open } = await started()
    visits.act('lab', 'touch', 'en')
    for (let n = 0; n < 50; n++) {
      wait(0.1)
      visits.act('lab', 'touch', 'en')
    }
    expect(kept.length).toBeGreaterThanOrEqual(4)
    expect(kept.length).toBeLessThanOrEqual(5)
    wait(1)
    expect(open()).toMatchObject({ dwell: 5, acts: 11 })
  })

  it('closes after a crash what the crash cut off', async () => {
    const first = await started()
    first.visits.act('lab', 'touch', 'en')
    wait(4)
    first.visits.act('lab', 'touch', 'en')
    wait(1)
    const second = await started(first.open())
    expect(second.facts).toEqual([
      {
        type: 'visit.ended',
        visit: first.open()?.visit,
        exhibit: 'lab',
        package: '1.2.3',
        how: 'interrupted',
        dwell: 4,
        acts: 2,
        mode: 'explore',
        language: 'en',
      },
    ])
    expect(second.open()).toBe(null)
    expect(second.visits.current()).toBe(null)
  })

  it('is nothing once a visit has ended, also where its dwell was still to be kept', async () => {
    const { visits, open } = await started()
    visits.act('lab', 'touch', 'en')
    wait(0.6)
    visits.act('lab', 'touch', 'en')
    visits.leave('lab')
    wait(5)
    expect(open()).toBe(null)
  })
})

describe('a life', () => {
  it('closes the visit under way and leaves nothing behind when it stops', async () => {
    const { visits, last, listeners } = await started()
    visits.act('lab', 'touch', 'en')
    wait(0.7)
    visits.act('lab', 'touch', 'en')
    expect(listeners()).toBe(3)
    await visits.stop()
    expect(last()).toMatchObject({ type: 'visit.ended', how: 'interrupted' })
    expect(listeners()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('counts nothing before it starts and after it stops', async () => {
    const { visits, facts } = kiosk()
    visits.act('lab', 'touch', 'en')
    await visits.start()
    await visits.stop()
    visits.act('lab', 'touch', 'en')
    expect(facts).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
