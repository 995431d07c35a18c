import type { AddressInfo } from 'node:net'
import websocket from '@fastify/websocket'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { ControllerHealth } from '../../shared/health.ts'
import type { LiveState } from '../../shared/live.ts'
import { controllerRoutes } from '../../shared/routes.ts'
import {
  addRoutes,
  createApp,
  createMetrics,
  createSlowDown,
  httpOrigin,
  portProblem,
} from '../../shared/server/index.ts'
import type { SignIn } from '../membership/index.ts'
import type { Telemetry } from '../telemetry/types.ts'
import { controllerFigures } from './figures.ts'
import { addFiles, openFiles } from './files.ts'
import { controllerHandlers } from './handlers.ts'
import { createLive } from './live.ts'
import type { Rooms } from './rooms.ts'

export type { Rooms } from './rooms.ts'

export interface ApiOptions {
  rooms: Rooms
  telemetry: Pick<Telemetry, 'status' | 'record'>
  signIn: SignIn
  kiosk: string
  version: string
  site: LiveState['site']
  languages: LiveState['languages']
  health: () => ControllerHealth
  sceneFailed: (exhibit: string, why: 'hung' | 'threw' | 'not-loaded') => void
  /** The folder of the built pages and the kit. */
  build: string
  /** The hub's address; its console may call this API. */
  hub: () => string | null
  listen: string
  /** 0: any free port. */
  port: number
  /** More names that it answers to. */
  hosts: readonly string[]
  logger: FastifyBaseLogger
}

export interface Api {
  /** @throws MakerhallError `port.in-use` */
  start(): Promise<void>
  stop(): Promise<void>
  /** Where it listens, once started. */
  port(): number
  /** For tests: requests without a socket. */
  readonly app: FastifyInstance
}

/** The controller's HTTP and WebSocket. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { rooms, signIn, listen, hosts, logger, hub } = options
  const { authenticate } = signIn
  const peers = () => [httpOrigin(hub())].filter((origin) => origin !== null)
  const app = await createApp({
    title: 'Makerhall controller',
    version: options.version,
    logger,
    listen,
    hosts,
    peers,
    openFiles,
  })
  await app.register(websocket, {
    options: { maxPayload: 16 * 1024 },
    errorHandler: (error, socket) => {
      logger.warn({ err: error }, 'A live socket failed')
      socket.terminate()
    },
    // `live` closes its sockets itself, with a reason.
    preClose: (done) => done(),
  })
  // An upgrade that was refused before the plugin saw it would leave its socket open, and the server could not end.
  app.addHook('onResponse', async (request) => {
    if (request.headers.upgrade) request.raw.socket.destroy()
  })
  const live = createLive({
    rooms,
    authenticate,
    kiosk: options.kiosk,
    site: options.site,
    languages: options.languages,
    peers,
    sceneFailed: options.sceneFailed,
    logger,
  })
  const metrics = createMetrics(
    controllerFigures({ rooms, telemetry: options.telemetry, pages: () => live.count() }),
  )
  addRoutes(
    app,
    controllerRoutes,
    controllerHandlers({
      rooms,
      signIn: signIn.signIn,
      slowDown: createSlowDown(),
      record: options.telemetry.record,
      health: options.health,
      metrics,
    }),
    { authenticate },
  )
  live.register(app)
  addFiles(app, { build: options.build, exhibits: rooms.exhibits, hub })

  return {
    app,
    async start() {
      live.start()
      try {
        await app.listen({ host: listen, port: options.port })
      } catch (error) {
        live.stop()
        await app.close()
        throw portProblem(error, options.port, '--port')
      }
    },
    async stop() {
      live.stop()
      await app.close()
    },
    port() {
      const address: string | AddressInfo | null = app.server.address()
      return address && typeof address === 'object' ? address.port : options.port
    },
  }
}
