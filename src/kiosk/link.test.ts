import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveDown } from '../shared/live.ts'
import { createLink, type Socket, type SocketListener } from './link.ts'

class FakeSocket implements Socket {
  sent: unknown[] = []
  over = false
  readonly listener: SocketListener
  constructor(listener: SocketListener) {
    this.listener = listener
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.over = true
  }
  say(message: LiveDown | string) {
    this.listener.heard(typeof message === 'string' ? message : JSON.stringify(message))
  }
}
const snapshot: LiveDown = {
  type: 'snapshot',
  state: {
    kiosk: 'k',
    site: { name: 'Makerhall', zone: 'Europe/Riga' },
    languages: ['lv'],
    roles: ['visitor'],
    exhibits: [],
    channels: [],
    boards: [],
    visit: null,
  },
}
const tick: LiveDown = { type: 'tick', at: '2026-11-23T10:00:00.000Z' }

function set() {
  const sockets: FakeSocket[] = []
  const live: boolean[] = []
  const messages: string[] = []
  const link = createLink({
    open(listener) {
      const socket = new FakeSocket(listener)
      sockets.push(socket)
      return socket
    },
    token: 'visitor',
    onMessage: ({ type }) => messages.push(type),
    onLive: (is) => live.push(is),
  })
  link.start()
  const newest = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  return { link, sockets, live, messages, newest }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the link to the controller', () => {
  it('says its token first and is live with the snapshot', () => {
    const { link, live, messages, newest } = set()
    newest().listener.opened()
    expect(newest().sent).toEqual([{ token: 'visitor' }])
    link.send({ type: 'leave', exhibit: 'ohms-law' })
    expect(newest().sent).toHaveLength(1)
    newest().say(snapshot)
    newest().say(tick)
    newest().say('{"type":"patch","channels":7}')
    newest().say('not json')
    expect(live).toEqual([true])
    expect(messages).toEqual(['snapshot', 'tick'])
    link.send({ type: 'leave', exhibit: 'ohms-law' })
    expect(newest().sent).toHaveLength(2)
    link.stop()
  })

  it('is away after 3 s without a tick, and comes back by itself', () => {
    const { link, live, sockets, newest } = set()
    newest().say(snapshot)
    vi.advanceTimersByTime(2_900)
    newest().say(tick)
    vi.advanceTimersByTime(2_900)
    expect(live).toEqual([true])
    vi.advanceTimersByTime(200)
    expect(live).toEqual([true, false])
    expect(sockets[0]?.over).toBe(true)
    vi.advanceTimersByTime(300)
    expect(sockets).toHaveLength(2)
    newest().say(snapshot)
    expect(live).toEqual([true, false, true])
    link.stop()
  })

  it('says nothing of a socket that closes and is back at once', () => {
    const { link, live, sockets, newest } = set()
    newest().say(snapshot)
    newest().listener.closed()
    link.send({ type: 'leave', exhibit: 'ohms-law' })
    vi.advanceTimersByTime(300)
    expect(sockets).toHaveLength(2)
    link.send({ type: 'leave', exhibit: 'ohms-law' })
    expect(newest().sent).toEqual([])
    newest().say(snapshot)
    vi.advanceTimersByTime(2_900)
    expect(live).toEqual([true])
    link.stop()
  })

  it('tells of a socket that closed and was not back within 3 s', () => {
    const { link, live, newest } = set()
    newest().say(snapshot)
    newest().listener.closed()
    vi.advanceTimersByTime(2_900)
    expect(live).toEqual([true])
    vi.advanceTimersByTime(200)
    expect(live).toEqual([true, false])
    link.stop()
  })

  it('tries again after pauses that grow to 5 s', () => {
    const { link, sockets, newest } = set()
    const waits: number[] = []
    for (let attempt = 0; attempt < 7; attempt++) {
      const before = sockets.length
      newest().listener.closed()
      let waited = 0
      for (; sockets.length === before; waited += 100) vi.advanceTimersByTime(100)
      waits.push(waited)
    }
    expect(waits).toEqual([300, 600, 1200, 2500, 5000, 5000, 5000])
    link.stop()
  })

  it('leaves no timer and no open socket behind', () => {
    const { link, messages, newest } = set()
    newest().say(snapshot)
    link.stop()
    expect(newest().over).toBe(true)
    newest().say(tick)
    newest().listener.closed()
    expect(messages).toEqual(['snapshot'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
