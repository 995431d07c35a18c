import { afterEach, describe, expect, it, vi } from 'vitest'
import writeFileAtomic from 'write-file-atomic'
import { Account, Joined, staffRoles } from '../../shared/account.ts'
import { ErrorAnswer, hubRoutes, type Route } from '../../shared/routes.ts'
import { openHub, password, type TestHub } from './fixture.ts'

const open: TestHub[] = []
const hub = async (options: Parameters<typeof openHub>[0] = {}) => {
  const one = await openHub(options)
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ api }) => api.stop()))
})

const routes = Object.entries<Route>(hubRoutes)
const urlOf = ({ path }: Route) => path.replace(/:\w+/g, 'x')
const nonsense = ['nonsense', 'eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJhZG1pbiJdfQ.', 'a'.repeat(5000)]

describe('every route of the table', () => {
  it.each(routes.filter(([, { access }]) => access !== 'open'))(
    '%s refuses strangers, before it looks at what they send',
    async (_, route) => {
      const { call } = await hub()
      for (const token of [undefined, ...nonsense]) {
        const { status, json, headers } = await call(route.method, urlOf(route), { wrong: true }, token)
        expect(status).toBe(401)
        expect(ErrorAnswer.parse(json).error.code).toBe('sign-in.needed')
        expect(headers['www-authenticate']).toBe('Bearer')
      }
    },
  )

  it('refuses the wrong role, even with a wrong body, and lets the right one in', async () => {
    const { call, signUp, signIn } = await hub()
    const admin = await signUp()
    for (const role of staffRoles)
      await call('POST', '/api/accounts', { name: role, password, roles: [role] }, admin)
    for (const role of staffRoles) {
      const token = await signIn(role)
      for (const [name, route] of routes) {
        if (route.access === 'open' || route.access === 'kiosk') continue
        const { status } = await call(route.method, urlOf(route), { wrong: true }, token)
        if (route.access.includes(role)) expect([401, 403], `${role} at ${name}`).not.toContain(status)
        else expect(status, `${role} at ${name}`).toBe(403)
      }
    }
  })

  it('is in openapi.json with what it needs, and so is every other', async () => {
    const { call, api } = await hub()
    const { paths } = (await call('GET', '/openapi.json')).json as {
      paths: Record<string, Record<string, { security?: unknown[] }>>
    }
    for (const [, { path, method, access }] of routes) {
      const entry = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      expect(entry?.security, path).toEqual(access === 'open' ? [] : [{ bearer: [] }])
    }
    expect(api.app.printRoutes()).toContain('openapi.json')
    expect(paths['/console/config.json']?.get?.security).toEqual([])
  })
})

describe('the first account', () => {
  it('is made once, by the link, with all roles', async () => {
    const { call, membership } = await hub()
    const link = `/setup/${membership.setup.code()}`
    expect((await call('POST', '/setup/guess', { name: 'Eve', password })).status).toBe(404)
    expect((await call('GET', link)).headers.location).toBe(`/console/#setup=${link.slice(7)}`)
    const made = await Promise.all([1, 2].map((n) => call('POST', link, { name: `Ilze ${n}`, password })))
    expect(made.map(({ status }) => status).sort()).toEqual([200, 404])
    expect(membership.setup.code()).toBeNull()
    expect((await call('POST', link, { name: 'Eve', password })).status).toBe(404)
    expect(membership.accounts.list()).toMatchObject([
      { roles: ['educator', 'technician', 'staff', 'admin'] },
    ])
  })

  it('needs a password of some length', async () => {
    const { call, membership } = await hub()
    const { status, json } = await call('POST', `/setup/${membership.setup.code()}`, {
      name: 'Ilze',
      password: 'short',
    })
    expect(status).toBe(422)
    expect(ErrorAnswer.parse(json).error).toMatchObject({
      path: 'password',
      message: expect.stringContaining('10 characters'),
    })
  })
})

