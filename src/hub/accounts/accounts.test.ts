import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Roster } from '../../shared/account.ts'
import { openDataFolder, rosterType, tokenType, verified } from '../../shared/server/index.ts'
import { quietLog } from '../../shared/server/test-log.ts'
import { openMembership, resetPassword } from './index.ts'

const password = 'liela zila zivs'
let dataDir: string
let now: number
const opened = () => openMembership({ dataDir, isOnline: async () => false, log: quietLog, clock: () => now })

beforeEach(() => {
  now = Date.parse('2026-11-23T10:00:00Z')
  dataDir = mkdtempSync(join(tmpdir(), 'makerhall-accounts-'))
  openDataFolder(dataDir, ['hub'])
})

describe('tokens', () => {
  it('hold for twelve hours', async () => {
    const { accounts } = await opened()
    const signedIn = await accounts.addFirst({ name: 'Ilze', password })
    const token = signedIn?.token ?? ''
    expect(signedIn?.expires).toBe('2026-11-23T22:00:00.000Z')
    now += 12 * 3600_000 - 1000
    expect(await accounts.authenticate(token)).toMatchObject({ name: 'Ilze' })
    now += 2000
    expect(await accounts.authenticate(token)).toBeNull()
  })

  it('of another hub are worth nothing here', async () => {
    const first = await opened()
    const token = (await first.accounts.addFirst({ name: 'Ilze', password }))?.token ?? ''
    writeFileSync(join(dataDir, 'secrets', 'hub-key.json'), 'broken')
    const second = await opened()
    expect(await second.accounts.authenticate(token)).toBeNull()
  })

  it('are no rosters, and rosters are no tokens', async () => {
    const { accounts, publicKey } = await opened()
    const token = (await accounts.addFirst({ name: 'Ilze', password }))?.token ?? ''
    const roster = await accounts.roster()
    const read = Roster.parse(await verified(roster, publicKey, rosterType, () => now))
    expect(read.accounts).toMatchObject([{ name: 'Ilze', gen: 0 }])
    expect(read.accounts[0]?.hash).toMatch(/^\$argon2id\$/)
    expect(await accounts.authenticate(roster)).toBeNull()
    expect(await verified(token, publicKey, rosterType, () => now)).toBeNull()
    expect(await verified(token, publicKey, tokenType, () => now)).not.toBeNull()
  })
})

describe('what is kept', () => {
  it('holds no password, and is readable by its owner alone', async () => {
    const { accounts } = await opened()
    await accounts.addFirst({ name: 'Ilze', password })
    const files = [join(dataDir, 'hub'), join(dataDir, 'secrets')].flatMap((folder) =>
      readdirSync(folder).map((name) => join(folder, name)),
    )
    for (const file of files) {
      expect(readFileSync(file, 'utf8'), file).not.toContain(password)
      expect(statSync(file).mode & 0o077, file).toBe(0)
    }
  })

  it('is set aside when it is broken, and a new setup link is given', async () => {
    const { accounts } = await opened()
    await accounts.addFirst({ name: 'Ilze', password })
    writeFileSync(join(dataDir, 'hub', 'accounts.json'), '{"accounts": [')
    const again = await opened()
    expect(again.accounts.list()).toEqual([])
    expect(again.setup.code()).toBeTypeOf('string')
    expect(readdirSync(join(dataDir, 'hub')).join()).toContain('accounts.json.broken-')
  })
})

describe('a password that was lost', () => {
  it('is replaced by one that a running hub takes at once; the old one and its tokens end', async () => {
    const { accounts } = await opened()
    const token = (await accounts.addFirst({ name: 'Ilze', password }))?.token ?? ''
    const fresh = await resetPassword(dataDir, 'ilze')
    expect(await accounts.authenticate(token)).toBeNull()
    expect(await accounts.signIn({ name: 'Ilze', password })).toBeNull()
    expect(await accounts.signIn({ name: 'Ilze', password: fresh })).toMatchObject({ name: 'Ilze' })
  })

  it('of nobody is refused, with the names that there are', async () => {
    const { accounts } = await opened()
    await accounts.addFirst({ name: 'Ilze', password })
    await expect(resetPassword(dataDir, 'Jānis')).rejects.toMatchObject({
      problem: { code: 'account.unknown', mend: 'Use one of Ilze.' },
    })
  })
})
