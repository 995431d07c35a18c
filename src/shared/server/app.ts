import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod'
import { answersTo, httpOrigin, sameOrigin } from './hosts.ts'
import { Refusal, refusedBy } from './refusal.ts'
import { validatorCompiler } from './validate.ts'

export interface AppOptions {
  title: string
  version: string
  logger: FastifyBaseLogger
  /** The address it will listen at; on loopback only loopback's names are answered. */
  listen: string
  /** More names that it answers to. */
  hosts: readonly string[]
  /** Origins of the other servers' pages, which may call this one; asked at each request. */
  peers: () => readonly string[]
  /** Paths under these may be read by any page: what sandboxed frames, which have no origin, load. */
  openFiles?: readonly string[]
}

/** The most that a request's body may hold, in bytes. */
export const bodyLimit = 64 * 1024

/**
 * A server with everything that ours have in common: the schemas' validation, errors as `ErrorAnswer`, security headers,
 * a check of the Host header, cross-origin calls from named peers alone, and openapi.json. Routes are added with
 * `addRoute` (those of the tables) and `addPages`.
 */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { title, version, logger, listen, hosts, peers, openFiles = [] } = options
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: 30_000,
    // Pages keep connections open; a stop must not wait for them.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  })

  app.decorateRequest('who', null)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  readJsonOnly(app)

  app.setErrorHandler((error, request, reply) => {
    const { status, answer, retryAfter } = refusedBy(error)
    if (status >= 500) request.log.error({ err: error, url: request.routeOptions.url }, 'A request failed')
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
    if (status === 401) reply.header('www-authenticate', 'Bearer')
    return reply.code(status).type('application/json').serializer(JSON.stringify).send(answer)
  })
  app.setNotFoundHandler((request) => {
    throw new Refusal(404, {
      code: 'request.unknown',
      message: `There is no ${request.method} ${request.url.split('?')[0]}.`,
      mend: 'See /openapi.json for what there is.',
    })
  })

  app.addHook('onRequest', async (request, reply) => {
    if (!answersTo(request.headers.host, listen, hosts))
      throw new Refusal(421, {
        code: 'request.host',
        message: 'This server does not go by that name.',
        mend: 'Use its address, or start it with --allow-host NAME.',
      })
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    // There is no TLS on loopback, and a centre's own certificate is its own to enforce.
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
    // Frames of scenes have no origin, pages share one: a hint that fits neither.
    originAgentCluster: false,
  })
  await app.register(cors, {
    delegator: (request, done) => {
      const open = openFiles.some((prefix) => request.url?.startsWith(prefix))
      done(null, {
        origin: open
          ? '*'
          : (origin, allow) =>
              allow(null, origin !== undefined && peers().some((peer) => sameOrigin(peer, origin))),
        methods: ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'],
        allowedHeaders: ['authorization', 'content-type'],
        exposedHeaders: ['retry-after', 'content-disposition'],
        maxAge: 600,
      })
    },
  })
  await app.register(fastifyStatic, { serve: false })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
  })
  app.get(
    '/openapi.json',
    // The description describes the others.
    { schema: { hide: true } },
    async (_request, reply) => reply.type('application/json').serializer(JSON.stringify).send(app.swagger()),
  )
  return app
}

/** The origin that the caller sees this server under; its Host header was checked before. */
export function originOf(request: FastifyRequest): string {
  return httpOrigin(`${request.protocol}://${request.headers.host}`) ?? 'http://localhost'
}

/** JSON is the one type that is read. An empty body is none, so that `POST` without one needs no header. */
function readJsonOnly(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}
