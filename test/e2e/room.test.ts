import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hubRoutes } from '../../src/shared/routes.ts'
import { type Product, startProduct, until } from './product.ts'

/** A centre: one hub, and three kiosks that joined it with its code. */
describe('three controllers and a hub, started by role', () => {
  let hub: Product
  const kiosks: Product[] = []

  beforeAll(async () => {
    hub = await startProduct({ role: 'hub' })
    await hub.signUp()
    for (let n = 0; n < 3; n++) {
      const kiosk = await startProduct({
        role: 'controller',
        hub: hub.urls.hub ?? '',
        join: hub.urls.join ?? '',
      })
      kiosk.useToken(hub.token() ?? '')
      kiosks.push(kiosk)
    }
  })
  afterAll(async () => {
    await Promise.all([...kiosks, hub].map((one) => one?.stop()))
  })

  it('join: the hub knows them apart, and its account holds at each of them', async () => {
    const rows = await until('three kiosks online', async () => {
      const list = hubRoutes.kiosks.response.parse((await hub.hub('GET', '/api/kiosks')).json)
      return list.filter((row) => row.online).length === 3 ? list : null
    })
    expect(new Set(rows.map((row) => row.id)).size).toBe(3)
    for (const kiosk of kiosks) await kiosk.boardsReady()
  })

  it('count apart', async () => {
    for (const [index, kiosk] of kiosks.entries()) {
      for (let turn = 0; turn <= index; turn++) {
        const volts = 1 + turn
        await kiosk.hold('A0', { volts })
        await until(
          'the dial',
          async () => Math.abs(Number((await kiosk.channel('dial')).value) - volts) < 0.1,
        )
      }
      await until('a visit in the outbox or beyond', async () => (await kiosk.health()).outbox.waiting === 0)
    }
    const begun = await until('a visit of each', async () => {
      const visits = (await hub.events()).filter((event) => event.type === 'visit.begun')
      return new Set(visits.map((event) => event.kiosk)).size === 3 ? visits : null
    })
    expect(begun).toHaveLength(3)
    expect((await hub.visits()).rows).toMatchObject([{ key: 'ohms-law', visits: 3 }])
  })

  it('a wrong code joins nothing, and the kiosk plays all the same', async () => {
    const stranger = await startProduct({
      role: 'controller',
      hub: hub.urls.hub ?? '',
      join: 'not-the-code-at-all',
    })
    const health = await stranger.health()
    expect(health.status).toBe('degraded')
    expect(health.boards).toMatchObject([{ id: 'uno', state: 'ready' }])
    await stranger.stop()
  })

  it('lets people sign in at a kiosk while the hub is away', async () => {
    const kiosk = kiosks[0]
    if (!kiosk) throw new Error('no kiosk')
    await hub.stop()
    const answer = await kiosk.controller(
      'POST',
      '/api/sign-in',
      { name: 'Ilze', password: 'liela zila zivs 7' },
      '',
    )
    expect(answer.status).toBe(200)
    const { token } = answer.json as { token: string }
    expect((await kiosk.controller('GET', '/api/boards', undefined, token)).status).toBe(200)
    // A kiosk's own token is good at that kiosk only.
    expect((await kiosks[1]?.controller('GET', '/api/boards', undefined, token))?.status).toBe(401)
  })
})
