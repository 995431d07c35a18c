import { afterEach, describe, expect, it } from 'vitest'
import { staffRoles } from '../../shared/account.ts'
import { controllerRoutes, ErrorAnswer, type Route } from '../../shared/routes.ts'
import { openApi, type TestApi } from './fixture.ts'

const open: TestApi[] = []
const opened = async () => {
  const one = await openApi()
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ api }) => api.stop()))
})

const routes = Object.entries<Route>(controllerRoutes)
const guarded = routes.filter(([, { access }]) => access !== 'open')
const urlOf = ({ path }: Route) => path.replace(/:\w+/g, 'x')

describe('every route of the table', () => {
  it.each(guarded)(
    '%s refuses strangers and visitors, before it looks at what they send',
    async (_, route) => {
      const { call } = await opened()
      for (const token of [undefined, 'nonsense']) {
        const { status, json } = await call(route.method, urlOf(route), { wrong: true }, token)
        expect(status).toBe(401)
        expect(ErrorAnswer.safeParse(json).success).toBe(true)
      }
      expect((await call(route.method, urlOf(route), { wrong: true }, 'visitor')).status).toBe(403)
    },
  )

  it('refuses the wrong role and lets the right one in', async () => {
    const { call } = await opened()
    for (const role of staffRoles) {
      for (const [name, route] of guarded) {
        const { status } = await call(route.method, urlOf(route), { wrong: true }, role)
        if (route.access.includes(role as never))
          expect([401, 403], `${role} at ${name}`).not.toContain(status)
        else expect(status, `${role} at ${name}`).toBe(403)
      }
    }
  })

  it('is in openapi.json, and so is whatever else there is', async () => {
    const { call, api } = await opened()
    const { paths } = (await call('GET', '/openapi.json')).json as {
      paths: Record<string, Record<string, { security?: unknown[] }>>
    }
    for (const [, { path, method, access }] of routes) {
      const entry = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      expect(entry?.security, path).toEqual(access === 'open' ? [] : [{ bearer: [] }])
    }
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/', '/kiosk/{*}', '/console/{*}', '/kit/{*}', '/api/live']),
    )
    expect(api.app.hasRoute({ method: 'GET', url: '/api/live' })).toBe(true)
  })

  it('of the live socket asks for a token, too, where it is called without an upgrade', async () => {
    const { call } = await opened()
    expect((await call('GET', '/api/live')).status).toBe(401)
    expect((await call('GET', '/api/live', undefined, 'visitor')).status).toBe(426)
  })
})

