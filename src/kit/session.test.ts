import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ChannelValue } from '../shared/channel.ts'
import type { SceneDown } from '../shared/scene.ts'
import { createSession } from './session.ts'

const channel = (name: string, value: number, at: string): ChannelValue => ({
  exhibit: 'ohms-law',
  channel: name,
  value,
  unit: 'V',
  quality: 'good',
  reason: null,
  at,
  since: at,
  raw: null,
  binding: null,
  clipped: false,
  writable: true,
})
const start: SceneDown = {
  type: 'start',
  scene: 'play',
  exhibit: {
    id: 'ohms-law',
    version: '1.0.0',
    hue: 75,
    mode: 'explore',
    modes: [{ id: 'explore', minutes: 15 }],
    stages: [],
    lease: null,
    languages: ['lv'],
    idle: { seconds: 60, warn: 10 },
    resting: null,
    touch: ['dial'],
  },
  channels: [channel('dial', 1, '2026-11-23T10:00:00.000Z')],
  language: 'lv',
  texts: { title: 'Oma likums' },
  reducedMotion: false,
  volume: 0.5,
}

/** The page's end of the port, with what the scene said. */
function page() {
  const { port1, port2 } = new MessageChannel()
  const said: unknown[] = []
  port1.onmessage = ({ data }) => said.push(data)
  open.push(port1)
  return { near: port1, far: port2, said }
}
const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

describe('a scene’s session', () => {
  it('keeps what the page tells, and answers its pings', async () => {
    const session = createSession()
    const { near, far, said } = page()
    session.connect(far)
    near.postMessage(start)
    near.postMessage({ type: 'ping', n: 7 })
    await vi.waitFor(() => expect(said).toEqual([{ type: 'pong', n: 7 }]))
    expect(session.store.getState()).toMatchObject({ scene: 'play', texts: { title: 'Oma likums' } })
    near.postMessage({ type: 'channels', channels: [channel('dial', 2, '2026-11-23T10:00:01.000Z')] })
    await vi.waitFor(() => expect(session.history('dial').map(({ value }) => value)).toEqual([1, 2]))
    expect(session.store.getState().channels.dial?.value).toBe(2)
    session.stop()
  })

  it('leaves alone what is no message of ours', async () => {
    const session = createSession()
    const { near, far, said } = page()
    session.connect(far)
    near.postMessage({ type: 'channels', channels: [{ channel: 'dial', value: 'much' }] })
    near.postMessage('hello')
    near.postMessage({ type: 'ping', n: 1 })
    await vi.waitFor(() => expect(said).toHaveLength(1))
    expect(session.store.getState().channels).toEqual({})
    session.stop()
  })

  it('keeps no sample of a bad value and not more than the newest 600', async () => {
    const session = createSession()
    const { near, far } = page()
    session.connect(far)
    const at = (n: number) => new Date(1_790_000_000_000 + n * 20).toISOString()
    const many = Array.from({ length: 700 }, (_, n) => channel('dial', n, at(n)))
    near.postMessage({ type: 'channels', channels: many })
    near.postMessage({ type: 'channels', channels: [{ ...channel('dial', 9, at(900)), quality: 'bad' }] })
    await vi.waitFor(() => expect(session.store.getState().channels.dial?.quality).toBe('bad'))
    expect(session.history('dial')).toHaveLength(600)
    expect(session.history('dial').at(-1)?.value).toBe(699)
    session.stop()
  })

  it('tells of acts at most twice a second and of a stage once', async () => {
    const session = createSession()
    const { far, said } = page()
    session.connect(far)
    for (const now of [1000, 1200, 1499, 1500, 1600]) session.act(now)
    session.reach('turned')
    session.reach('turned')
    await vi.waitFor(() => expect(said).toHaveLength(3))
    expect(said).toEqual([{ type: 'act' }, { type: 'act' }, { type: 'stage', stage: 'turned' }])
    session.stop()
  })

  it('goes on with a newer port', async () => {
    const session = createSession()
    const first = page()
    const second = page()
    session.connect(first.far)
    session.connect(second.far)
    session.send({ type: 'ready' })
    await vi.waitFor(() => expect(second.said).toEqual([{ type: 'ready' }]))
    expect(first.said).toEqual([])
    session.stop()
  })
})
