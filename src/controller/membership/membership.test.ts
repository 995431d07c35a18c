import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openHub, password, type TestHub } from '../../hub/api/fixture.ts'
import { openDataFolder, openSigningKey } from '../../shared/server/index.ts'
import { quietLog } from '../../shared/server/test-log.ts'
import { createHubClient } from './hub-client.ts'
import { createMembership, createSignIn, type Membership } from './index.ts'
import { pauseAfter } from './membership.ts'

const hubs: TestHub[] = []
const members: Membership[] = []
let dataDir: string
beforeEach(() => {
  dataDir = newFolder()
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await Promise.all(members.splice(0).map((member) => member.stop()))
  await Promise.all(hubs.splice(0).map(({ api }) => api.stop()))
})

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'makerhall-member-'))
  openDataFolder(folder, ['controller'])
  return folder
}

/** A hub that listens, with Ilze in it. */
async function startHub(of: { dataDir?: string; clock?: () => number } = {}) {
  const hub = await openHub({
    ...(of.dataDir && { dataDir: of.dataDir }),
    ...(of.clock && { clock: of.clock }),
  })
  hubs.push(hub)
  await hub.api.start()
  const url = `http://127.0.0.1:${hub.api.port()}`
  return { ...hub, url, code: hub.membership.kiosks.joinCode() }
}

async function joined(hub: string | null, joinCode: string | null, folder: string, kiosk = 'kiosk-1') {
  const membership = createMembership({
    dataDir: folder,
    kiosk,
    hub,
    joinCode,
    origin: () => 'http://127.0.0.1:8600',
    logger: quietLog,
  })
  members.push(membership)
  await membership.start()
  return membership
}

async function startMember(hub: string | null, joinCode: string | null, folder = dataDir, kiosk = 'kiosk-1') {
  const membership = await joined(hub, joinCode, folder, kiosk)
  const signIn = createSignIn({
    kiosk,
    visitorKey: 'the-visitor-key',
    key: await openSigningKey(join(folder, 'secrets', 'kiosk-key.json'), quietLog),
    membership,
  })
  return { membership, ...signIn }
}
const stateOf = ({ membership }: { membership: Membership }) => {
  const { state, problem } = membership.status()
  return [state, problem?.code ?? null]
}

describe('joining', () => {
  it('pins the key, keeps the roster, and needs no code afterwards', async () => {
    const hub = await startHub()
    await hub.signUp()
    const first = await startMember(hub.url, hub.code)
    expect(stateOf(first)).toEqual(['joined', null])
    expect(first.membership.key()).toEqual(hub.membership.publicKey)
    expect(first.membership.accounts()).toMatchObject([{ name: 'Ilze' }])
    const secret = first.membership.broker()?.secret ?? ''
    expect(hub.membership.kiosks.knows('kiosk-1', secret)).toBe(true)

    const second = await startMember(null, null)
    expect(stateOf(second)).toEqual(['joined', null])
    expect(second.membership.broker()?.secret).toBe(secret)
    expect(second.membership.hub()).toBe(hub.url)
  })

  it('is refused with a wrong code or without one, and says so', async () => {
    const hub = await startHub()
    expect(stateOf(await startMember(hub.url, 'not-the-code'))).toEqual(['refused', 'hub.wrong-code'])
    expect(stateOf(await startMember(hub.url, null))).toEqual(['refused', 'hub.no-code'])
  })

  it('is refused while another kiosk of this id is online', async () => {
    const hub = await startHub()
    await startMember(hub.url, hub.code)
    hub.online.add('kiosk-1')
    expect(stateOf(await startMember(hub.url, hub.code, newFolder()))).toEqual(['refused', 'hub.id-taken'])
  })

  it('is not needed to be alone', async () => {
    expect(stateOf(await startMember(null, null))).toEqual(['alone', null])
  })

  it('waits for a hub that is away, and follows it to another port', async () => {
    const hub = await startHub()
    await startMember(hub.url, hub.code)
    await hub.api.stop()
    const away = await startMember(hub.url, hub.code)
    expect(stateOf(away)).toEqual(['away', 'hub.away'])
    const back = await startHub(hub)
    expect(back.url).not.toBe(hub.url)
    const moved = await startMember(back.url, null)
    expect(stateOf(moved)).toEqual(['joined', null])
  })

  it('is with one hub: another one at its address is refused, and what was pinned stays', async () => {
    const hub = await startHub()
    await startMember(hub.url, hub.code)
    const kept = readFileSync(join(dataDir, 'secrets', 'hub.json'), 'utf8')
    const other = await startHub()
    expect(stateOf(await startMember(other.url, other.code))).toEqual(['refused', 'hub.other'])
    expect(readFileSync(join(dataDir, 'secrets', 'hub.json'), 'utf8')).toBe(kept)
  })

  it('is made anew with the code where the hub has forgotten the kiosk', async () => {
    const hub = await startHub()
    await startMember(hub.url, hub.code)
    await hub.api.stop()
    writeFileSync(join(hub.dataDir, 'hub', 'kiosks.json'), '{"kiosks":[]}')
    const back = await startHub(hub)
    expect(stateOf(await startMember(back.url, null))).toEqual(['refused', 'hub.unknown-kiosk'])
    expect(stateOf(await startMember(back.url, back.code))).toEqual(['joined', null])
  })
})

