import type { Role } from '../account.ts'

/** Who calls. `sub` is an account's id, or a kiosk's where a kiosk itself calls. */
export interface Identity {
  sub: string
  name: string
  roles: readonly Role[]
}

/** The identity behind a bearer token; null for a token that is not, or no longer, good. Never throws. */
export type Authenticate = (token: string) => Promise<Identity | null>
