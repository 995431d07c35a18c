import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Fact } from '../shared/event.ts'
import { Manifest } from '../shared/manifest.ts'
import type { KioskState } from '../shared/mqtt.ts'
import type { Problem } from '../shared/problem.ts'
import { readSite } from '../shared/server/index.ts'
import { board, fakeRooms, manifest } from './api/fixture.ts'
import { partsByBoard } from './breadboards.ts'
import { brokerLink } from './broker-link.ts'
import { type HealthInput, healthOf } from './health.ts'
import { kioskId, visitorKey } from './identity.ts'
import { readInstallation } from './installation.ts'
import { createPublisher, kioskStateOf } from './publisher.ts'
import { createSceneWatch } from './scene-watch.ts'
import { settled } from './settled.ts'

const problem: Problem = { code: 'x.y', message: 'It is so.', mend: 'Do this.', file: 'f.json', path: 'a[0]' }
const resting = (code: 'board-away' | 'broken-package') => {
  const [lamp] = fakeRooms('').rooms.exhibits.list()
  if (!lamp) throw new Error('no lamp')
  return { ...lamp, resting: { code, problems: [problem, problem] } }
}
const well: HealthInput = {
  version: '1.2.3',
  pid: 1,
  kiosk: 'k',
  site: [],
  boards: [board],
  exhibits: fakeRooms('').rooms.exhibits.list(),
  telemetry: { waiting: 0, oldest: null, recording: true, broker: 'connected' },
  membership: { state: 'joined', problem: null },
  starting: false,
}

describe('health', () => {
  const codes = (input: Partial<HealthInput>) =>
    healthOf({ ...well, ...input }).reasons.map(({ code }) => code)

  it('is ok where all is well, also without a broker', () => {
    expect(healthOf(well)).toMatchObject({ status: 'ok', reasons: [] })
    expect(codes({ telemetry: { ...well.telemetry, broker: 'none' } })).toEqual([])
  })

  it.each([
    ['a board that is away', { boards: [{ ...board, state: 'lost' as const }] }, ['board.lost']],
    ['a broken exhibit', { exhibits: [resting('broken-package')] }, ['exhibit.broken-package']],
    ['nothing twice', { exhibits: [resting('board-away')] }, []],
    ['a broken site file', { site: [problem] }, ['x.y']],
    [
      'a full disk',
      { telemetry: { ...well.telemetry, recording: false, lost: 7 } },
      ['outbox.not-recording'],
    ],
    [
      'a broker that is away',
      { telemetry: { ...well.telemetry, broker: 'disconnected' as const } },
      ['broker.away'],
    ],
    ['a hub that refuses', { membership: { state: 'refused' as const, problem } }, ['x.y']],
  ])('names %s', (_, input, expected) => expect(codes(input)).toEqual(expected))

  it('has patience with links at a start, and none with a refusal', () => {
    const late = {
      starting: true,
      telemetry: { ...well.telemetry, broker: 'disconnected' as const },
      membership: { state: 'away' as const, problem },
    }
    expect(codes(late)).toEqual([])
    expect(codes({ ...late, starting: false })).toEqual(['x.y', 'broker.away'])
    expect(codes({ starting: true, membership: { state: 'refused', problem } })).toEqual(['x.y'])
  })

  it('names the file, the place and the mend', () => {
    expect(healthOf({ ...well, site: [problem] }).reasons).toEqual([
      { code: 'x.y', message: 'f.json: a[0]: It is so.', mend: 'Do this.' },
    ])
  })
})

describe('the broker that a kiosk uses', () => {
  const kiosk = 'k1'
  const ofHub = { url: 'mqtt://hub:1883', secret: 's' }
  it.each([
    [
      'the site’s own, without our secret',
      { ofSite: 'mqtt://own', argument: 'mqtt://arg', hub: 'h', ofHub },
      { url: 'mqtt://own' },
    ],
    [
      'the argument’s, with the hub’s secret',
      { ofSite: undefined, argument: 'mqtt://arg', hub: 'h', ofHub },
      { url: 'mqtt://arg', username: 'k1', password: 's' },
    ],
    [
      'the hub’s',
      { ofSite: undefined, argument: undefined, hub: 'h', ofHub },
      { url: 'mqtt://hub:1883', username: 'k1', password: 's' },
    ],
    [
      'the hub’s with a name in it',
      { ofSite: undefined, argument: undefined, hub: 'h', ofHub: { ...ofHub, url: 'mqtt://a:b@hub' } },
      { url: 'mqtt://a:b@hub' },
    ],
    ['none before it joined', { ofSite: undefined, argument: 'mqtt://arg', hub: 'h', ofHub: null }, null],
    [
      'the argument’s without a hub',
      { ofSite: undefined, argument: 'mqtt://arg', hub: null, ofHub: null },
      { url: 'mqtt://arg' },
    ],
  ])('is %s', (_, input, expected) => expect(brokerLink({ ...input, kiosk })).toEqual(expected))
})

