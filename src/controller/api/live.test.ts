import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { LiveDown } from '../../shared/live.ts'
import { board, channelValue, openApi, type TestApi } from './fixture.ts'

const open: TestApi[] = []
const sockets: WebSocket[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const socket of sockets.splice(0)) socket.terminate()
  await Promise.all(open.splice(0).map(({ api }) => api.stop()))
})

async function listening(options: Parameters<typeof openApi>[0] = {}) {
  const one = await openApi(options)
  open.push(one)
  await one.api.start()
  return one
}

/** A page on the live socket that keeps what it is told. */
async function connect({ api }: TestApi, first: string | null, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port()}/api/live`, { headers })
  sockets.push(socket)
  const heard: LiveDown[] = []
  const waiting: (() => void)[] = []
  const wake = () => {
    for (const look of waiting.splice(0)) look()
  }
  let closed: number | null = null
  socket.on('message', (data) => {
    heard.push(LiveDown.parse(JSON.parse(String(data))))
    wake()
  })
  socket.on('close', (code) => {
    closed = code
    wake()
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  if (first !== null) socket.send(first)

  async function until<T>(look: () => T | undefined | null | false): Promise<T> {
    for (;;) {
      const found = look()
      if (found) return found
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return {
    socket,
    heard,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    of: <T extends LiveDown['type']>(type: T) =>
      until(() => heard.find((message): message is Extract<LiveDown, { type: T }> => message.type === type)),
    until,
    closed: () => until(() => closed),
  }
}
const hello = (token: string) => JSON.stringify({ token })
const misfits = [
  'nonsense',
  '{}',
  JSON.stringify({ type: 'touch' }),
  JSON.stringify({ type: 'act', exhibit: '../x' }),
]

describe('the first message', () => {
  it.each(['nonsense', '{}', hello('stranger'), JSON.stringify({ type: 'act' })])(
    '%s closes the socket',
    async (first) => {
      const page = await connect(await listening(), first)
      expect(await page.closed()).toBe(4401)
      expect(page.heard).toEqual([])
    },
  )

  it('is awaited of so many at most: whoever only holds sockets open shuts nobody out', async () => {
    const api = await listening()
    const silent = await Promise.all(Array.from({ length: 64 }, () => connect(api, null)))
    const page = await connect(api, hello('visitor'))
    await page.of('snapshot')
    // 1006: ended without a word, for a socket that is held open would not answer one.
    await Promise.race(silent.map(async ({ closed }) => expect(await closed()).toBe(1006)))
    expect(api.api.app.websocketServer.clients.size).toBe(64)
  })

  it('lets a visitor see all but the boards', async () => {
    const page = await connect(await listening(), hello('visitor'))
    const { state } = await page.of('snapshot')
    expect(state).toMatchObject({ kiosk: 'kiosk-1', roles: ['visitor'], boards: [], visit: null })
    expect(state.exhibits.map(({ id }) => id)).toEqual(['lamp'])
    expect(state.channels.map(({ channel }) => channel)).toEqual(['dial', 'glow'])
  })

  it('lets a technician see the boards', async () => {
    const page = await connect(await listening(), hello('technician'))
    expect((await page.of('snapshot')).state.boards).toEqual([board])
  })

  it('from a page of another origin is not even heard', async () => {
    const api = await listening()
    await expect(connect(api, hello('visitor'), { origin: 'http://evil.example' })).rejects.toThrow('403')
    await expect(connect(api, hello('visitor'), { host: 'evil.example' })).rejects.toThrow('421')
    const ours = await connect(api, hello('visitor'), { origin: `http://localhost:${api.api.port()}` })
    await ours.of('snapshot')
    await (await connect(api, hello('visitor'), { origin: 'http://localhost:8601' })).of('snapshot')
  })
})

