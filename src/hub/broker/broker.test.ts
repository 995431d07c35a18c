import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { connect, type IClientOptions } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Broker, createBroker, type Identity } from './index.ts'

const identities: Record<string, Identity> = {
  hub: { role: 'collector' },
  hall: { role: 'kiosk', kiosk: 'hall' },
  other: { role: 'kiosk', kiosk: 'other' },
  eye: { role: 'observer' },
}
const own = 'makerhall/v1/centre/hall'

let broker: Broker
let refusals: object[]
const ends: (() => void)[] = []
beforeEach(async () => {
  refusals = []
  broker = createBroker({
    port: 0,
    connections: 5,
    authenticate: async (name = '', password) => (password === 'right' ? (identities[name] ?? null) : null),
    logger: { info() {}, warn: (fields) => refusals.push(fields), error() {} },
  })
  await broker.start()
})
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  await broker.stop()
})

async function client(username: string, password = 'right', options: IClientOptions = {}) {
  const url = `mqtt://127.0.0.1:${broker.port()}`
  const one = connect(url, { username, password, reconnectPeriod: 0, ...options })
  ends.push(() => one.end(true))
  await new Promise<void>((resolve, reject) => {
    one.once('connect', () => resolve())
    one.once('error', reject)
    one.once('close', () => reject(new Error('closed')))
  })
  return one
}

test('a wrong password and an unknown name are turned away by their code', async () => {
  await expect(client('hall', 'wrong')).rejects.toMatchObject({ code: 4 })
  await expect(client('nobody')).rejects.toMatchObject({ code: 4 })
  expect(refusals).toHaveLength(2)
})

test('what a kiosk says reaches hub and observer; what the hub says reaches the kiosk', async () => {
  const [hub, kiosk, eye] = [await client('hub'), await client('hall'), await client('eye')]
  const heard: string[] = []
  hub.on('message', (topic) => heard.push(`hub ${topic}`))
  kiosk.on('message', (topic) => heard.push(`hall ${topic}`))
  eye.on('message', (topic) => heard.push(`eye ${topic}`))
  await hub.subscribeAsync('makerhall/v1/+/+/events', { qos: 1 })
  await eye.subscribeAsync('#', { qos: 1 })
  await kiosk.subscribeAsync(`${own}/committed`, { qos: 1 })
  await kiosk.publishAsync(`${own}/events`, '{}', { qos: 1 })
  await hub.publishAsync(`${own}/committed`, '{}', { qos: 1 })
  await expect
    .poll(() => heard.sort())
    .toEqual([`eye ${own}/committed`, `eye ${own}/events`, `hall ${own}/committed`, `hub ${own}/events`])
})

test('a kiosk that speaks as another is cut off, and told why in the log', async () => {
  const kiosk = await client('hall')
  const closed = new Promise<void>((resolve) => kiosk.once('close', () => resolve()))
  kiosk.publish('makerhall/v1/centre/other/events', '{}', { qos: 1 })
  await closed
  expect(refusals).toMatchObject([{ why: 'hall does not publish as other' }])
})

test('a will under another name is not published', async () => {
  const eye = await client('eye')
  const heard: string[] = []
  eye.on('message', (topic) => heard.push(topic))
  await eye.subscribeAsync('#', { qos: 1 })
  const will = (kiosk: string) => ({
    will: {
      topic: `makerhall/v1/centre/${kiosk}/availability`,
      payload: Buffer.from('{}'),
      qos: 1 as const,
      retain: true,
    },
  })
  const liar = await client('hall', 'right', will('other'))
  liar.stream.destroy()
  const honest = await client('other', 'right', will('other'))
  honest.stream.destroy()
  await expect.poll(() => heard).toEqual(['makerhall/v1/centre/other/availability'])
})

test('a subscription to what others hear is refused', async () => {
  const kiosk = await client('hall')
  await expect(kiosk.subscribeAsync('#', { qos: 1 })).rejects.toThrow()
  await expect(kiosk.subscribeAsync('makerhall/v1/centre/other/desired', { qos: 1 })).rejects.toThrow()
  expect(refusals).toHaveLength(2)
})

test('nobody takes over the client id of another; its owner may', async () => {
  await client('hub', 'right', { clientId: 'the-hub' })
  await expect(client('eye', 'right', { clientId: 'the-hub' })).rejects.toMatchObject({ code: 2 })
  await client('hub', 'right', { clientId: 'the-hub' })
})

test('a kiosk that may no longer come in is cut off', async () => {
  const [kiosk, other] = [await client('hall'), await client('other')]
  const closed = new Promise<void>((resolve) => kiosk.once('close', () => resolve()))
  broker.disconnect('hall')
  await closed
  expect(other.connected).toBe(true)
})

test('a stranger who announces more than he may is cut off before he has sent it', async () => {
  const socket = connectSocket(broker.port(), '127.0.0.1')
  ends.push(() => socket.destroy())
  socket.on('error', () => {})
  // CONNECT, 256 MiB.
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
  await once(socket, 'close')
  expect(refusals).toMatchObject([{ why: 'a packet of 268435455 bytes is longer than 65536' }])
})

test('a kiosk that has signed in may say more, but no more than a mebibyte', async () => {
  const kiosk = await client('hall')
  await kiosk.publishAsync(`${own}/events`, Buffer.alloc(1_000_000), { qos: 1 })
  const closed = new Promise<void>((resolve) => kiosk.once('close', () => resolve()))
  kiosk.publish(`${own}/events`, Buffer.alloc(1024 * 1024), { qos: 1 })
  await closed
  expect(refusals).toMatchObject([{ client: kiosk.options.clientId }])
})

test('there are but so many connections', async () => {
  for (let n = 0; n < 5; n++) await client('hall')
  await expect(client('hall')).rejects.toThrow()
})

test('what a kiosk retained under another site is forgotten when it moves', async () => {
  const kiosk = await client('hall')
  for (const site of ['one', 'two', 'three']) {
    const topic = `makerhall/v1/${site}/hall`
    for (const leaf of ['state', 'availability', 'reported']) {
      await kiosk.publishAsync(`${topic}/${leaf}`, '{}', { qos: 1, retain: true })
    }
  }
  await (await client('other')).publishAsync('makerhall/v1/one/other/state', '{}', { qos: 1, retain: true })
  const eye = await client('eye')
  const heard: string[] = []
  eye.on('message', (topic) => heard.push(topic))
  await eye.subscribeAsync('#', { qos: 1 })
  const expected = ['one/other/state', 'three/hall/availability', 'three/hall/reported', 'three/hall/state']
  await expect.poll(() => heard.sort()).toEqual(expected.map((topic) => `makerhall/v1/${topic}`))
})

test('a taken port is said, and stop gives the port back with clients still there', async () => {
  await client('eye')
  const port = broker.port()
  const logger = { info() {}, warn() {}, error() {} }
  const second = createBroker({ port, authenticate: () => null, logger })
  await expect(second.start()).rejects.toMatchObject({ problem: { code: 'broker.port' } })
  await second.stop()
  await broker.stop()
  const third = createBroker({ port, authenticate: () => null, logger })
  await third.start()
  await third.stop()
})