describe('what is kept of the hub', () => {
  const kept = () => readFileSync(join(dataDir, 'secrets', 'hub.json'), 'utf8')

  it('is written when something is new, not whenever the hub has signed its roster anew', async () => {
    let now = Date.now()
    const hub = await startHub({ clock: () => now })
    const admin = await hub.signUp()
    const { membership } = await startMember(hub.url, hub.code)
    const before = kept()
    now += 60_000
    await membership.refresh()
    expect(kept()).toBe(before)
    const again = await startMember(hub.url, null)
    expect(kept()).toBe(before)
    const anna = { name: 'Anna', password, roles: ['educator'] }
    await hub.call('POST', '/api/accounts', anna, admin)
    await again.membership.refresh()
    expect(kept()).not.toBe(before)
  })

  it('is held without a disk that keeps it: the kiosk joins once', async () => {
    const hub = await startHub()
    const nowhere = join(dataDir, 'nowhere')
    symlinkSync(join(dataDir, 'absent', 'folder'), nowhere)
    const membership = await joined(hub.url, hub.code, nowhere)
    expect(membership.status()).toEqual({ state: 'joined', problem: null })
    const broker = membership.broker()
    await membership.refresh()
    expect(membership.broker()).toEqual(broker)
    expect(hub.membership.kiosks.knows('kiosk-1', broker?.secret ?? '')).toBe(true)
  })
})

it.each([
  ['no code', async (hub: TestHub & { url: string }) => joined(hub.url, null, dataDir)],
  [
    'another hub',
    async (hub: TestHub & { url: string; code: string }) => {
      await joined(hub.url, hub.code, dataDir)
      const other = await startHub()
      return joined(other.url, other.code, dataDir)
    },
  ],
  [
    'a hub that forgot it',
    async (hub: TestHub & { url: string; code: string }) => {
      await joined(hub.url, hub.code, dataDir)
      await hub.api.stop()
      writeFileSync(join(hub.dataDir, 'hub', 'kiosks.json'), '{"kiosks":[]}')
      const back = await startHub(hub)
      return joined(back.url, null, dataDir)
    },
  ],
])('a kiosk with %s asks ever less often', async (_, start) => {
  const membership = await start(await startHub())
  expect(membership.status().state).toBe('refused')
  const timers = vi.spyOn(globalThis, 'setTimeout')
  for (let n = 0; n < 3; n++) await membership.refresh()
  const pauses = timers.mock.calls.map(([, pause]) => pause)
  expect(pauses).toEqual(expect.arrayContaining([2000, 4000, 8000]))
})

it('a hub is asked again soon, then less often; with a wrong code hardly ever', () => {
  const problem = { code: 'hub.away', message: '', mend: '' }
  const away = [1, 2, 3, 10].map((failures) => pauseAfter({ state: 'away', problem }, failures))
  expect(away).toEqual([1000, 2000, 4000, 30_000])
  expect(pauseAfter({ state: 'joined', problem: null }, 0)).toBe(60_000)
  const wrong = { ...problem, code: 'hub.wrong-code' }
  expect(pauseAfter({ state: 'refused', problem: wrong }, 1)).toBe(300_000)
})

