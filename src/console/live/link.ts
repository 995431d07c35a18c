import { createStore, type StoreApi } from 'zustand/vanilla'
import { LiveDown } from '../../shared/live.ts'
import { hear, type Live, nothingHeard, waitUntil } from './state.ts'

/** The part of a WebSocket that the link uses. */
export interface Socket {
  send(data: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export interface LiveLinkOptions {
  /** The controller's origin, `http://…`. */
  origin: string
  /** What holds at the controller, asked at each connect. */
  token: () => string | null
  /** The controller did not take the token. */
  onRefused: () => void
  /** Sees every message at once; the store is calmer. */
  onMessage?: (message: LiveDown, now: number) => void
  open?: (url: string) => Socket
  clock?: () => number
}

export interface LiveLink {
  readonly store: StoreApi<Live>
  start(): void
  /** Connects anew at once, with the token of now; what is known stays until the answer. */
  reconnect(): void
  stop(): void
}

/** Readings come at board rate; figures that change faster than this cannot be read. In ms. */
const calm = 150
/** The controller closes with this code when it does not, or no longer, take the token. */
const notSignedIn = 4401
const pauses = [250, 500, 1000, 2000, 3000]

/** Follows the controller's live socket and comes back whenever it is gone, with growing pauses. */
export function createLiveLink(options: LiveLinkOptions): LiveLink {
  const clock = options.clock ?? Date.now
  const open = options.open ?? ((url: string) => new WebSocket(url) as Socket)
  const store = createStore<Live>(() => nothingHeard)
  let socket: Socket | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let flush: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setInterval> | undefined
  let failures = 0
  let since = 0
  /** Ahead of the store by at most `calm`. */
  let live = nothingHeard

  function publish() {
    clearTimeout(flush)
    flush = undefined
    store.setState(live, true)
  }

  function receive(data: unknown) {
    const message = read(data)
    if (message === null) return
    const now = clock()
    const wasStale = live.stale
    live = hear(live, message, now)
    options.onMessage?.(message, now)
    if (message.type === 'snapshot') failures = 0
    const onlyReadings = message.type === 'patch' && !message.exhibits && !message.boards
    if (!onlyReadings || wasStale) publish()
    else flush ??= setTimeout(publish, calm)
  }

  function connect() {
    const token = options.token()
    if (token === null) return
    live = { ...live, link: 'connecting' }
    publish()
    const url = new URL('/api/live', options.origin)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const mine = open(url.href)
    socket = mine
    mine.onopen = () => {
      mine.send(JSON.stringify({ token }))
      live = { ...live, link: 'open' }
      publish()
    }
    mine.onmessage = (event) => receive(event.data)
    mine.onclose = ({ code }) => {
      if (socket !== mine) return
      socket = null
      live = { ...live, link: 'connecting' }
      publish()
      if (code === notSignedIn) {
        options.onRefused()
        return
      }
      retry = setTimeout(connect, pauses[Math.min(failures, pauses.length - 1)])
      failures += 1
    }
  }

  /** Closes the socket without a thought of coming back. */
  function hangUp() {
    clearTimeout(retry)
    const mine = socket
    socket = null
    failures = 0
    mine?.close()
  }

  return {
    store,
    start() {
      if (watch !== undefined) return
      since = clock()
      watch = setInterval(() => {
        const next = waitUntil(live, clock(), since)
        if (next === live) return
        live = next
        publish()
      }, 250)
      connect()
    },
    reconnect() {
      if (watch === undefined) return
      hangUp()
      connect()
    },
    stop() {
      hangUp()
      clearInterval(watch)
      clearTimeout(flush)
      watch = undefined
      flush = undefined
      live = nothingHeard
      store.setState(live, true)
    },
  }
}

function read(data: unknown): LiveDown | null {
  try {
    return LiveDown.parse(JSON.parse(String(data)))
  } catch {
    return null
  }
}
