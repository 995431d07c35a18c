import { z } from 'zod'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { SignedIn } from '../../shared/account.ts'
import type { Server } from '../api/client.ts'

/** Who is signed in, and which server said so: a kiosk's own token does not hold at the hub. */
const Session = SignedIn.extend({ by: z.enum(['controller', 'hub']) })
export type Session = z.infer<typeof Session>

export interface SessionState {
  session: Session | null
  /** The sign-in has ended, but the page that was open is kept for whoever signs in again. */
  ended: boolean
  signIn(signedIn: SignedIn, by: Server): void
  signOut(): void
  /** A server no longer took the token. */
  unauthorised(server: Server): void
  /** Looks at the clock, in ms since 1970. */
  tick(now: number): void
}

const key = 'makerhall.session'
type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Keeps the sign-in for this tab alone: `storage` is its sessionStorage. */
export function createSession(storage: Storage, now: number): StoreApi<SessionState> {
  const kept = readKept(storage)
  return createStore<SessionState>((set, get) => ({
    session: kept,
    ended: kept !== null && isOver(kept, now),
    signIn(signedIn, by) {
      const session: Session = { ...signedIn, by }
      storage.setItem(key, JSON.stringify(session))
      set({ session, ended: false })
    },
    signOut() {
      storage.removeItem(key)
      set({ session: null, ended: false })
    },
    unauthorised(server) {
      // The hub does not know a token that a kiosk signed while the hub was away; that sign-in still holds at the kiosk.
      if (get().session?.by === 'controller' && server === 'hub') return
      if (get().session !== null) set({ ended: true })
    },
    tick(at) {
      const { session, ended } = get()
      if (session !== null && !ended && isOver(session, at)) set({ ended: true })
    },
  }))
}

function isOver(session: Session, now: number): boolean {
  return Date.parse(session.expires) <= now
}

function readKept(storage: Storage): Session | null {
  const text = storage.getItem(key)
  if (text === null) return null
  try {
    return Session.parse(JSON.parse(text))
  } catch {
    storage.removeItem(key)
    return null
  }
}
