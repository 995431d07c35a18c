import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { z } from 'zod'
import type { Claims, Credentials, SignedIn } from '../../shared/account.ts'
import {
  type Authenticate,
  claimsOf,
  Refusal,
  type SigningKey,
  sameSecret,
  tokenSeconds,
  tokenType,
} from '../../shared/server/index.ts'
import type { Membership } from './membership.ts'

export interface SignIn {
  authenticate: Authenticate
  /**
   * By the hub, or without it by the roster; null for a wrong name or password.
   * @throws Refusal 429 where the hub asks to wait, 409 at a kiosk that knows nobody
   */
  signIn(credentials: z.infer<typeof Credentials>): Promise<SignedIn | null>
}

export interface SignInOptions {
  kiosk: string
  /** What the kiosk page carries in its address: the visitor's role at this kiosk. */
  visitorKey: string
  /** Signs what this kiosk itself gives out. */
  key: SigningKey
  membership: Pick<Membership, 'key' | 'accounts' | 'refresh' | 'hub' | 'client'>
  clock?: () => number
  /** ms that never go back. */
  monotonic?: () => number
}

/** A token of somebody whom the hub did not know is not asked about again for so long, in ms. */
const denialLasts = 5000

/** Who someone is at this kiosk: the visitor's page, or an account by the hub's tokens or by this kiosk's own. */
export function createSignIn({
  kiosk,
  visitorKey,
  key,
  membership,
  clock = Date.now,
  monotonic = () => performance.now(),
}: SignInOptions): SignIn {
  const denied = new Map<string, number>()
  const nobody = hash(randomBytes(16).toString('hex'))

  const accountOf = ({ sub, gen }: Claims) =>
    membership.accounts().find((account) => account.id === sub && account.gen === gen)

  /** Somebody the hub made since it was last asked is found by asking again. */
  async function accountAtHub(claims: Claims) {
    const known = accountOf(claims)
    const who = `${claims.sub} ${claims.gen}`
    if (known || (denied.get(who) ?? 0) > monotonic()) return known
    await membership.refresh()
    const found = accountOf(claims)
    for (const [other, until] of denied) if (until <= monotonic()) denied.delete(other)
    if (!found) denied.set(who, monotonic() + denialLasts)
    return found
  }

  const authenticate: Authenticate = async (token) => {
    if (sameSecret(token, visitorKey)) return { sub: kiosk, name: 'visitor', roles: ['visitor'] }
    const pinned = membership.key()
    const hubClaims = pinned && (await claimsOf(token, pinned, 'hub', clock))
    const own = hubClaims ? null : await claimsOf(token, key.publicKey, kiosk, clock)
    const account = hubClaims ? await accountAtHub(hubClaims) : own && accountOf(own)
    return account ? { sub: account.id, name: account.name, roles: account.roles } : null
  }

  return {
    authenticate,
    async signIn(credentials) {
      const hub = membership.hub()
      if (hub && membership.key()) {
        const heard = await membership.client.signIn(hub, credentials)
        // Only what the pinned key signed is a token: anyone could answer at that address.
        if (heard.kind === 'answer' && (await authenticate(heard.answer.token))) return heard.answer
        if (heard.kind === 'refused' && heard.status === 429) throw wait(heard.retryAfter ?? 1)
        if (heard.kind === 'refused' && heard.status === 401) return null
      }
      const accounts = membership.accounts()
      if (accounts.length === 0) throw noAccounts
      const named = credentials.name.normalize('NFC').toLowerCase()
      const account = accounts.find(({ name }) => name.normalize('NFC').toLowerCase() === named)
      const right = await verify(account?.hash ?? (await nobody), credentials.password)
      if (!account || !right) return null
      const { id, name, roles, gen } = account
      return {
        token: await key.sign(tokenType, { iss: kiosk, sub: id, name, roles, gen }, tokenSeconds),
        name,
        roles,
        expires: new Date(clock() + tokenSeconds * 1000).toISOString(),
      }
    },
  }
}

const wait = (seconds: number) =>
  new Refusal(
    429,
    {
      code: 'sign-in.wait',
      message: 'There were too many wrong tries from here.',
      mend: `Wait ${seconds} s, then try again.`,
    },
    { retryAfter: seconds },
  )

const noAccounts = new Refusal(409, {
  code: 'sign-in.no-accounts',
  message: 'This kiosk knows no accounts.',
  mend: 'Join it to a hub, and make the first account there.',
})
