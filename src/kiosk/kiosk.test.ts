import { describe, expect, it } from 'vitest'
import type { ChannelValue } from '../shared/channel.ts'
import type { LiveState } from '../shared/live.ts'
import { createKiosk, spoken } from './kiosk.ts'
import { project } from './projection.ts'

const at = '2026-11-23T10:00:00.000Z'
const channel = (name: string, value: number): ChannelValue => ({
  exhibit: 'ohms-law',
  channel: name,
  value,
  unit: 'V',
  quality: 'good',
  reason: null,
  at,
  since: at,
  raw: null,
  binding: null,
  clipped: false,
  writable: false,
})
const state: LiveState = {
  kiosk: 'k',
  site: { name: 'Makerhall', zone: 'Europe/Riga' },
  languages: ['no', 'en'],
  roles: ['visitor'],
  exhibits: [
    {
      id: 'ohms-law',
      version: '1.0.0',
      hue: 75,
      mode: 'explore',
      modes: [{ id: 'explore', minutes: 15 }],
      stages: [],
      lease: null,
      languages: ['lv', 'en'],
      idle: { seconds: 20, warn: 5 },
      resting: null,
      touch: ['dial'],
    },
  ],
  channels: [channel('dial', 1), channel('current', 2)],
  boards: [],
  visit: null,
}

describe('the projection', () => {
  it('replaces what a patch names and keeps the rest as it is', () => {
    const next = project(state, { type: 'patch', channels: [channel('dial', 3)] })
    expect(next?.channels.map(({ value }) => value)).toEqual([3, 2])
    expect(next?.channels[1]).toBe(state.channels[1])
    expect(next?.exhibits).toBe(state.exhibits)
  })

  it('takes a visit, and its end', () => {
    const visit = { exhibit: 'ohms-law', language: 'lv', by: 'touch', since: at, stages: [] } as const
    const begun = project(state, { type: 'patch', visit: { ...visit, stages: [] } })
    expect(begun?.visit?.since).toBe(at)
    expect(project(begun, { type: 'patch', visit: null })?.visit).toBeNull()
    expect(project(begun, { type: 'tick', at })).toBe(begun)
  })

  it('builds on nothing without a snapshot', () => {
    expect(project(null, { type: 'patch', channels: [channel('dial', 3)] })).toBeNull()
  })
})

describe('the kiosk', () => {
  function set() {
    let now = 0
    const sent: { type: string }[] = []
    const kiosk = createKiosk(
      (message) => sent.push(message),
      () => now,
    )
    kiosk.hear({ type: 'snapshot', state })
    return { kiosk, sent, pass: (ms: number) => (now = ms), flow: () => kiosk.store.getState().flow }
  }

  it('begins in the site’s first language', () => {
    expect(set().flow()).toMatchObject({ phase: 'attract', language: 'no' })
  })

  it('tells of acts at most twice a second, but of the first at once', () => {
    const { kiosk, sent, pass } = set()
    kiosk.happen({ type: 'touch', exhibit: 'ohms-law' })
    for (const ms of [100, 400, 600, 700]) {
      pass(ms)
      kiosk.happen({ type: 'beat' })
    }
    expect(sent.map(({ type }) => type)).toEqual(['act', 'act'])
  })

  it('uses the exhibit’s own idle times', () => {
    const { kiosk, pass, flow } = set()
    kiosk.happen({ type: 'touch', exhibit: 'ohms-law' })
    pass(20_000)
    kiosk.happen({ type: 'clock' })
    expect(flow().phase).toBe('asking')
    pass(25_000)
    kiosk.happen({ type: 'clock' })
    expect(flow().phase).toBe('attract')
  })

  it('wakes with the hardware and with a visit that the controller has begun', () => {
    const woken = set()
    woken.kiosk.hear({ type: 'woken', exhibit: 'ohms-law', by: 'hardware' })
    expect(woken.flow().phase).toBe('play')
    const visited = set()
    visited.kiosk.hear({
      type: 'patch',
      visit: { exhibit: 'ohms-law', language: 'en', by: 'hardware', since: at, stages: [] },
    })
    expect(visited.flow()).toMatchObject({ phase: 'play', language: 'en' })
  })

  it('speaks to an exhibit in a language that it has', () => {
    expect(spoken({ languages: ['lv', 'en'] }, 'en')).toBe('en')
    expect(spoken({ languages: ['lv', 'en'] }, 'ru')).toBe('lv')
  })
})