describe('what stands on virtual boards', () => {
  const wired = Manifest.parse({
    ...manifest,
    breadboard: {
      parts: [
        { part: 'potentiometer', id: 'knob', low: 'gnd', wiper: 'A0', high: 'vcc', ohms: 10_000 },
        { part: 'resistor', id: 'series', a: '9', b: 'middle', ohms: 220 },
        { part: 'led', id: 'led', anode: 'middle', cathode: 'gnd', forwardVolts: 2 },
      ],
    },
  })
  const bound = (id: string, dial: string, glow: string) => ({
    id,
    manifest: wired,
    bindings: { dial: { board: 'uno', pin: dial }, glow: { board: 'uno', pin: glow } },
  })
  const site = (...ids: string[]) => ({
    boards: [{ kind: 'virtual' as const, id: 'uno', mcu: 'uno' as const }],
    exhibits: ids.map((id) => ({ id, board: 'uno', bindings: {} })),
  })

  it('follows the pins that the site binds', () => {
    expect(partsByBoard(site('lamp'), [bound('lamp', 'A3', '5')])).toMatchObject({
      uno: [
        { low: 'gnd', wiper: 'A3', high: 'vcc' },
        { a: '5', b: 'net1' },
        { anode: 'net1', cathode: 'gnd' },
      ],
    })
  })

  it('keeps two exhibits on one board apart', () => {
    const { uno = [] } = partsByBoard(site('lamp', 'other'), [
      bound('lamp', 'A0', '9'),
      bound('other', 'A1', '10'),
    ])
    expect(new Set(uno.map(({ id }) => id)).size).toBe(6)
    expect(uno[1]).toMatchObject({ a: '9', b: 'net1' })
    expect(uno[4]).toMatchObject({ a: '10', b: 'net2' })
  })

  it('is nothing on a board of a table', () => {
    expect(partsByBoard({ ...site('lamp'), boards: [{ kind: 'makerhall', id: 'uno' }] }, [])).toEqual({})
  })
})

it('an exhibit that the site file contradicts rests, with the place in the file as it was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'makerhall-installation-'))
  const site = readSite(
    {
      boards: [{ kind: 'virtual', id: 'uno' }],
      exhibits: [{ id: '!' }, { id: 'volcano', board: 'nowhere' }],
    },
    'site.json',
  )
  const installation = await readInstallation(site, folder)
  expect(installation.packages).toMatchObject([{ id: 'volcano', manifest: null }])
  expect(installation.problems.map(({ path }) => path)).toContain('exhibits[0].id')
})

it('a kiosk has one id and one visitor’s key, made once', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'makerhall-identity-'))
  for (const room of ['controller', 'secrets']) mkdirSync(join(dataDir, room))
  const log = { warn() {} }
  const id = kioskId(dataDir, undefined, log)
  expect(id).toMatch(/^kiosk-[a-z2-9]{6}$/)
  expect(kioskId(dataDir, undefined, log)).toBe(id)
  expect(kioskId(dataDir, 'lobby', log)).toBe('lobby')
  const key = visitorKey(dataDir, log)
  expect(visitorKey(dataDir, log)).toBe(key)
  writeFileSync(join(dataDir, 'controller', 'kiosk.json'), '{"id":"NOT ONE"}')
  expect(kioskId(dataDir, undefined, log)).not.toBe(id)
})

describe('in time', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('the state is published at once, then at most once a second, and only what changed', () => {
    const { rooms } = fakeRooms('')
    const published: KioskState[] = []
    let status: 'ok' | 'degraded' = 'ok'
    const publisher = createPublisher({
      state: () => kioskStateOf({ status, kiosk: 'k' }, rooms, Date.now()),
      publish: (state) => published.push(state),
    })
    publisher.changed()
    publisher.changed()
    status = 'degraded'
    publisher.changed()
    expect(published.map((state) => state.status)).toEqual(['ok'])
    vi.advanceTimersByTime(1000)
    expect(published.map((state) => state.status)).toEqual(['ok', 'degraded'])
    publisher.changed()
    vi.advanceTimersByTime(5000)
    expect(published).toHaveLength(2)
    publisher.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a scene that fails three times in five minutes is put to rest, and tried again after ten', () => {
    const { rooms, asked } = fakeRooms('')
    const facts: Fact[] = []
    let now = 0
    const watch = createSceneWatch({
      exhibits: rooms.exhibits,
      record: (fact) => facts.push(fact),
      monotonic: () => now,
    })
    for (const at of [0, 200_000, 400_000]) {
      now = at
      watch.failed('lamp', 'hung')
    }
    expect(asked).toEqual([])
    watch.failed('lamp', 'threw')
    expect(asked).toMatchObject([['rest', 'lamp', 'scene-failed', [{ code: 'scene.threw' }]]])
    expect(facts).toHaveLength(4)
    vi.advanceTimersByTime(600_000)
    expect(asked.at(-1)).toEqual(['rest', 'lamp', 'scene-failed', null])
    watch.failed('lamp', 'hung')
    watch.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a start waits for boards and links, but not for ever', async () => {
    const { rooms, boards } = fakeRooms('')
    const telemetry = { status: () => well.telemetry, onStatus: () => () => {} }
    await settled({ boards: rooms.boards, telemetry, joining: Promise.resolve() })
    const searching = {
      list: () => [{ ...board, state: 'searching' as const }],
      onStatus: rooms.boards.onStatus,
    }
    const late = settled({ boards: searching, telemetry, joining: Promise.resolve() })
    boards.emit(board)
    await vi.advanceTimersByTimeAsync(3000)
    await late
    expect(vi.getTimerCount()).toBe(0)
  })
})
