import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { z } from 'zod'
import { ErrorAnswer, type Route } from '../routes.ts'
import type { Authenticate, Identity } from './identity.ts'
import { Refusal } from './refusal.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** A request to a route, checked. `who` is null only where the route is open. */
export interface Call<R extends Route> {
  params: R extends { params: infer S } ? Parsed<S> : undefined
  query: R extends { query: infer S } ? Parsed<S> : undefined
  body: R extends { body: infer S } ? Parsed<S> : undefined
  who: R extends { access: 'open' } ? null : Identity
  request: FastifyRequest
  reply: FastifyReply
}
/** What a handler gives back: the response's schema, or text where there is none. */
export type Answer<R extends Route> = R extends { response: infer S } ? Parsed<S> : string
export type Handler<R extends Route> = (call: Call<R>) => Answer<R> | Promise<Answer<R>>
export type Handlers<Table extends Record<string, Route>> = { [Name in keyof Table]: Handler<Table[Name]> }

export interface Guards {
  authenticate: Authenticate
  /** Whose secret it is, of the kiosks that joined. Only the hub has any. */
  authenticateKiosk?: Authenticate
}

/** Registers a whole table; a route without its handler does not compile. */
export function addRoutes<Table extends Record<string, Route>>(
  app: FastifyInstance,
  table: Table,
  handlers: Handlers<Table>,
  guards: Guards,
): void {
  for (const name of Object.keys(table)) {
    const route: Route | undefined = table[name]
    const handler = handlers[name]
    // The tables' types tie each route to its handler; in this loop the tie is by name.
    if (route && handler) addRoute(app, route, handler as unknown as Handler<Route>, guards)
  }
}

function addRoute(app: FastifyInstance, route: Route, handler: Handler<Route>, guards: Guards): void {
  const { method, path: url, access, response, contentType } = route
  app.route({
    method,
    url,
    schema: schemaOf(route),
    // In onRequest, so before the body is read: who may not call learns nothing of what would fit.
    onRequest: async (request) => {
      if (access !== 'open') request.who = await whoCalls(request, access, guards)
    },
    handler: async (request, reply) => {
      const call = {
        params: request.params,
        query: request.query,
        body: request.body,
        who: request.who,
        request,
        reply,
      } as unknown as Call<Route>
      const answer: unknown = await handler(call)
      if (!response) reply.type(contentType ?? 'text/plain')
      return reply.send(answer)
    },
  })
}

function schemaOf(route: Route): FastifySchema {
  const { summary, access, params, query, body, response, contentType = 'text/plain' } = route
  return {
    summary,
    ...(access === 'open' ? { security: [] } : { security: [{ bearer: [] }] }),
    ...(Array.isArray(access) ? { description: `Roles: ${access.join(', ')}.` } : {}),
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    response: {
      200: response ?? { content: { [contentType]: { schema: z.string() } } },
      '4xx': ErrorAnswer,
    },
  }
}

/** The token of an `Authorization: Bearer` header; null without one. */
export function bearerOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization
  return /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(header ?? '')?.[1] ?? null
}

/** @throws Refusal 401 for a stranger, 403 for someone whose roles do not do. */
export async function whoCalls(
  request: FastifyRequest,
  access: Exclude<Route['access'], 'open'>,
  { authenticate, authenticateKiosk }: Guards,
): Promise<Identity> {
  const token = bearerOf(request)
  const known = access === 'kiosk' ? authenticateKiosk : authenticate
  const who = token && known ? await known(token) : null
  if (!who)
    throw new Refusal(401, {
      code: 'sign-in.needed',
      message: token ? 'This token is not, or no longer, good.' : 'Nobody is signed in.',
      mend: 'Sign in, and send Authorization: Bearer TOKEN.',
    })
  if (access !== 'kiosk' && !who.roles.some((role) => access.includes(role)))
    throw new Refusal(403, {
      code: 'sign-in.role',
      message: `This needs the role ${access.join(' or ')}.`,
      mend: 'Sign in as someone who has it, or ask an admin for it.',
    })
  return who
}

declare module 'fastify' {
  interface FastifyRequest {
    who: Identity | null
  }
}
