import type { z } from 'zod'
import { MakerhallError, type Problem } from '../../shared/problem.ts'
import { type ConsoleConfig, ErrorAnswer, type Route } from '../../shared/routes.ts'

export type Server = 'controller' | 'hub'

/**
 * Why a request has no answer: `away` the server was not reached, `refused` it said no, `unreadable` it said
 * something that the route does not promise.
 */
export type RequestFailure = 'away' | 'refused' | 'unreadable'

export class RequestError extends MakerhallError {
  readonly server: Server
  readonly failure: RequestFailure
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  /** What would have been accepted, where a number lay outside. */
  readonly range: readonly [number, number] | null

  constructor(
    about: {
      server: Server
      failure: RequestFailure
      status: number
      problem: Problem
      range?: [number, number]
    },
    options?: ErrorOptions,
  ) {
    super(about.problem, options)
    this.name = 'RequestError'
    this.server = about.server
    this.failure = about.failure
    this.status = about.status
    this.range = about.range ?? null
  }
}

type Member<R, K extends 'params' | 'query' | 'body'> =
  R extends Record<K, infer Schema extends z.ZodType> ? { [Key in K]: z.input<Schema> } : unknown

/** What a route is called with: its params, query and body, as far as it has them. */
export type RequestOf<R extends Route> = Member<R, 'params'> & Member<R, 'query'> & Member<R, 'body'>
/** What a route answers: its schema's output, or text where it is not JSON. */
export type AnswerOf<R extends Route> = R extends { response: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : string

interface AnyRequest {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

/** The path with its params filled in and the query behind it. */
export function pathOf(route: Route, request: AnyRequest): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String(request.params?.[name] ?? '')),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  return query.size > 0 ? `${path}?${query}` : path
}

export interface ClientOptions {
  config: ConsoleConfig
  token: () => string | null
  /** Called when a server no longer takes the token. */
  onUnauthorised: (server: Server) => void
  fetch?: typeof fetch
  /** How long to wait for an answer, in ms. */
  patience?: number
}

export interface Client {
  readonly config: ConsoleConfig
  /**
   * Calls a route of the tables in shared/routes.ts. What goes in and what comes out is parsed by its schemas.
   * @throws RequestError
   */
  call<R extends Route>(
    server: Server,
    route: R,
    request: RequestOf<R>,
    signal?: AbortSignal,
  ): Promise<AnswerOf<R>>
}

export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch.bind(globalThis)
  const patience = options.patience ?? 10_000

  async function call(server: Server, route: Route, request: AnyRequest, signal?: AbortSignal) {
    const origin = options.config[server]
    if (origin === null) throw away(server)
    const headers: Record<string, string> = { accept: route.contentType ?? 'application/json' }
    const token = options.token()
    if (token !== null && route.access !== 'open') headers.authorization = `Bearer ${token}`
    const init: RequestInit = { method: route.method, headers }
    if (route.body) {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(route.body.parse(request.body))
    }
    const deadline = AbortSignal.timeout(patience)
    init.signal = signal ? AbortSignal.any([signal, deadline]) : deadline
    let response: Response
    let text: string
    try {
      response = await send(new URL(pathOf(route, request), origin), init)
      text = await response.text()
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw away(server, cause)
    }
    if (!response.ok) {
      if (response.status === 401 && route.access !== 'open') options.onUnauthorised(server)
      throw refused(server, response.status, text)
    }
    if (!route.response) return text
    const parsed = route.response.safeParse(parseJson(text))
    if (!parsed.success) throw unreadable(server, response.status, parsed.error)
    return parsed.data
  }

  return { config: options.config, call: call as Client['call'] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function away(server: Server, cause?: unknown) {
  return new RequestError(
    {
      server,
      failure: 'away',
      status: 0,
      problem: {
        code: `${server}.away`,
        message: `The ${server} does not answer.`,
        mend: 'Check that it runs and that this device is on its network.',
      },
    },
    { cause },
  )
}

function refused(server: Server, status: number, text: string) {
  const parsed = ErrorAnswer.safeParse(parseJson(text))
  const fallback: Problem = {
    code: `http.${status}`,
    message: `The ${server} answered with ${status}.`,
    mend: 'Try again.',
  }
  return new RequestError({
    server,
    failure: 'refused',
    status,
    problem: parsed.success ? parsed.data.error : fallback,
    range: parsed.success ? parsed.data.error.range : undefined,
  })
}

function unreadable(server: Server, status: number, cause: unknown) {
  return new RequestError(
    {
      server,
      failure: 'unreadable',
      status,
      problem: {
        code: 'answer.unreadable',
        message: `The ${server} answered something that this page does not understand.`,
        mend: 'Reload the page: it may be older than the server.',
      },
    },
    { cause },
  )
}
