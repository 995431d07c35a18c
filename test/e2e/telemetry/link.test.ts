import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/shared/event.ts'
import type { Desired } from '../../../src/shared/mqtt.ts'
import {
  clientOf,
  embedded,
  hubAt,
  kioskAt,
  mosquitto,
  removeTemporary,
  streamsOf,
  type TestBroker,
  temporary,
  until,
} from './rig.ts'

const fact: Fact = { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' }
const state = { kiosk: 'hall', at: '2026-11-23T12:00:00Z', status: 'ok' as const, exhibits: [], boards: [] }
const topic = (leaf: string) => `makerhall/v1/centre/hall/${leaf}`
afterAll(removeTemporary)

describe.each([
  ['the embedded broker', embedded],
  ['Mosquitto', mosquitto],
])('over %s', (_name, make) => {
  let broker: TestBroker
  const ends: (() => Promise<void>)[] = []
  beforeEach(async () => {
    broker = await make()
    await broker.start()
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
    await broker.stop()
  })
  const started = async <One extends { start(): Promise<void>; stop(): Promise<void> }>(one: One) => {
    await one.start()
    ends.push(() => one.stop())
    return one
  }
  /** What someone who listens hears, topic by topic. */
  const listener = async () => {
    const client = clientOf(broker.link('eye'))
    ends.push(async () => {
      await client.endAsync(true)
    })
    const heard: { topic: string; payload: string; retain: boolean }[] = []
    client.on('message', (topic, payload, { retain }) =>
      heard.push({ topic, payload: payload.toString(), retain }),
    )
    await client.subscribeAsync('makerhall/#', { qos: 1 })
    return { client, heard }
  }

  test('facts reach the store once, in order, and leave the outbox', async () => {
    const hub = await started(hubAt(broker.link('hub'), temporary()))
    const kiosk = await started(kioskAt(broker.link('hall'), { dataDir: temporary() }))
    for (let n = 0; n < 1_234; n++) kiosk.record(fact)
    await until('everything', () => kiosk.status().waiting === 0 && hub.store.state().stored === 1_234)
    const events = await hub.events()
    expect(streamsOf(events)).toBe(1)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1))
    expect(kiosk.status()).toEqual({ waiting: 0, oldest: null, recording: true, broker: 'connected' })
    expect(await hub.collector.kiosks()).toMatchObject([{ id: 'hall', online: true, stored: 1_234 }])
    expect(hub.store.state().setAside).toBe(0)
  })

  test('facts outlast a broker that is away, before and during', async () => {
    await broker.stop()
    const hub = await started(hubAt(broker.link('hub'), temporary()))
    const kiosk = await started(kioskAt(broker.link('hall'), { dataDir: temporary() }))
    for (let n = 0; n < 300; n++) kiosk.record(fact)
    await until('the outbox', () => kiosk.status().waiting === 300)
    expect(kiosk.status().broker).toBe('disconnected')
    await broker.start()
    await until('the first 300', () => hub.store.state().stored === 300 && kiosk.status().waiting === 0)
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 500; n++) kiosk.record(fact)
      await broker.stop()
      for (let n = 0; n < 50; n++) kiosk.record(fact)
      await broker.start()
    }
    await until('all', () => kiosk.status().waiting === 0 && hub.store.state().stored === 1_950)
    expect(streamsOf(await hub.events())).toBe(1)
  })

  test('without a hub the events wait; when it comes they are sent at once', async () => {
    const dataDir = temporary()
    const kiosk = await started(kioskAt(broker.link('hall'), { dataDir: temporary() }))
    const { heard } = await listener()
    for (let n = 0; n < 1_000; n++) kiosk.record(fact)
    await until('a full window', () => heard.filter(({ topic: on }) => on === topic('events')).length >= 4)
    expect(kiosk.status().waiting).toBe(1_000)
    for (let round = 1; round <= 2; round++) {
      const hub = hubAt(broker.link('hub'), dataDir)
      await hub.start()
      // Far less than the patience that a flight has: the hub says that it has come.
      await until('all', () => kiosk.status().waiting === 0, 4_000)
      expect(hub.store.state()).toEqual({ stored: 1_000 * round, setAside: 0 })
      expect(streamsOf(await hub.events())).toBe(1)
      await hub.stop()
      for (let n = 0; n < 1_000; n++) kiosk.record(fact)
    }
  })

  test('a batch that comes again changes nothing and is answered again', async () => {
    const hub = await started(hubAt(broker.link('hub'), temporary()))
    const { heard } = await listener()
    const kiosk = await started(kioskAt(broker.link('hall'), { dataDir: temporary() }))
    for (let n = 0; n < 10; n++) kiosk.record(fact)
    await until('all', () => hub.store.state().stored === 10 && kiosk.status().waiting === 0)
    const batches = heard.filter(({ topic: on }) => on === topic('events'))
    const answers = () => heard.filter(({ topic: on }) => on === topic('committed')).length
    const before = answers()
    await kiosk.stop()
    const again = clientOf(broker.link('hall'))
    ends.push(async () => {
      await again.endAsync(true)
    })
    for (const { payload } of batches) await again.publishAsync(topic('events'), payload, { qos: 1 })
    await until('the answers', () => answers() === before + batches.length)
    expect(hub.store.state()).toEqual({ stored: 10, setAside: 0 })
  })

  test('garbage is set aside, and the kiosk beside it goes on', async () => {
    const hub = await started(hubAt(broker.link('hub'), temporary()))
    const liar = clientOf(broker.link('hall'))
    ends.push(async () => {
      await liar.endAsync(true)
    })
    for (const payload of ['', 'no json', '{"events":[]}', '[]', '{"events":[{"type":"x"}]}']) {
      await liar.publishAsync(topic('events'), payload, { qos: 1 })
    }
    const kiosk = await started(kioskAt(broker.link('hall'), { dataDir: temporary() }))
    kiosk.record(fact)
    await until('the fact', () => hub.store.state().stored === 1 && kiosk.status().waiting === 0)
    await until('the garbage', () => hub.store.state().setAside === 5)
  })

  test('who listens later still hears that a kiosk is there, its state, and that it is gone', async () => {
    const kiosk = await started(kioskAt(broker.link('hall'), { dataDir: temporary() }))
    kiosk.publishState(state)
    kiosk.publishReported({ epoch: 1, version: 2, modes: { 'ohms-law': 'explore' } })
    await until('the broker', () => kiosk.status().broker === 'connected')
    const { heard } = await listener()
    await until('the retained', () => heard.length >= 3)
    expect(heard.map(({ topic }) => topic).sort()).toEqual(['availability', 'reported', 'state'].map(topic))
    expect(heard.find(({ topic: on }) => on === topic('availability'))?.payload).toBe('{"state":"online"}')
    await kiosk.stop()
    await until('the goodbye', () => heard.some(({ payload }) => payload === '{"state":"offline"}'))
  })

  test('a kiosk that is killed is said to be offline by its will', async () => {
    const hub = await started(hubAt(broker.link('hub'), temporary()))
    const recorder = new URL('./recorder.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [recorder, temporary(), broker.link('hall')], { stdio: 'ignore' })
    const online = async () => (await hub.collector.kiosks())[0]?.online
    await until('the kiosk', async () => (await online()) === true)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    await until('the will', async () => (await online()) === false)
  })

  test('the hub’s wish arrives, also one that was said before; nonsense is left out', async () => {
    const hub = clientOf(broker.link('hub'))
    ends.push(async () => {
      await hub.endAsync(true)
    })
    const desired: Desired = { epoch: 1, version: 1, modes: {} }
    await hub.publishAsync(topic('desired'), JSON.stringify(desired), { qos: 1, retain: true })
    const kiosk = kioskAt(broker.link('hall'), { dataDir: temporary() })
    const wishes: Desired[] = []
    kiosk.onDesired(() => {
      throw new Error('a listener that fails')
    })
    kiosk.onDesired((wish) => wishes.push(wish))
    await started(kiosk)
    await until('the retained wish', () => wishes.length === 1)
    await hub.publishAsync(topic('desired'), '{"epoch":"never"}', { qos: 1 })
    await hub.publishAsync(topic('desired'), JSON.stringify({ ...desired, version: 2 }), { qos: 1 })
    await until('the next', () => wishes.length === 2)
    expect(wishes.map(({ version }) => version)).toEqual([1, 2])
  })

  test('a kiosk moves to another broker with all that waits', async () => {
    const other = await make()
    await other.start()
    ends.push(() => other.stop())
    const kiosk = await started(kioskAt(null, { dataDir: temporary() }))
    expect(kiosk.status().broker).toBe('none')
    for (let n = 0; n < 50; n++) kiosk.record(fact)
    kiosk.connect({ url: broker.link('hall') })
    await until('the first broker', () => kiosk.status().broker === 'connected')
    const hub = await started(hubAt(other.link('hub'), temporary()))
    kiosk.connect({ url: other.link('hall') })
    await until('the other hub', () => hub.store.state().stored === 50 && kiosk.status().waiting === 0)
  })
})

