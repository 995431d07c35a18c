import { LiveDown, type LiveUp } from '../shared/live.ts'

/** What a link needs of a WebSocket, and what it is told by one. */
export interface Socket {
  send(text: string): void
  close(): void
}
export interface SocketListener {
  opened(): void
  heard(data: unknown): void
  closed(): void
}

export interface LinkOptions {
  open: (listener: SocketListener) => Socket
  /** The visitor's key. */
  token: string
  onMessage: (message: LiveDown) => void
  /** True once a snapshot is there, false when nothing was heard for 3 s. */
  onLive: (live: boolean) => void
}

export interface Link {
  start(): void
  stop(): void
  /** Lost while the controller is away: what a page reports is of the moment. */
  send(message: LiveUp): void
}

/** The controller ticks each second. */
const silentAfter = 3_000
const pauses = [300, 600, 1_200, 2_500, 5_000] as const

/**
 * One WebSocket to the controller, for as long as the page lives: opened again after pauses that grow. A socket that
 * closes and is back within the silence that a page can bear is never told of.
 */
export function createLink({ open, token, onMessage, onLive }: LinkOptions): Link {
  let socket: Socket | null = null
  /** The socket has answered our token with a snapshot. */
  let greeted = false
  let live = false
  let failures = 0
  let retrying: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  function tell(next: boolean) {
    if (live === next) return
    live = next
    onLive(next)
  }

  function drop() {
    const dropped = socket
    socket = null
    greeted = false
    dropped?.close()
    clearTimeout(retrying)
  }

  function retry() {
    drop()
    const pause = pauses[Math.min(failures, pauses.length - 1)]
    failures += 1
    retrying = setTimeout(connect, pause)
  }

  /** Starts to wait for the next word. */
  function listen() {
    clearTimeout(silence)
    silence = setTimeout(() => {
      tell(false)
      if (socket) retry()
    }, silentAfter)
  }

  function connect() {
    // What a dropped socket still says is not listened to.
    const opened: Socket = open({
      opened: () => socket === opened && opened.send(JSON.stringify({ token })),
      closed: () => socket === opened && retry(),
      heard: (data) => socket === opened && hear(data),
    })
    socket = opened
    // While a silence runs, it goes on: a socket that opens is no word yet.
    if (!live) listen()
  }

  function hear(data: unknown) {
    listen()
    const message = parse(data)
    if (!message) return
    onMessage(message)
    if (message.type !== 'snapshot') return
    greeted = true
    failures = 0
    tell(true)
  }

  return {
    start: connect,
    stop() {
      drop()
      clearTimeout(silence)
      tell(false)
    },
    send(message) {
      if (greeted) socket?.send(JSON.stringify(message))
    },
  }
}

function parse(data: unknown): LiveDown | null {
  if (typeof data !== 'string') return null
  try {
    return LiveDown.safeParse(JSON.parse(data)).data ?? null
  } catch {
    return null
  }
}
