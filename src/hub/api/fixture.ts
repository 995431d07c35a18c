import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignedIn } from '../../shared/account.ts'
import { openDataFolder } from '../../shared/server/index.ts'
import { quietLog } from '../../shared/server/test-log.ts'
import { openMembership } from '../accounts/index.ts'
import { createApi } from './index.ts'

export const password = 'liela zila zivs'

/** A hub's API over real accounts in a temporary folder; what stores and counts is made up. */
export async function openHub(
  options: { dataDir?: string; online?: Set<string>; clock?: () => number } = {},
) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'makerhall-hub-'))
  openDataFolder(dataDir, ['hub'])
  const online = options.online ?? new Set<string>()
  const membership = await openMembership({
    dataDir,
    isOnline: async (kiosk) => online.has(kiosk),
    log: quietLog,
    ...(options.clock && { clock: options.clock }),
  })
  const queries: unknown[] = []
  const rejoined: string[] = []
  const api = await createApi({
    membership,
    store: {
      events: async (after) => ({ events: [], next: after }),
      state: () => ({ stored: 7, setAside: 0 }),
    },
    collector: {
      kiosks: async () => [{ id: 'heard', online: true, lastSeen: '2026-11-23T10:00:00.000Z', stored: 7 }],
      status: () => ({ connected: true, storing: true, queued: 0, turnedAway: 0 }),
    },
    statistics: {
      visits: async (query) => {
        queries.push(query)
        return { zone: query.zone, rows: [] }
      },
      visitsCsv: async () => 'exhibit,visits\r\n',
    },
    version: '1.2.3',
    zone: 'Europe/Riga',
    brokerFor: (request) => `mqtt://${request.hostname}:1883`,
    joinedAnew: (kiosk) => rejoined.push(kiosk),
    health: async () => ({
      status: 'ok',
      version: '1.2.3',
      pid: 1,
      reasons: [],
      stored: 7,
      kiosks: [],
    }),
    build: join(dataDir, 'build'),
    listen: '127.0.0.1',
    port: 0,
    hosts: [],
    logger: quietLog,
  })

  async function call(method: string, url: string, body?: unknown, token?: string, from = '127.0.0.1') {
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      remoteAddress: from,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(body !== undefined && { payload: body as object }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      json: jsonOf(answer.body),
    }
  }
  return {
    dataDir,
    membership,
    api,
    online,
    queries,
    rejoined,
    call,
    /** Makes the first account by the setup link, and answers its token. */
    async signUp(name = 'Ilze') {
      const code = membership.setup.code()
      const { json } = await call('POST', `/setup/${code}`, { name, password })
      return SignedIn.parse(json).token
    },
    async signIn(name: string, word = password) {
      return SignedIn.parse((await call('POST', '/api/sign-in', { name, password: word })).json).token
    },
  }
}
export type TestHub = Awaited<ReturnType<typeof openHub>>

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