describe('signing in', () => {
  it('slows down who guesses, not the account that is guessed at', async () => {
    const { call, signUp } = await hub()
    await signUp()
    const tries = []
    for (let n = 0; n < 8; n++)
      tries.push(await call('POST', '/api/sign-in', { name: 'Ilze', password: `wrong ${n}` }))
    expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    expect(tries.at(-1)?.headers['retry-after']).toBe('1')
    const elsewhere = await call('POST', '/api/sign-in', { name: 'Ilze', password }, undefined, '10.0.0.9')
    expect(elsewhere.status).toBe(200)
  })

  it('says the same of a wrong name and of a wrong password', async () => {
    const { call, signUp } = await hub()
    await signUp()
    const wrongName = await call('POST', '/api/sign-in', { name: 'Nobody', password })
    const wrongPassword = await call('POST', '/api/sign-in', { name: 'Ilze', password: 'wrong wrong' })
    expect(wrongName.text).toBe(wrongPassword.text)
  })

  it('gives tokens that outlive a restart of the hub', async () => {
    const before = await hub()
    const token = await before.signUp()
    const after = await hub({ dataDir: before.dataDir })
    expect((await after.call('GET', '/api/me', undefined, token)).json).toMatchObject({ name: 'Ilze' })
  })
})

describe('accounts', () => {
  it('are added, changed and removed; a change of roles or password ends the tokens', async () => {
    const { call, signUp, signIn } = await hub()
    const admin = await signUp()
    const added = await call('POST', '/api/accounts', { name: 'Anna', password, roles: ['educator'] }, admin)
    const { id } = Account.parse(added.json)
    const taken = await call('POST', '/api/accounts', { name: 'ANNA', password, roles: ['staff'] }, admin)
    expect(taken.status).toBe(409)

    const first = await signIn('anna')
    expect((await call('PATCH', `/api/accounts/${id}`, { name: 'Anna K.' }, admin)).status).toBe(200)
    expect((await call('GET', '/api/me', undefined, first)).json).toMatchObject({ name: 'Anna K.' })
    await call('PATCH', `/api/accounts/${id}`, { roles: ['staff'] }, admin)
    expect((await call('GET', '/api/me', undefined, first)).status).toBe(401)
    const second = await signIn('Anna K.')
    await call('PATCH', `/api/accounts/${id}`, { password: 'another long one' }, admin)
    expect((await call('GET', '/api/me', undefined, second)).status).toBe(401)
    const third = await signIn('Anna K.', 'another long one')
    expect((await call('DELETE', `/api/accounts/${id}`, undefined, admin)).status).toBe(200)
    expect((await call('GET', '/api/me', undefined, third)).status).toBe(401)
    expect((await call('DELETE', `/api/accounts/${id}`, undefined, admin)).status).toBe(404)
  })

  it('that a full disk does not take are refused with what mends it, until there is room', async () => {
    const { call, signUp, membership } = await hub()
    const admin = await signUp()
    const anna = { name: 'Anna', password, roles: ['educator'] }
    const full = vi.spyOn(writeFileAtomic, 'sync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    })
    try {
      const { status, json } = await call('POST', '/api/accounts', anna, admin)
      expect(status).toBe(507)
      expect(ErrorAnswer.parse(json).error).toMatchObject({
        code: 'accounts.not-saved',
        mend: expect.stringMatching(/^Make room on the disk/),
      })
      expect(membership.accounts.saves()).toBe(false)
      expect(membership.accounts.list().map(({ name }) => name)).toEqual(['Ilze'])
    } finally {
      full.mockRestore()
    }
    expect(membership.accounts.saves()).toBe(true)
    expect((await call('POST', '/api/accounts', anna, admin)).status).toBe(200)
  })

  it('keep one admin at least', async () => {
    const { call, signUp, membership } = await hub()
    const admin = await signUp()
    const [ilze] = membership.accounts.list()
    const demoted = await call('PATCH', `/api/accounts/${ilze?.id}`, { roles: ['staff'] }, admin)
    const removed = await call('DELETE', `/api/accounts/${ilze?.id}`, undefined, admin)
    for (const { status, json } of [demoted, removed]) {
      expect(status).toBe(409)
      expect(ErrorAnswer.parse(json).error.code).toBe('account.last-admin')
    }
  })

  it('change their own password knowing the old one, and stay signed in', async () => {
    const { call, signUp, signIn } = await hub()
    const token = await signUp()
    const next = 'a new long one'
    const wrong = await call('PUT', '/api/me/password', { current: 'not it at all', next }, token)
    expect([wrong.status, ErrorAnswer.parse(wrong.json).error.path]).toEqual([422, 'current'])
    expect((await call('PUT', '/api/me/password', { current: password, next }, token)).status).toBe(200)
    expect((await call('GET', '/api/me', undefined, token)).status).toBe(200)
    await expect(signIn('Ilze', next)).resolves.toBeTypeOf('string')
  })
})

describe('joining', () => {
  const request = { kiosk: 'kiosk-1', origin: 'http://127.0.0.1:8600' }

  it('gives a kiosk with the code its secret, and with the secret what is new', async () => {
    const { call, signUp, membership } = await hub()
    const admin = await signUp()
    const wrong = await call('POST', '/api/join', { ...request, code: 'not-the-code' })
    expect([wrong.status, wrong.json]).toMatchObject([403, { error: { code: 'kiosk.wrong-code' } }])

    const code = membership.kiosks.joinCode()
    const joined = Joined.parse((await call('POST', '/api/join', { ...request, code })).json)
    expect(joined.key).toEqual(membership.publicKey)
    expect(joined.mqtt).toBe('mqtt://localhost:1883')
    const moved = `/api/join?origin=${encodeURIComponent('http://127.0.0.1:9600')}`
    const fresh = Joined.parse((await call('GET', moved, undefined, joined.secret)).json)
    expect(fresh.secret).toBe(joined.secret)
    const rows = (await call('GET', '/api/kiosks', undefined, admin)).json
    expect(rows).toMatchObject([
      { id: 'heard', online: true, origin: null, stored: 7 },
      { id: 'kiosk-1', online: false, origin: 'http://127.0.0.1:9600' },
    ])
    // A person's token is no kiosk's secret, nor the other way round.
    expect((await call('GET', '/api/join', undefined, admin)).status).toBe(401)
    expect((await call('GET', '/api/me', undefined, joined.secret)).status).toBe(401)
    expect(membership.kiosks.knows('kiosk-1', joined.secret)).toBe(true)
    expect(membership.kiosks.knows('kiosk-2', joined.secret)).toBe(false)
  })

  it('refuses a second kiosk of the same id while the first is online', async () => {
    const { call, membership, online, rejoined } = await hub()
    const body = { ...request, code: membership.kiosks.joinCode() }
    const first = Joined.parse((await call('POST', '/api/join', body)).json)
    online.add('kiosk-1')
    const second = await call('POST', '/api/join', body)
    expect([second.status, second.json]).toMatchObject([409, { error: { code: 'kiosk.taken' } }])
    online.delete('kiosk-1')
    expect((await call('POST', '/api/join', body)).status).toBe(200)
    expect((await call('GET', '/api/join', undefined, first.secret)).status).toBe(401)
    expect(rejoined).toEqual(['kiosk-1', 'kiosk-1'])
  })

  it('keeps the kiosks over a restart, and ends an old code when a new one is made', async () => {
    const before = await hub()
    const admin = await before.signUp()
    const code = before.membership.kiosks.joinCode()
    const joined = Joined.parse((await before.call('POST', '/api/join', { ...request, code })).json)
    const after = await hub({ dataDir: before.dataDir })
    expect((await after.call('GET', '/api/join', undefined, joined.secret)).status).toBe(200)
    expect((await after.call('GET', '/api/join-code', undefined, admin)).json).toEqual({ code })
    const renewed = (await after.call('POST', '/api/join-code', undefined, admin)).json
    expect(renewed).not.toEqual({ code })
    expect((await after.call('POST', '/api/join', { ...request, code })).status).toBe(403)
  })

  it('refuses an id that could not be a topic, and slows down guesses of the code', async () => {
    const { call, membership } = await hub()
    const code = membership.kiosks.joinCode()
    expect((await call('POST', '/api/join', { kiosk: 'a/b+#', code })).status).toBe(422)
    const tries = []
    for (let n = 0; n < 7; n++)
      tries.push((await call('POST', '/api/join', { ...request, code: `wrong-code-${n}` })).status)
    expect(tries.at(-1)).toBe(429)
    // Guessing codes keeps nobody from signing in.
    expect((await call('POST', '/api/sign-in', { name: 'x', password: 'y' })).status).toBe(401)
  })
})

describe('what comes in and goes out', () => {
  it('is checked: the path of what does not fit, JSON that is none, other types, too much', async () => {
    const { call, signUp, api } = await hub()
    const token = await signUp()
    const query = await call('GET', '/api/stats/visits?from=yesterday&to=x&by=year', undefined, token)
    expect([query.status, ErrorAnswer.parse(query.json).error.path]).toEqual([422, 'from'])
    const limit = await call('GET', '/api/events?limit=100000', undefined, token)
    expect(ErrorAnswer.parse(limit.json).error).toMatchObject({ path: 'limit', range: [1, 1000] })
    const send = (payload: string, type: string) =>
      api.app.inject({ method: 'POST', url: '/api/sign-in', payload, headers: { 'content-type': type } })
    expect((await send('{"name":', 'application/json')).statusCode).toBe(400)
    expect((await send('name=x', 'text/plain')).statusCode).toBe(415)
    expect((await send('name=x', 'application/x-www-form-urlencoded')).statusCode).toBe(415)
    expect((await send(`"${'x'.repeat(70_000)}"`, 'application/json')).statusCode).toBe(413)
    expect((await send('{"__proto__":{"admin":true}}', 'application/json')).statusCode).toBe(400)
    for (const { json } of [await call('GET', '/nothing'), await call('POST', '/health')])
      expect(ErrorAnswer.parse(json).error.code).toBe('request.unknown')
  })

  it('counts in the site’s zone, and gives the same as CSV', async () => {
    const { call, signUp, queries } = await hub()
    const token = await signUp()
    const query = 'from=2026-11-01T00:00:00%2B02:00&to=2026-12-01T00:00:00%2B02:00&by=day'
    expect((await call('GET', `/api/stats/visits?${query}`, undefined, token)).json).toEqual({
      zone: 'Europe/Riga',
      rows: [],
    })
    expect(queries).toMatchObject([{ by: 'day', zone: 'Europe/Riga' }])
    const csv = await call('GET', `/api/stats/visits.csv?${query}`, undefined, token)
    expect(csv.headers['content-type']).toMatch(/^text\/csv/)
    expect(csv.headers['content-disposition']).toMatch(/filename="visits-2026-11-01-2026-12-01-by-day.csv"/)
    expect(csv.text).toBe('exhibit,visits\r\n')
  })

  it('answers no other host, and lets only the consoles of kiosks that joined call from elsewhere', async () => {
    const { call, api, membership } = await hub()
    const origin = 'http://127.0.0.1:8600'
    await call('POST', '/api/join', { kiosk: 'k', origin, code: membership.kiosks.joinCode() })
    const from = (headers: Record<string, string>, method: 'GET' | 'OPTIONS' = 'GET') =>
      api.app.inject({ method, url: '/health', headers })
    expect((await from({ host: 'evil.example' })).statusCode).toBe(421)
    const allowed = (answer: Awaited<ReturnType<typeof from>>) =>
      answer.headers['access-control-allow-origin']
    expect(allowed(await from({ origin: 'http://localhost:8600' }))).toBe('http://localhost:8600')
    expect(allowed(await from({ origin: 'http://evil.example' }))).toBeUndefined()
    expect(allowed(await from({ origin: 'null' }))).toBeUndefined()
    const preflight = await from({ origin, 'access-control-request-method': 'PUT' }, 'OPTIONS')
    expect([preflight.statusCode, allowed(preflight)]).toEqual([204, origin])
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined()
    expect((await call('GET', '/console/config.json')).json).toEqual({
      controller: origin,
      hub: 'http://localhost',
    })
  })
})
