import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Product, startProduct } from './product.ts'

const OpenApi = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ security: z.array(z.unknown()).optional() })),
  ),
})

describe('every route that is not meant to be open', () => {
  let product: Product
  beforeAll(async () => {
    product = await startProduct()
    await product.signUp()
  })
  afterAll(async () => {
    await product?.stop()
  })

  const open = {
    controller: ['GET /health', 'GET /metrics', 'POST /api/sign-in'],
    hub: ['GET /health', 'GET /metrics', 'POST /api/join', 'POST /api/sign-in', 'POST /setup/{code}'],
  }

  it.each(['controller', 'hub'] as const)('of the %s refuses strangers and nonsense', async (who) => {
    const call = product[who]
    const { paths } = OpenApi.parse((await call('GET', '/openapi.json')).json)
    const free: string[] = []
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const name = `${method.toUpperCase()} ${path}`
        if (security?.length === 0) {
          free.push(name)
          continue
        }
        const url = path.replace(/\{[^}]+\}/g, 'x')
        const body = /put|post|patch/.test(method) ? {} : undefined
        for (const token of ['', 'nonsense', 'eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJhZG1pbiJdfQ.']) {
          const { status } = await call(method.toUpperCase(), url, body, token)
          expect(status, `${name} with ${token || 'no token'}`).toBe(401)
        }
      }
    }
    expect(free.filter((name) => /api\/|setup|health|metrics/.test(name)).sort()).toEqual(open[who])
  })

  it('answers no other host name than its own, so that no web page can reach it by rebinding', async () => {
    const { port } = product
    const { request } = await import('node:http')
    const status = await new Promise<number | undefined>((done, fail) => {
      request(
        { port, host: '127.0.0.1', path: '/api/boards', headers: { host: 'evil.example' } },
        (answer) => {
          answer.resume()
          done(answer.statusCode)
        },
      )
        .once('error', fail)
        .end()
    })
    expect(status).toBeGreaterThanOrEqual(400)
  })

  it('slows down whoever tries passwords, not the account', async () => {
    const tries = []
    for (let n = 0; n < 12; n++) {
      tries.push(
        (await product.hub('POST', '/api/sign-in', { name: 'Ilze', password: `wrong ${n}` }, '')).status,
      )
    }
    expect(tries[0]).toBe(401)
    expect(tries.at(-1)).toBe(429)
    // The account itself goes on: its token holds.
    expect((await product.hub('GET', '/api/me')).status).toBe(200)
  })
})