describe('who someone is at a kiosk', () => {
  it('the visitor’s key is the visitor’s, and anything else nobody’s', async () => {
    const kiosk = await startMember(null, null)
    expect(await kiosk.authenticate('the-visitor-key')).toMatchObject({ roles: ['visitor'] })
    expect(await kiosk.authenticate('another-key')).toBeNull()
    await expect(kiosk.signIn({ name: 'Ilze', password })).rejects.toMatchObject({
      problem: { code: 'sign-in.no-accounts' },
    })
  })

  it('the hub’s token holds at once, also of an account made after joining; a removed one’s does not', async () => {
    const hub = await startHub()
    const kiosk = await startMember(hub.url, hub.code)
    const admin = await hub.signUp()
    expect(await kiosk.authenticate(admin)).toMatchObject({ name: 'Ilze' })
    const { json } = await hub.call(
      'POST',
      '/api/accounts',
      { name: 'Anna', password, roles: ['educator'] },
      admin,
    )
    const anna = await hub.signIn('Anna')
    expect(await kiosk.authenticate(anna)).toMatchObject({ name: 'Anna', roles: ['educator'] })
    await hub.call('DELETE', `/api/accounts/${(json as { id: string }).id}`, undefined, admin)
    await kiosk.membership.refresh()
    expect(await kiosk.authenticate(anna)).toBeNull()
    // With the hub away, whom it knew last is known still.
    await hub.api.stop()
    expect(await kiosk.authenticate(admin)).toMatchObject({ name: 'Ilze' })
  })

  it('signs in with the hub, and without it by the roster; a kiosk’s own token is good there alone', async () => {
    const hub = await startHub()
    await hub.signUp()
    const here = await startMember(hub.url, hub.code)
    const there = await startMember(hub.url, hub.code, newFolder(), 'kiosk-2')
    const byHub = await here.signIn({ name: 'ilze', password })
    expect(await there.authenticate(byHub?.token ?? '')).toMatchObject({ name: 'Ilze' })
    expect(await here.signIn({ name: 'Ilze', password: 'wrong' })).toBeNull()

    await hub.api.stop()
    const byRoster = await here.signIn({ name: 'ILZE', password })
    expect(byRoster).toMatchObject({ name: 'Ilze', roles: ['educator', 'technician', 'staff', 'admin'] })
    expect(await here.authenticate(byRoster?.token ?? '')).toMatchObject({ name: 'Ilze' })
    expect(await there.authenticate(byRoster?.token ?? '')).toBeNull()
    expect(await here.signIn({ name: 'Ilze', password: 'wrong' })).toBeNull()
    expect(await here.signIn({ name: 'Nobody', password })).toBeNull()

    // All of it outlives a restart without the hub.
    const again = await startMember(null, null)
    expect(await again.authenticate(byRoster?.token ?? '')).toMatchObject({ name: 'Ilze' })
    expect(await again.authenticate(byHub?.token ?? '')).toMatchObject({ name: 'Ilze' })
  })

  it('somebody unknown is asked about again soon, whatever the wall clock says', async () => {
    const hub = await openHub()
    hubs.push(hub)
    const token = await hub.signUp()
    let asked = 0
    let now = 0
    const { authenticate } = createSignIn({
      kiosk: 'kiosk-1',
      visitorKey: 'the-visitor-key',
      key: await openSigningKey(join(dataDir, 'secrets', 'kiosk-key.json'), quietLog),
      membership: {
        key: () => hub.membership.publicKey,
        accounts: () => [],
        refresh: async () => {
          asked += 1
        },
        hub: () => null,
        client: createHubClient(new AbortController().signal),
      },
      monotonic: () => now,
    })
    const tries = [0, 4000, 6000]
    for (const at of tries) {
      now = at
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 600_000 })
      expect(await authenticate(token)).toBeNull()
    }
    expect(asked).toBe(2)
  })

  it('nobody is believed for standing at the hub’s address', async () => {
    const hub = await startHub()
    await hub.signUp()
    await startMember(hub.url, hub.code)
    const impostor = await startHub()
    await impostor.signUp('Eve')
    const kiosk = await startMember(impostor.url, null)
    expect(await kiosk.signIn({ name: 'Eve', password })).toBeNull()
    expect(await kiosk.authenticate(await impostor.signIn('Eve'))).toBeNull()
  })
})
