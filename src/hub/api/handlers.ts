import type { FastifyRequest } from 'fastify'
import type { Joined } from '../../shared/account.ts'
import type { HubHealth } from '../../shared/health.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { hubRoutes } from '../../shared/routes.ts'
import { bearerOf, createSlowDown, type Handlers, Refusal } from '../../shared/server/index.ts'
import type { Membership } from '../accounts/index.ts'
import type { Collector } from '../collector/index.ts'
import type { Statistics } from '../statistics/index.ts'
import type { Store } from '../store/index.ts'

export interface HandlerOptions {
  membership: Membership
  store: Pick<Store, 'events'>
  collector: Pick<Collector, 'kiosks'>
  statistics: Pick<Statistics, 'visits' | 'visitsCsv'>
  /** The zone that hours and days are counted in. */
  zone: string
  /** The broker that a kiosk which called as `request` shall use. */
  brokerFor: (request: FastifyRequest) => string
  /** A kiosk joined anew: what it held before has ended. */
  joinedAnew: (kiosk: string) => void
  health: () => Promise<HubHealth>
  metrics: () => Promise<string>
}

/** What each route of the hub's table does. */
export function hubHandlers(options: HandlerOptions): Handlers<typeof hubRoutes> {
  const { membership, store, collector, statistics, zone, brokerFor, joinedAnew } = options
  const { accounts, kiosks, setup, publicKey } = membership
  // Each kind of guess is slowed down for itself: a kiosk with an old code must not keep its staff from signing in.
  const passwords = createSlowDown()
  const setupCodes = createSlowDown()
  const joinCodes = createSlowDown()

  const joined = async (secret: string, request: FastifyRequest): Promise<Joined> => ({
    key: publicKey,
    secret,
    mqtt: brokerFor(request),
    roster: await accounts.roster(),
  })

  return {
    health: options.health,
    metrics: options.metrics,
    setUp: async ({ params, body, request }) => {
      const first = await setupCodes.attempt(request.ip, () => setup.use(params.code, body))
      if (first) return first
      throw new MakerhallError({
        code: 'setup.unknown',
        message: 'This link is not, or no longer, good.',
        mend: 'Sign in with the account that was made by it, or look for a newer link in what the start printed.',
      })
    },
    signIn: async ({ body, request }) => {
      const signedIn = await passwords.attempt(request.ip, () => accounts.signIn(body))
      if (signedIn) return signedIn
      throw new Refusal(401, {
        code: 'sign-in.wrong',
        message: 'The name or the password is wrong.',
        mend: 'Try again; an admin can set a new password, or `makerhall account reset` on this machine.',
      })
    },
    me: ({ who }) => accounts.get(who.sub),
    changePassword: async ({ who, body, request }) => {
      const account = await passwords.attempt(request.ip, () =>
        accounts.changePassword(who.sub, body.current, body.next),
      )
      if (account) return account
      throw new Refusal(422, {
        code: 'account.wrong-password',
        message: 'The current password is wrong.',
        mend: 'Type it again.',
        path: 'current',
      })
    },
    accounts: () => accounts.list(),
    addAccount: ({ body }) => accounts.add(body),
    changeAccount: ({ params, body }) => accounts.change(params.id, body),
    removeAccount: ({ params }) => accounts.remove(params.id),
    join: async ({ body, request }) => {
      const right = await joinCodes.attempt(request.ip, async () => kiosks.isJoinCode(body.code) || null)
      if (!right)
        throw new Refusal(403, {
          code: 'kiosk.wrong-code',
          message: 'This is not the join code.',
          mend: 'An admin finds the code in the console.',
          path: 'code',
        })
      const secret = await kiosks.join(body)
      joinedAnew(body.kiosk)
      return joined(secret, request)
    },
    joined: ({ who, query, request }) => {
      kiosks.seenAt(who.sub, query.origin)
      return joined(secretOf(request), request)
    },
    joinCode: () => ({ code: kiosks.joinCode() }),
    renewJoinCode: () => ({ code: kiosks.renewJoinCode() }),
    kiosks: async () => {
      const heard = new Map((await collector.kiosks()).map((kiosk) => [kiosk.id, kiosk]))
      const origins = new Map(kiosks.list().map(({ id, origin }) => [id, origin]))
      return [...new Set([...origins.keys(), ...heard.keys()])].sort().map((id) => ({
        id,
        online: heard.get(id)?.online ?? false,
        lastSeen: heard.get(id)?.lastSeen ?? null,
        origin: origins.get(id) ?? null,
        stored: heard.get(id)?.stored ?? 0,
      }))
    },
    visits: ({ query }) => statistics.visits({ ...query, zone }),
    visitsCsv: async ({ query, reply }) => {
      const day = (instant: string) => instant.slice(0, 10)
      reply.header(
        'content-disposition',
        `attachment; filename="visits-${day(query.from)}-${day(query.to)}-by-${query.by}.csv"`,
      )
      return statistics.visitsCsv({ ...query, zone })
    },
    events: ({ query }) => store.events(query.after, query.limit),
  }
}

/** The secret that the kiosk showed, which the guard found to be right: it keeps it. */
const secretOf = (request: FastifyRequest) => bearerOf(request) ?? ''
