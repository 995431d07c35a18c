import { describe, expect, it } from 'vitest'
import type { SignedIn } from '../../shared/account.ts'
import { createSession } from './session.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const anna: SignedIn = {
  token: 'T',
  name: 'Anna',
  roles: ['educator'],
  expires: '2026-11-23T20:00:00.000Z',
}

function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    key: () => null,
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

describe('the session', () => {
  it('survives a reload and ends with sign-out', () => {
    const storage = memory()
    createSession(storage, now).getState().signIn(anna, 'hub')
    const again = createSession(storage, now)
    expect(again.getState()).toMatchObject({ session: { name: 'Anna', by: 'hub' }, ended: false })
    again.getState().signOut()
    expect(createSession(storage, now).getState().session).toBeNull()
  })

  it('ends at its time and keeps who it was', () => {
    const store = createSession(memory(), now)
    store.getState().signIn(anna, 'hub')
    store.getState().tick(now + 7 * 3_600_000)
    expect(store.getState().ended).toBe(false)
    store.getState().tick(now + 8 * 3_600_000)
    expect(store.getState()).toMatchObject({ ended: true, session: { name: 'Anna' } })
    store.getState().signIn({ ...anna, expires: '2026-11-24T20:00:00.000Z' }, 'hub')
    expect(store.getState().ended).toBe(false)
  })

  it('keeps a kiosk’s own sign-in when only the hub does not know it', () => {
    const store = createSession(memory(), now)
    store.getState().signIn(anna, 'controller')
    store.getState().unauthorised('hub')
    expect(store.getState().ended).toBe(false)
    store.getState().unauthorised('controller')
    expect(store.getState().ended).toBe(true)
  })

  it('forgets what it cannot read', () => {
    const storage = memory()
    storage.setItem('makerhall.session', '{"token":1}')
    expect(createSession(storage, now).getState().session).toBeNull()
    expect(storage.getItem('makerhall.session')).toBeNull()
  })
})
