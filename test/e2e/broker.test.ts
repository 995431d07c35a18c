import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SiteInput } from '../../src/shared/site.ts'
import { type Product, startProduct, temporaryFolder, until } from './product.ts'
import { mosquitto, type TestBroker } from './telemetry/rig.ts'

/** A broker of one's own in the site file in place of the embedded one: Debian's Mosquitto, killed and started again. */
let broker: TestBroker
let product: Product

beforeAll(async () => {
  broker = await mosquitto()
  await broker.start()
  const site = join(temporaryFolder(), 'site.json')
  writeFileSync(
    site,
    JSON.stringify({
      mqtt: broker.link('centre'),
      boards: [{ kind: 'virtual', id: 'uno' }],
      exhibits: [{ id: 'ohms-law', board: 'uno' }],
    } satisfies SiteInput),
  )
  product = await startProduct({ site })
  await product.signUp()
  await product.boardsReady()
})
afterAll(async () => {
  await product?.stop()
  await broker?.stop()
})

it('carries visits over a broker that is not ours, and over its death', async () => {
  await until('the broker', async () => (await product.health()).broker === 'connected')
  const dial = async (volts: number) => {
    await product.hold('A0', { volts })
    await until(
      'the dial',
      async () => Math.abs(Number((await product.channel('dial')).value) - volts) < 0.05,
    )
  }
  await dial(1)
  await dial(4)
  await until('the visit at the hub', async () => (await product.visits()).rows[0]?.visits === 1)

  await broker.stop()
  await until('the loss of the broker', async () => (await product.health()).broker === 'disconnected')
  // A mode is a fact too: it waits in the outbox.
  await product.controller('PUT', '/api/exhibits/ohms-law/mode', { mode: 'predict', minutes: 5 })
  await until('a fact that waits', async () => (await product.health()).outbox.waiting > 0)

  await broker.start()
  await until('an empty outbox', async () => (await product.health()).outbox.waiting === 0)
  const events = await product.events()
  expect(events.filter((event) => event.type === 'mode.changed')).toHaveLength(1)
  expect(events.filter((event) => event.type === 'visit.begun')).toHaveLength(1)
})