test('the command of docs/telemetry.md hears what a kiosk says', async () => {
  const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8')
  const [, command = ''] = /^```sh\n(mosquitto_sub .*)\n```$/m.exec(page) ?? []
  const broker = await embedded()
  await broker.start()
  const { port, password } = new URL(broker.link('eye'))
  const run = command
    .replace('-p 8602', `-p ${port}`)
    .replace('-u observer', '-u eye')
    .replace('PASSWORD', `'${decodeURIComponent(password)}'`)
  const listener = spawn('sh', ['-c', `exec ${run}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let heard = ''
  listener.stdout.on('data', (chunk) => {
    heard += chunk
  })
  const kiosk = kioskAt(broker.link('hall'), { dataDir: temporary() })
  kiosk.publishState(state)
  await kiosk.start()
  await until('the state', () => heard.includes(`${topic('state')} ${JSON.stringify(state)}`))
  kiosk.record(fact)
  await until('the event', () => heard.includes('"mode.changed"'))
  const gone = once(listener, 'exit')
  listener.kill()
  await gone
  await kiosk.stop()
  await broker.stop()
})

test('a wrong password leaves the events where they are, and is said without it', async () => {
  const broker = await embedded()
  await broker.start()
  const told: unknown[] = []
  const logger = { info() {}, error() {}, warn: (fields: object) => told.push(fields) }
  const kiosk = kioskAt(broker.link('hall').replace('secret', 'guess'), { dataDir: temporary(), logger })
  await kiosk.start()
  kiosk.record(fact)
  await until('the outbox', () => kiosk.status().waiting === 1)
  await until('the refusal', () => told.length > 0)
  expect(kiosk.status().broker).toBe('disconnected')
  expect(JSON.stringify(told)).not.toContain('guess')
  await kiosk.stop()
  await broker.stop()
})
