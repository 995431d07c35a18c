import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BoardStatus } from '../../shared/board.ts'
import type { ChannelValue } from '../../shared/channel.ts'
import type { LiveState } from '../../shared/live.ts'
import { createLiveLink, type Socket } from './link.ts'
import { hear, nothingHeard, staleAfter, waitUntil } from './state.ts'

const at = '2026-11-23T12:00:00.000Z'
const dial = (value: number): ChannelValue => ({
  exhibit: 'ohms-law',
  channel: 'dial',
  value,
  unit: 'V',
  quality: 'good',
  reason: null,
  at,
  since: at,
  raw: value * 204.8,
  binding: { board: 'uno', pin: 'A0' },
  clipped: false,
  writable: false,
})
const uno: BoardStatus = {
  id: 'uno',
  kind: 'virtual',
  state: 'ready',
  identity: 'mh-00000001',
  firmware: '1.0.0',
  protocol: 1,
  port: 'virtual:uno',
  since: at,
  lastSeen: at,
  problem: null,
  counters: {
    received: 0,
    badChecksum: 0,
    malformed: 0,
    tooLong: 0,
    lostReports: 0,
    retries: 0,
    refused: 0,
    reconnects: 0,
  },
}
const state: LiveState = {
  kiosk: 'kiosk-1',
  site: { name: 'DIC', zone: 'Europe/Riga' },
  languages: ['lv'],
  roles: ['technician'],
  exhibits: [],
  channels: [dial(1)],
  boards: [uno],
  visit: null,
}

describe('what a page knows of its kiosk', () => {
  it('takes a snapshot whole and a patch by key', () => {
    let live = hear(nothingHeard, { type: 'snapshot', state }, 0)
    live = hear(
      live,
      {
        type: 'patch',
        channels: [dial(2), { ...dial(3), channel: 'current' }],
        boards: [{ ...uno, state: 'lost' }],
      },
      10,
    )
    expect(live.state?.channels.map((c) => [c.channel, c.value])).toEqual([
      ['dial', 2],
      ['current', 3],
    ])
    expect(live.state?.boards.map((b) => b.state)).toEqual(['lost'])
    expect(live.heard).toBe(10)
  })

  it('keeps members that a patch leaves alone as they are', () => {
    const before = hear(nothingHeard, { type: 'snapshot', state }, 0)
    const after = hear(before, { type: 'patch', channels: [dial(2)] }, 5)
    expect(after.state?.boards).toBe(before.state?.boards)
    expect(after.state?.visit).toBeNull()
  })

  it('is stale within 3 s of silence and fresh at the next word', () => {
    const live = { ...hear(nothingHeard, { type: 'snapshot', state }, 1000), link: 'open' as const }
    expect(waitUntil(live, 1000 + staleAfter - 1, 0).stale).toBe(false)
    const old = waitUntil(live, 1000 + staleAfter, 0)
    expect(old.stale).toBe(true)
    expect(hear(old, { type: 'tick', at }, 9000).stale).toBe(false)
    expect(staleAfter).toBeLessThan(3000)
  })

  it('is stale too when the controller was never reached', () => {
    expect(waitUntil({ ...nothingHeard, link: 'connecting' }, staleAfter, 0).stale).toBe(true)
  })
})

class FakeSocket implements Socket {
  sent: string[] = []
  closed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  send(data: string) {
    this.sent.push(data)
  }
  close(code = 1000) {
    this.closed = true
    this.onclose?.({ code })
  }
  say(message: unknown) {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

describe('the live link', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function linked() {
    const sockets: FakeSocket[] = []
    const urls: string[] = []
    let refused = 0
    const link = createLiveLink({
      origin: 'https://kiosk.test:8443',
      token: () => 'TOKEN',
      onRefused: () => {
        refused += 1
      },
      open: (url) => {
        urls.push(url)
        const socket = new FakeSocket()
        sockets.push(socket)
        return socket
      },
    })
    return { link, sockets, urls, refusals: () => refused }
  }

  it('says its token first and shows the snapshot', () => {
    const { link, sockets, urls } = linked()
    link.start()
    expect(urls).toEqual(['wss://kiosk.test:8443/api/live'])
    sockets[0]?.onopen?.()
    expect(sockets[0]?.sent).toEqual(['{"token":"TOKEN"}'])
    sockets[0]?.say({ type: 'snapshot', state })
    expect(link.store.getState()).toMatchObject({ link: 'open', stale: false, state: { kiosk: 'kiosk-1' } })
    link.stop()
  })

  it('shows readings calmly and everything else at once', () => {
    const { link, sockets } = linked()
    link.start()
    sockets[0]?.say({ type: 'snapshot', state })
    sockets[0]?.say({ type: 'patch', channels: [dial(2)] })
    expect(link.store.getState().state?.channels[0]?.value).toBe(1)
    vi.advanceTimersByTime(150)
    expect(link.store.getState().state?.channels[0]?.value).toBe(2)
    sockets[0]?.say({ type: 'patch', boards: [{ ...uno, state: 'silent' }] })
    expect(link.store.getState().state?.boards[0]?.state).toBe('silent')
    link.stop()
  })

  it('grows old without a tick, comes back after a loss, and keeps what was known meanwhile', () => {
    const { link, sockets } = linked()
    link.start()
    sockets[0]?.say({ type: 'snapshot', state })
    sockets[0]?.close()
    vi.advanceTimersByTime(250)
    expect(sockets).toHaveLength(2)
    vi.advanceTimersByTime(3000)
    expect(link.store.getState()).toMatchObject({ stale: true, state: { kiosk: 'kiosk-1' } })
    sockets[1]?.say({ type: 'snapshot', state: { ...state, channels: [dial(4)] } })
    expect(link.store.getState()).toMatchObject({ stale: false })
    link.stop()
  })

  it('ignores what it cannot read and tells of a refused token', () => {
    const { link, sockets, refusals } = linked()
    link.start()
    sockets[0]?.onmessage?.({ data: 'nonsense' })
    sockets[0]?.say({ type: 'snapshot', state: {} })
    expect(link.store.getState().state).toBeNull()
    sockets[0]?.say({ type: 'refused', code: 'live.misfit', message: 'What?', mend: 'Nothing.' })
    sockets[0]?.close(1001)
    expect(refusals()).toBe(0)
    vi.advanceTimersByTime(250)
    sockets[1]?.close(4401)
    expect(refusals()).toBe(1)
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(2)
    link.reconnect()
    expect(sockets).toHaveLength(3)
    link.stop()
  })

  it('leaves no socket and no timer behind', () => {
    const { link, sockets } = linked()
    link.start()
    sockets[0]?.say({ type: 'snapshot', state })
    sockets[0]?.say({ type: 'patch', channels: [dial(2)] })
    link.reconnect()
    expect(link.store.getState().state?.kiosk).toBe('kiosk-1')
    link.stop()
    link.reconnect()
    expect(sockets).toHaveLength(2)
    expect(sockets.every((socket) => socket.closed)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
    expect(link.store.getState()).toEqual(nothingHeard)
  })
})