describe('what is outside', () => {
  const cases = [
    ['volts over 5', 'PUT', '/api/boards/uno/pins/A0', { volts: 9 }, 422, [0, 5]],
    ['minutes of none', 'PUT', '/api/exhibits/lamp/mode', { mode: 'explore', minutes: 0 }, 422, [0, 10_080]],
    [
      'a mode that is not there',
      'PUT',
      '/api/exhibits/lamp/mode',
      { mode: 'nope', minutes: 1 },
      422,
      undefined,
    ],
    ['a value over the limit', 'PUT', '/api/channels/lamp/glow', { value: 9 }, 422, [0, 5]],
    ['a value that is none', 'PUT', '/api/channels/lamp/glow', { value: 'x' }, 422, undefined],
    ['a field too many', 'PUT', '/api/channels/lamp/glow', { value: 1, more: 1 }, 422, undefined],
    ['a sensor', 'PUT', '/api/channels/lamp/dial', { value: 1 }, 422, undefined],
    ['an unknown channel', 'PUT', '/api/channels/lamp/nix', { value: 1 }, 404, undefined],
    ['an unknown exhibit', 'PUT', '/api/exhibits/nix/mode', { mode: 'explore', minutes: 1 }, 404, undefined],
    ['an unknown board', 'GET', '/api/boards/nix/pins/A0', undefined, 404, undefined],
    ['a pin that cannot be', 'GET', '/api/boards/uno/pins/Z9', undefined, 404, undefined],
    ['a real board’s pins', 'GET', '/api/boards/real/pins/A0', undefined, 409, undefined],
    [
      'equal points',
      'POST',
      '/api/channels/lamp/dial/calibration',
      {
        points: [
          { raw: 1, value: 1 },
          { raw: 1, value: 2 },
        ],
      },
      422,
      undefined,
    ],
  ] as const
  it.each(cases)('%s is refused in words', async (_, method, url, body, status, range) => {
    const { call } = await opened()
    const answer = await call(method, url, body, 'admin')
    expect(answer.status).toBe(status)
    expect(ErrorAnswer.parse(answer.json).error.range).toEqual(range)
  })

  it.each([
    [{ volts: 9 }, [0, 5]],
    [{ level: 3 }, undefined],
    [{}, undefined],
    [{ duty: 1 }, undefined],
  ] as const)('%j, held at a pin, is answered by what can be held', async (body, range) => {
    const { call } = await opened()
    const { status, json } = await call('PUT', '/api/boards/uno/pins/A0', body, 'technician')
    expect(status).toBe(422)
    const { error } = ErrorAnswer.parse(json)
    expect(error.mend).toBe('Use volts from 0 to 5, or level 0 or 1.')
    expect(error.range).toEqual(range)
  })

  it('is told by its open end', async () => {
    const { call } = await opened()
    const none = { mode: 'explore', minutes: 0 }
    const { json } = await call('PUT', '/api/exhibits/lamp/mode', none, 'educator')
    expect(ErrorAnswer.parse(json).error.mend).toBe('Use a number more than 0 and at most 10080.')
  })

  it('is refused to nobody who stays inside', async () => {
    const { call, asked, facts } = await opened()
    expect((await call('PUT', '/api/boards/uno/pins/A0', { volts: 5 }, 'technician')).status).toBe(200)
    expect((await call('PUT', '/api/channels/lamp/glow', { value: 5 }, 'technician')).status).toBe(200)
    const mode = { mode: 'predict', minutes: 0.05 }
    expect((await call('PUT', '/api/exhibits/lamp/mode', mode, 'educator')).status).toBe(200)
    const points = [
      { raw: 1, value: 1 },
      { raw: 9, value: 2 },
    ]
    const calibrated = await call('POST', '/api/channels/lamp/dial/calibration', { points }, 'technician')
    expect(calibrated.status).toBe(200)
    expect(asked).toEqual([
      ['hold', { volts: 5 }],
      ['write', 'glow', 5],
      ['setMode', mode, 'educator'],
      ['calibrate', 'technician'],
    ])
    expect(facts).toEqual([{ type: 'calibration.saved', exhibit: 'lamp', channel: 'dial', version: 0 }])
    // A POST without a body needs none, whatever type it names.
    const again = await call('POST', '/api/boards/look-again', undefined, 'technician')
    expect(again.status).toBe(200)
  })
})

it('slows down whoever guesses passwords', async () => {
  const { call } = await opened()
  const tries = []
  for (let n = 0; n < 6; n++)
    tries.push((await call('POST', '/api/sign-in', { name: 'Ilze', password: 'wrong' })).status)
  expect(tries).toEqual([401, 401, 401, 401, 401, 429])
})

it('gives Prometheus its figures', async () => {
  const { call } = await opened()
  const { text, headers } = await call('GET', '/metrics')
  expect(headers['content-type']).toMatch(/^text\/plain/)
  expect(text).toContain('makerhall_board_ready{board="uno"} 1')
  expect(text).toContain('makerhall_outbox_waiting 3')
})

