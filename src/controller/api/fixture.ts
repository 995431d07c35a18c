import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BoardStatus, PinHold, PinState } from '../../shared/board.ts'
import type { ChannelValue } from '../../shared/channel.ts'
import type { Fact } from '../../shared/event.ts'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import { Listeners } from '../../shared/listeners.ts'
import type { VisitState } from '../../shared/live.ts'
import { Manifest } from '../../shared/manifest.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { Authenticate } from '../../shared/server/index.ts'
import { quietLog } from '../../shared/server/test-log.ts'
import { createApi, type Rooms } from './index.ts'

const at = '2026-11-23T10:00:00.000Z'

export const manifest = Manifest.parse({
  makerhall: 1,
  id: 'lamp',
  version: '1.2.3',
  licence: 'MIT',
  authors: ['Makerhall'],
  hue: 75,
  languages: ['lv', 'en'],
  scenes: { attract: 'scenes/attract.js', play: 'scenes/play.js' },
  modes: [{ id: 'explore' }, { id: 'predict' }],
  channels: {
    dial: { kind: 'analog-in', pin: 'A0', unit: 'V', range: [0, 5], scale: { slope: 5 / 1023 }, touch: true },
    glow: { kind: 'pwm-out', pin: '9', unit: 'V', range: [0, 5], scale: { slope: 5 / 255 }, safe: 0 },
  },
  learning: { ages: [7, 99], minutes: 3, leastSeconds: 30 },
})

export const board: BoardStatus = {
  id: 'uno',
  kind: 'virtual',
  state: 'ready',
  identity: 'mh-00000001',
  firmware: '1.0.0',
  protocol: 1,
  port: 'virtual:uno',
  since: at,
  lastSeen: at,
  problem: null,
  counters: {
    received: 1,
    badChecksum: 0,
    malformed: 0,
    tooLong: 0,
    lostReports: 0,
    retries: 0,
    refused: 0,
    reconnects: 0,
  },
}

export const channelValue = (channel: string, value: number): ChannelValue => ({
  exhibit: 'lamp',
  channel,
  value,
  unit: 'V',
  quality: 'good',
  reason: null,
  at,
  since: at,
  raw: 0,
  binding: { board: 'uno', pin: 'A0' },
  clipped: false,
  writable: channel === 'glow',
})

const status: ExhibitStatus = {
  id: 'lamp',
  version: '1.2.3',
  hue: 75,
  mode: 'explore',
  modes: manifest.modes,
  stages: [],
  lease: null,
  languages: ['lv', 'en'],
  idle: { seconds: 60, warn: 10 },
  resting: null,
  touch: ['dial'],
}

const refused = (code: string) =>
  new MakerhallError({ code, message: 'It was refused.', mend: 'Do otherwise.' })

/** Rooms that remember what they were asked, and can be made to tell something. */
export function fakeRooms(folder: string) {
  const asked: unknown[][] = []
  const ask = (...what: unknown[]) => void asked.push(what)
  const values = new Listeners<ChannelValue>(quietLog)
  const statuses = new Listeners<ExhibitStatus>(quietLog)
  const boards = new Listeners<BoardStatus>(quietLog)
  const visits = new Listeners<VisitState | null>(quietLog)
  const activities = new Listeners<{ exhibit: string; by: 'hardware' | 'presence' }>(quietLog)
  const pin: PinState = { pin: 'A0', mode: 'input', level: 0, volts: 0, duty: 0, held: false }
  const exhibit = (id: string) => {
    if (id !== 'lamp') throw refused('exhibit.unknown')
    return status
  }

  const rooms: Rooms = {
    boards: {
      list: () => [board],
      board: (id) =>
        id === 'uno' || id === 'real'
          ? {
              id,
              // The API never looks at it.
              io: undefined as never,
              status: () => board,
              input: () => {},
              output: () => {},
              safe: () => {},
            }
          : undefined,
      pins: (id) =>
        id === 'uno'
          ? {
              read: async () => pin,
              hold: async (_pin, hold: PinHold) => {
                ask('hold', hold)
                return { ...pin, held: true }
              },
              release: async () => pin,
            }
          : null,
      lookAgain: () => ask('lookAgain'),
      onStatus: (listener) => boards.add(listener),
    },
    channels: {
      values: () => [channelValue('dial', 1), channelValue('glow', 2)],
      get: (id, channel) =>
        id === 'lamp' && channel in manifest.channels ? channelValue(channel, 1) : undefined,
      onValue: (listener) => values.add((value) => listener(value, true)),
      write: (_exhibit, channel, value) => {
        if (channel !== 'glow') throw refused('channel.not-writable')
        ask('write', channel, value)
        return channelValue(channel, Number(value))
      },
      range: (_exhibit, channel) => (channel === 'glow' ? [0, 5] : null),
      calibration: () => ({ current: null, history: [] }),
      calibrate: async (_exhibit, _channel, [one, other], author) => {
        if (one.raw === other.raw) throw refused('calibration.equal-points')
        ask('calibrate', author)
        return { current: null, history: [] }
      },
      undoCalibration: async () => ({ current: null, history: [] }),
    },
    exhibits: {
      list: () => [status],
      get: (id) => (id === 'lamp' ? status : undefined),
      package: (id) => (id === 'lamp' ? { id, folder, manifest, problems: [] } : undefined),
      onChange: (listener) => statuses.add(listener),
      onActivity: (listener) => activities.add(listener),
      setMode: (id, change, by) => {
        if (change.mode === 'nope') throw refused('mode.unknown')
        ask('setMode', change, by)
        return exhibit(id)
      },
      endLease: exhibit,
      chooseMode: (id, mode) => {
        if (mode !== 'explore') throw refused('mode.leased')
        return exhibit(id)
      },
      touch: (_id, channel, value) => {
        if (channel !== 'dial') throw refused('channel.not-touchable')
        ask('touch', channel, value)
      },
      rest: (id, code, problems) => ask('rest', id, code, problems),
    },
    visits: {
      current: () => null,
      act: (id, by, language) => ask('act', id, by, language),
      stage: (id, stage) => ask('stage', id, stage),
      language: (id, language) => ask('language', id, language),
      leave: (id) => ask('leave', id),
      onChange: (listener) => visits.add(listener),
    },
  }
  return { rooms, asked, values, statuses, boards, visits, activities }
}