describe('patches', () => {
  it('carry what changed together, each thing once and as it is now', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    await page.of('snapshot')
    for (const value of [1, 2, 3]) {
      api.values.emit(channelValue('dial', value))
      api.values.emit(channelValue('glow', value * 10))
    }
    const patch = await page.of('patch')
    expect(patch.channels?.map(({ channel, value }) => [channel, value])).toEqual([
      ['dial', 3],
      ['glow', 30],
    ])
  })

  it('tell visitors of no board, and technicians of each', async () => {
    const api = await listening()
    const visitor = await connect(api, hello('visitor'))
    const technician = await connect(api, hello('technician'))
    await visitor.of('snapshot')
    await technician.of('snapshot')
    api.boards.emit({ ...board, state: 'lost' })
    expect((await technician.of('patch')).boards).toMatchObject([{ id: 'uno', state: 'lost' }])
    api.visits.emit(null)
    expect(await visitor.of('patch')).toEqual({ type: 'patch', visit: null })
  })

  it('end with the last state, however fast the changes come', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    await page.of('snapshot')
    for (let n = 0; n <= 500; n++) {
      api.values.emit(channelValue('dial', n))
      if (n % 50 === 0) await new Promise((next) => setImmediate(next))
    }
    await page.until(() =>
      page.heard.some(
        (message) => message.type === 'patch' && message.channels?.some(({ value }) => value === 500),
      ),
    )
    expect(page.heard.length).toBeLessThan(100)
  })

  it('are no growing queue for a page that reads too slowly: it gets the newest state afterwards', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    await page.of('snapshot')
    page.socket.pause()
    const [served] = api.api.app.websocketServer.clients
    const waiting = () => served?.bufferedAmount ?? 0
    const long = 'x'.repeat(200_000)
    const tell = async () => {
      api.values.emit({ ...channelValue('dial', 1), unit: long })
      await new Promise((next) => setTimeout(next, 17))
    }
    while (waiting() <= 512 * 1024) await tell()
    const full = waiting()
    for (let n = 0; n < 20; n++) await tell()
    expect(waiting()).toBeLessThan(full + 3 * long.length)
    api.activities.emit({ exhibit: 'lamp', by: 'hardware' })
    expect(page.heard.filter(({ type }) => type === 'woken')).toEqual([])
    page.socket.resume()
    await page.until(() => page.heard.filter(({ type }) => type === 'snapshot').length === 2)
    expect(await page.of('woken')).toEqual({ type: 'woken', exhibit: 'lamp', by: 'hardware' })
  })

  it('are joined by a tick each second, and by what wakes the page', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    await page.of('snapshot')
    api.activities.emit({ exhibit: 'lamp', by: 'hardware' })
    expect(await page.of('woken')).toEqual({ type: 'woken', exhibit: 'lamp', by: 'hardware' })
    await page.of('tick')
  })
})

describe('what a page does', () => {
  it('reaches the rooms', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    // Sent before the answer to the first message: nothing is lost meanwhile.
    page.send({ type: 'act', exhibit: 'lamp', language: 'en' })
    page.send({ type: 'touch', exhibit: 'lamp', channel: 'dial', value: 2.5 })
    page.send({ type: 'stage', exhibit: 'lamp', stage: 'turned' })
    page.send({ type: 'language', exhibit: 'lamp', language: 'lv' })
    page.send({ type: 'leave', exhibit: 'lamp' })
    page.send({ type: 'scene-failed', exhibit: 'lamp', why: 'hung' })
    page.send('last')
    await page.of('refused')
    expect(api.asked).toEqual([
      ['act', 'lamp', 'touch', 'en'],
      ['touch', 'dial', 2.5],
      ['stage', 'lamp', 'turned'],
      ['language', 'lamp', 'lv'],
      ['leave', 'lamp'],
    ])
    expect(api.failed).toEqual([['lamp', 'hung']])
  })

  it.each([
    [{ type: 'touch', exhibit: 'lamp', channel: 'glow', value: 1 }, 'channel.not-touchable'],
    [{ type: 'mode', exhibit: 'lamp', mode: 'predict' }, 'mode.leased'],
    [{ type: 'act', exhibit: 'nix', language: 'lv' }, 'exhibit.unknown'],
  ])('%j is refused in words', async (message, code) => {
    const page = await connect(await listening(), hello('visitor'))
    page.send(message)
    expect(await page.of('refused')).toMatchObject({ code })
  })

  it('is not for those who only read figures', async () => {
    const page = await connect(await listening(), hello('staff'))
    page.send({ type: 'leave', exhibit: 'lamp' })
    expect(await page.of('refused')).toMatchObject({ code: 'sign-in.role' })
  })

  it('is refused when nobody understands it, and often enough ends the socket', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    for (let n = 0; n < 30; n++) page.send(misfits[n % misfits.length])
    expect(await page.closed()).toBe(4429)
    expect(page.heard.filter(({ type }) => type === 'refused')).toHaveLength(20)
    expect(api.asked).toEqual([])
  })

  it('is forgiven after a minute, for a page stays open for months', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const page = await connect(await listening(), hello('visitor'))
    const refused = () => page.heard.filter(({ type }) => type === 'refused').length
    for (const total of [15, 30]) {
      for (let n = 0; n < 15; n++) page.send('nonsense')
      await page.until(() => refused() === total || page.socket.readyState === WebSocket.CLOSED)
      expect(refused()).toBe(total)
      vi.advanceTimersByTime(60_000)
    }
  })

  it('is refused when it is too much', async () => {
    const api = await listening()
    const page = await connect(api, hello('visitor'))
    await page.of('snapshot')
    for (let n = 0; n < 700; n++) page.send({ type: 'leave', exhibit: 'lamp' })
    expect(await page.closed()).toBe(4429)
    expect(api.asked.length).toBeLessThan(700)
  })

  it('ends the socket where it is too long', async () => {
    const page = await connect(await listening(), hello('visitor'))
    await page.of('snapshot')
    page.send('x'.repeat(20_000))
    expect(await page.closed()).toBe(1009)
  })
})

it('tells its pages when it ends, and leaves no port behind', async () => {
  const api = await listening()
  const page = await connect(api, hello('visitor'))
  await page.of('snapshot')
  const port = api.api.port()
  await api.api.stop()
  expect(await page.closed()).toBe(1001)
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
})
