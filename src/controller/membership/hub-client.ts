import { z } from 'zod'
import { type Credentials, Joined, SignedIn } from '../../shared/account.ts'

/** What the hub said to a kiosk: an answer, a refusal with its status, or nothing at all. */
export type Heard<T> =
  | { kind: 'answer'; answer: T }
  | { kind: 'refused'; status: number; retryAfter: number | null }
  | { kind: 'away'; why: string }

/** Longest wait for one answer of the hub, in ms. */
const patience = 3000

/** The three calls that a kiosk makes to its hub over HTTP. They never throw. */
export function createHubClient(stopped: AbortSignal) {
  async function ask<S extends z.ZodType>(
    url: URL,
    init: RequestInit,
    schema: S,
  ): Promise<Heard<z.output<S>>> {
    try {
      const response = await fetch(url, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.any([stopped, AbortSignal.timeout(patience)]),
      })
      if (response.ok) return { kind: 'answer', answer: schema.parse(await response.json()) }
      await response.body?.cancel()
      if (response.status >= 500) return { kind: 'away', why: `it answers ${response.status}` }
      const wait = Number(response.headers.get('retry-after'))
      return { kind: 'refused', status: response.status, retryAfter: wait > 0 ? wait : null }
    } catch (error) {
      return { kind: 'away', why: reasonOf(error) }
    }
  }
  const post = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  return {
    join: (hub: string, request: { code: string; kiosk: string; origin: string }) =>
      ask(new URL('/api/join', hub), post(request), Joined),
    refresh(hub: string, secret: string, origin: string) {
      const url = new URL('/api/join', hub)
      url.searchParams.set('origin', origin)
      return ask(url, { headers: { authorization: `Bearer ${secret}` } }, Joined)
    },
    signIn: (hub: string, credentials: z.infer<typeof Credentials>) =>
      ask(new URL('/api/sign-in', hub), post(credentials), SignedIn),
  }
}
export type HubClient = ReturnType<typeof createHubClient>

/** `fetch failed` hides its cause one level down. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'its answer cannot be understood'
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message
}