/** Tokens are the role's name here. */
const authenticate: Authenticate = async (token) =>
  token === 'visitor' ||
  token === 'educator' ||
  token === 'technician' ||
  token === 'staff' ||
  token === 'admin'
    ? { sub: token, name: token, roles: [token] }
    : null

/** The controller's API over made-up rooms and a real folder of files. */
export async function openApi(options: { authenticate?: Authenticate } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'makerhall-api-'))
  const folder = join(root, 'build', 'exhibits', 'lamp')
  const files: Record<string, string> = {
    'build/exhibits/lamp/exhibit.json': '{}',
    'build/exhibits/lamp/style.css': 'body {}',
    'build/exhibits/lamp/scenes/play.js': 'export {}',
    'build/exhibits/lamp/.hidden': 'secret',
    'build/exhibits/other.txt': 'secret',
    'build/kit/kit.js': 'export {}',
    'build/pages/kiosk/index.html': '<!doctype html><title>kiosk</title>',
    'build/pages/console/index.html': '<!doctype html><title>console</title>',
    'build/pages/assets/main-abc123.js': 'export {}',
    'secret.txt': 'secret',
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  symlinkSync(join(root, 'secret.txt'), join(folder, 'link.txt'))
  const fakes = fakeRooms(folder)
  const facts: Fact[] = []
  const failed: unknown[][] = []
  const api = await createApi({
    rooms: fakes.rooms,
    telemetry: {
      status: () => ({ waiting: 3, oldest: null, recording: true, broker: 'connected' }),
      record: (fact) => facts.push(fact),
    },
    signIn: {
      authenticate: options.authenticate ?? authenticate,
      signIn: async ({ password }) =>
        password === 'right' ? { token: 'admin', name: 'Ilze', roles: ['admin'], expires: at } : null,
    },
    kiosk: 'kiosk-1',
    version: '1.2.3',
    site: { name: 'Test', zone: 'Europe/Riga' },
    languages: ['lv', 'en'],
    health: () => ({
      status: 'ok',
      version: '1.2.3',
      pid: 1,
      reasons: [],
      kiosk: 'kiosk-1',
      boards: [],
      outbox: { waiting: 0, oldest: null, recording: true },
      broker: 'connected',
    }),
    sceneFailed: (...what) => failed.push(what),
    build: join(root, 'build'),
    hub: () => 'http://127.0.0.1:8601',
    listen: '127.0.0.1',
    port: 0,
    hosts: [],
    logger: quietLog,
  })
  async function call(method: string, url: string, body?: unknown, token?: string) {
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      headers: { host: '127.0.0.1:8600', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { payload: body as object }),
    })
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    const json: unknown = isJson && answer.body ? JSON.parse(answer.body) : undefined
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, json }
  }
  return { api, call, facts, failed, root, ...fakes }
}
export type TestApi = Awaited<ReturnType<typeof openApi>>
