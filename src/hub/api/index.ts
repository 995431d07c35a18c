import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import type { HubHealth } from '../../shared/health.ts'
import { type ConsoleConfig, hubRoutes } from '../../shared/routes.ts'
import {
  addPages,
  addRoutes,
  createApp,
  createMetrics,
  originOf,
  portProblem,
} from '../../shared/server/index.ts'
import type { Membership } from '../accounts/index.ts'
import type { Collector } from '../collector/index.ts'
import type { Statistics } from '../statistics/index.ts'
import type { Store } from '../store/index.ts'
import { hubHandlers } from './handlers.ts'

export interface ApiOptions {
  membership: Membership
  store: Pick<Store, 'events' | 'state'>
  collector: Pick<Collector, 'kiosks' | 'status'>
  statistics: Pick<Statistics, 'visits' | 'visitsCsv'>
  version: string
  zone: string
  brokerFor: (request: FastifyRequest) => string
  joinedAnew: (kiosk: string) => void
  health: () => Promise<HubHealth>
  /** The folder of the built pages. */
  build: string
  listen: string
  /** 0: any free port. */
  port: number
  hosts: readonly string[]
  logger: FastifyBaseLogger
}

export interface Api {
  /** @throws MakerhallError `port.in-use` */
  start(): Promise<void>
  stop(): Promise<void>
  port(): number
  /** For tests: requests without a socket. */
  readonly app: FastifyInstance
}

/** The hub's HTTP. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { membership, store, collector, listen, hosts, logger, build } = options
  const { accounts, kiosks } = membership
  /** The consoles of the kiosks that joined may call this API. */
  const peers = () => kiosks.list().flatMap(({ origin }) => origin ?? [])
  const app = await createApp({
    title: 'Makerhall hub',
    version: options.version,
    logger,
    listen,
    hosts,
    peers,
  })
  const metrics = createMetrics([
    { name: 'makerhall_events_stored', help: 'Events in the store.', read: () => store.state().stored },
    {
      name: 'makerhall_events_set_aside',
      help: 'Events that were kept apart because they do not fit.',
      read: () => store.state().setAside,
    },
    {
      name: 'makerhall_broker_connected',
      help: '1 while the broker answers.',
      read: () => Number(collector.status().connected),
    },
    { name: 'makerhall_kiosks', help: 'Kiosks that joined.', read: () => kiosks.list().length },
  ])
  addRoutes(app, hubRoutes, hubHandlers({ ...options, metrics }), {
    authenticate: accounts.authenticate,
    authenticateKiosk: kiosks.authenticate,
  })

  const open = (summary: string) => ({ schema: { summary, security: [] } })
  app.get('/', open('To the console'), async (_request, reply) => reply.redirect('/console/'))
  // A setup link is opened in a browser: the page there asks for a name and a password, and posts them to this address.
  app.get('/setup/:code', { schema: { hide: true } }, async (request, reply) => {
    const code = new URL(request.url, 'http://localhost').pathname.slice('/setup/'.length)
    return reply.redirect(`/console/#setup=${code}`)
  })
  app.get('/console/config.json', open('Where the console finds its servers'), (request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ controller: peers()[0] ?? null, hub: originOf(request) } satisfies ConsoleConfig),
  )
  addPages(app, { console: 'The staff’s page' }, build, peers)

  return {
    app,
    async start() {
      try {
        await app.listen({ host: listen, port: options.port })
      } catch (error) {
        await app.close()
        throw portProblem(error, options.port, '--port')
      }
    },
    stop: () => app.close(),
    port() {
      const address: string | AddressInfo | null = app.server.address()
      return address && typeof address === 'object' ? address.port : options.port
    },
  }
}