describe('pages and files', () => {
  it('are served with a policy that lets in no script but their own', async () => {
    const { call } = await opened()
    for (const url of ['/kiosk/', '/console/']) {
      const { status, headers, text } = await call('GET', url)
      expect(status).toBe(200)
      expect(text).toContain('<!doctype html>')
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain('http://127.0.0.1:8601 ws://127.0.0.1:8601')
      expect(headers['cache-control']).toBe('no-cache')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
    expect((await call('GET', '/')).headers.location).toBe('/console/')
    expect((await call('GET', '/kiosk')).headers.location).toBe('/kiosk/')
    expect((await call('GET', '/console/boards/uno')).headers.location).toBe('/console/')
    expect((await call('GET', '/console/config.json')).json).toEqual({
      controller: 'http://127.0.0.1:8600',
      hub: 'http://127.0.0.1:8601',
    })
  })

  it('are kept for good only where their name says what is in them', async () => {
    const { call } = await opened()
    const cache = async (url: string) => (await call('GET', url)).headers['cache-control']
    expect(await cache('/assets/main-abc123.js')).toContain('immutable')
    expect(await cache('/kit/kit.js')).toBe('no-cache')
    expect(await cache('/exhibits/lamp/1.2.3/scenes/play.js')).toBe('no-cache')
  })

  it('may be read by frames without an origin, the API may not', async () => {
    const { api } = await opened()
    const allowed = async (url: string) =>
      (await api.app.inject({ url, headers: { origin: 'null' } })).headers['access-control-allow-origin']
    expect(await allowed('/kit/kit.js')).toBe('*')
    expect(await allowed('/exhibits/lamp/1.2.3/scenes/play.js')).toBe('*')
    expect(await allowed('/health')).toBeUndefined()
    expect(await allowed('/api/boards')).toBeUndefined()
  })

  it.each([
    '/exhibits/lamp/1.2.3/../other.txt',
    '/exhibits/lamp/1.2.3/..%2fother.txt',
    '/exhibits/lamp/1.2.3/%2e%2e/other.txt',
    '/exhibits/lamp/1.2.3/scenes/..%2f..%2f..%2fother.txt',
    '/exhibits/lamp/1.2.3/..%5cother.txt',
    '/exhibits/lamp/1.2.3//etc/passwd',
    '/exhibits/lamp/1.2.3/%2fetc%2fpasswd',
    '/exhibits/lamp/1.2.3/.hidden',
    '/exhibits/lamp/1.2.3/link.txt',
    '/exhibits/lamp/1.2.3/scenes',
    '/exhibits/lamp/1.2.3/',
    '/exhibits/lamp/9.9.9/style.css',
    '/exhibits/..%2f..%2f/1.2.3/secret.txt',
    '/kit/..%2f..%2fsecret.txt',
    '/kit/%00',
    '/console/..%2f..%2f..%2fsecret.txt',
    '/assets/..%2f..%2f..%2fsecret.txt',
  ])('%s leads nowhere', async (url) => {
    const { call } = await opened()
    const { status, text } = await call('GET', url)
    expect([400, 403, 404]).toContain(status)
    expect(text).not.toBe('secret')
  })
})

describe('a scene’s frame', () => {
  it('is a document of our own making, sandboxed, with its package and the kit and nothing else', async () => {
    const { call } = await opened()
    const { status, headers, text } = await call('GET', '/exhibits/lamp/1.2.3/frame.html?scene=play')
    expect(status).toBe(200)
    const policy = String(headers['content-security-policy'])
    const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1]
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        'sandbox allow-scripts',
        "default-src 'none'",
        `script-src http://127.0.0.1:8600/kit/ http://127.0.0.1:8600/exhibits/lamp/ 'nonce-${nonce}'`,
        "connect-src 'none'",
        'frame-ancestors http://127.0.0.1:8600',
      ]),
    )
    expect(headers['x-frame-options']).toBeUndefined()
    expect(text).toContain(`<script type="importmap" nonce="${nonce}">`)
    expect(text).toContain('"@makerhall/kit":"http://127.0.0.1:8600/kit/kit.js"')
    expect(text).toContain('href="http://127.0.0.1:8600/exhibits/lamp/1.2.3/style.css"')
    expect(text).toContain('src="http://127.0.0.1:8600/exhibits/lamp/1.2.3/scenes/play.js"')
    const again = await call('GET', '/exhibits/lamp/1.2.3/frame.html?scene=attract')
    expect(again.text).toContain('scenes/attract.js')
    expect(again.text).not.toContain(String(nonce))
  })

  it('is of no other scene, exhibit or version', async () => {
    const { call } = await opened()
    expect((await call('GET', '/exhibits/lamp/1.2.3/frame.html?scene=x')).status).toBe(422)
    expect((await call('GET', '/exhibits/lamp/1.2.4/frame.html')).status).toBe(404)
    expect((await call('GET', '/exhibits/nix/1.2.3/frame.html')).status).toBe(404)
  })
})
