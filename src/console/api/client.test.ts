import { describe, expect, it } from 'vitest'
import { controllerRoutes, hubRoutes } from '../../shared/routes.ts'
import { createClient, pathOf, RequestError, type Server } from './client.ts'

const config = { controller: 'http://kiosk.test:1', hub: 'http://hub.test:2' }
const exhibit = {
  id: 'ohms-law',
  version: '1.0.0',
  hue: 80,
  mode: 'explore',
  modes: [{ id: 'explore', minutes: 15 }],
  stages: [],
  lease: null,
  languages: ['lv'],
  idle: { seconds: 60, warn: 10 },
  resting: null,
  touch: [],
}

function clientWith(answer: () => Response | Promise<Response>) {
  const seen: { url: string; init: RequestInit | undefined }[] = []
  const unauthorised: Server[] = []
  const client = createClient({
    config,
    token: () => 'TOKEN',
    onUnauthorised: (server) => unauthorised.push(server),
    fetch: async (url, init) => {
      seen.push({ url: String(url), init })
      return answer()
    },
  })
  return { client, seen, unauthorised }
}

async function failure(promise: Promise<unknown>): Promise<RequestError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RequestError)
  return error as RequestError
}

describe('the client', () => {
  it('fills params and query into the path', () => {
    expect(pathOf(controllerRoutes.setMode, { params: { id: 'a b' } })).toBe('/api/exhibits/a%20b/mode')
    expect(pathOf(hubRoutes.visits, { query: { from: '2026-11-23T00:00:00+02:00', by: 'day' } })).toBe(
      '/api/stats/visits?from=2026-11-23T00%3A00%3A00%2B02%3A00&by=day',
    )
  })

  it('sends the token and the body, and gives back what the schema reads', async () => {
    const { client, seen } = clientWith(() => Response.json(exhibit))
    const answer = await client.call('controller', controllerRoutes.setMode, {
      params: { id: 'ohms-law' },
      body: { mode: 'explore', minutes: 5 },
    })
    expect(answer.mode).toBe('explore')
    expect(seen[0]?.url).toBe('http://kiosk.test:1/api/exhibits/ohms-law/mode')
    expect(seen[0]?.init?.method).toBe('PUT')
    expect(seen[0]?.init?.body).toBe('{"mode":"explore","minutes":5}')
    expect(new Headers(seen[0]?.init?.headers).get('authorization')).toBe('Bearer TOKEN')
  })

  it('keeps the token from open routes', async () => {
    const { client, seen } = clientWith(() => new Response('{}', { status: 500 }))
    await failure(client.call('hub', hubRoutes.health, {}))
    expect(new Headers(seen[0]?.init?.headers).has('authorization')).toBe(false)
  })

  it('reads the problem and the range of a refusal', async () => {
    const { client } = clientWith(() =>
      Response.json(
        { error: { code: 'channel.range', message: 'Too much.', mend: 'Less.', range: [0, 5] } },
        { status: 422 },
      ),
    )
    const error = await failure(
      client.call('controller', controllerRoutes.writeChannel, {
        params: { exhibit: 'ohms-law', channel: 'voltage' },
        body: { value: 9 },
      }),
    )
    expect(error).toMatchObject({ failure: 'refused', status: 422, range: [0, 5] })
    expect(error.problem.code).toBe('channel.range')
  })

  it('tells when a token is no longer taken', async () => {
    const { client, unauthorised } = clientWith(() => new Response('', { status: 401 }))
    const error = await failure(client.call('controller', controllerRoutes.boards, {}))
    expect(error.problem.code).toBe('http.401')
    expect(unauthorised).toEqual(['controller'])
  })

  it('does not take a wrong password for an ended sign-in', async () => {
    const { client, unauthorised } = clientWith(() => new Response('', { status: 401 }))
    await failure(client.call('hub', hubRoutes.signIn, { body: { name: 'Anna', password: 'x' } }))
    expect(unauthorised).toEqual([])
  })

  it('says away for a server that cannot be reached or is not known', async () => {
    const { client } = clientWith(() => Promise.reject(new TypeError('fetch failed')))
    expect(await failure(client.call('hub', hubRoutes.me, {}))).toMatchObject({ failure: 'away', status: 0 })
    const alone = createClient({
      config: { controller: null, hub: null },
      token: () => null,
      onUnauthorised: () => {},
    })
    const error = await failure(alone.call('controller', controllerRoutes.boards, {}))
    expect(error.problem.code).toBe('controller.away')
  })

  it('calls an answer that breaks the schema unreadable', async () => {
    const { client } = clientWith(() => Response.json([{ id: 'uno' }]))
    const error = await failure(client.call('controller', controllerRoutes.boards, {}))
    expect(error.failure).toBe('unreadable')
  })

  it('gives CSV as text', async () => {
    const { client } = clientWith(() => new Response('key,visits\n'))
    const csv = await client.call('hub', hubRoutes.visitsCsv, {
      query: { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z', by: 'day' },
    })
    expect(csv).toBe('key,visits\n')
  })
})
