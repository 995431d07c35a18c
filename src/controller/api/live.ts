import '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import { type LiveDown, LiveHello, type LiveState, LiveUp } from '../../shared/live.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import {
  type Authenticate,
  httpOrigin,
  type Identity,
  originOf,
  Refusal,
  sameOrigin,
  whoCalls,
} from '../../shared/server/index.ts'
import {
  type Allowance,
  fullAllowance,
  mayPlay,
  noChanges,
  patchOf,
  seesBoards,
  spend,
} from './live-rules.ts'
import type { Rooms } from './rooms.ts'

export interface LiveOptions {
  rooms: Rooms
  authenticate: Authenticate
  kiosk: string
  site: LiveState['site']
  languages: LiveState['languages']
  peers: () => readonly string[]
  sceneFailed: (exhibit: string, why: 'hung' | 'threw' | 'not-loaded') => void
  logger: Logger
}

/** Why a socket was closed (application codes of RFC 6455). */
export const closeCodes = { goingAway: 1001, notSignedIn: 4401, tooLate: 4408, misbehaved: 4429 } as const

/** Milliseconds. A patch goes at once, then at most one every 16 ms, a screen's own pace. */
const pace = 16
const helloWithin = 5000
const tickEvery = 1000
const checkEveryTicks = 10
/** Bytes waiting for a slow page: above the first it gets no more, below the second a fresh snapshot. */
const fullAt = 512 * 1024
const drainedAt = 16 * 1024
const slowestTicks = 30
const misfitsAllowed = 20
/** Misfits are forgotten so often: a page stays open for months. */
const forgivenEveryTicks = 60
const strangersAllowed = 64

interface Page {
  socket: WebSocket
  token: string
  who: Identity
  behind: boolean
  behindTicks: number
  /** What has woken the page while it was behind. */
  missed: Map<string, LiveDown>
  misfits: number
  allowance: Allowance
}

/** The live socket: the kiosk's state as a snapshot and patches, and what its pages do. */
export function createLive({
  rooms,
  authenticate,
  kiosk,
  site,
  languages,
  peers,
  sceneFailed,
  logger,
}: LiveOptions) {
  const { boards, channels, exhibits, visits } = rooms
  const pages = new Set<Page>()
  const strangers = new Set<WebSocket>()
  let changes = noChanges()
  let sentAt = Number.NEGATIVE_INFINITY
  let flushing: NodeJS.Timeout | 'soon' | null = null
  let ticking: NodeJS.Timeout | undefined
  let ticks = 0
  let unsubscribe: (() => void)[] = []

  const stateFor = ({ who }: Page): LiveState => ({
    kiosk,
    site,
    languages,
    roles: [...who.roles],
    exhibits: exhibits.list(),
    channels: channels.values(),
    boards: seesBoards(who.roles) ? boards.list() : [],
    visit: visits.current(),
  })
  const send = (page: Page, message: LiveDown) => page.socket.send(JSON.stringify(message))
  const sendSnapshot = (page: Page) => send(page, { type: 'snapshot', state: stateFor(page) })

  /** Things that change in one turn (the channels of one report) leave in one patch. */
  function changed() {
    if (flushing) return
    const wait = sentAt + pace - performance.now()
    if (wait > 0) {
      flushing = setTimeout(flush, wait)
      return
    }
    flushing = 'soon'
    queueMicrotask(() => {
      if (flushing === 'soon') flush()
    })
  }

  function flush() {
    flushing = null
    sentAt = performance.now()
    const done = changes
    changes = noChanges()
    if (pages.size === 0) return
    const patches = [patchOf(done, false), patchOf(done, true)] as const
    const texts = patches.map((patch) => patch && JSON.stringify(patch))
    for (const page of pages) {
      if (!keepsUp(page)) continue
      const text = texts[seesBoards(page.who.roles) ? 1 : 0]
      if (text) page.socket.send(text)
    }
  }

  /** A page that reads too slowly gets the newest state once it has caught up, not all that was before. */
  function keepsUp(page: Page): boolean {
    const waiting = page.socket.bufferedAmount
    if (!page.behind) {
      page.behind = waiting > fullAt
      page.behindTicks = 0
    } else if (waiting < drainedAt) {
      page.behind = false
      sendSnapshot(page)
      for (const woken of page.missed.values()) send(page, woken)
      page.missed.clear()
      return false
    }
    return !page.behind
  }

  function tick() {
    ticks += 1
    const text = JSON.stringify({ type: 'tick', at: new Date().toISOString() } satisfies LiveDown)
    for (const page of pages) {
      if (keepsUp(page)) page.socket.send(text)
      else if (page.behind && ++page.behindTicks > slowestTicks) page.socket.terminate()
      if (ticks % checkEveryTicks === 0) void checkAgain(page)
      if (ticks % forgivenEveryTicks === 0) page.misfits = 0
    }
  }

  /** Tokens expire and accounts go; an open socket must not outlive them. */
  async function checkAgain(page: Page) {
    const who = await authenticate(page.token)
    if (!who) page.socket.close(closeCodes.notSignedIn, 'signed out')
    else page.who = who
  }

  function welcome(socket: WebSocket) {
    // The eldest goes: a page says who it is at once, and whoever only holds sockets open shuts nobody out.
    for (const eldest of strangers) {
      if (strangers.size < strangersAllowed) break
      strangers.delete(eldest)
      eldest.terminate()
    }
    strangers.add(socket)
    const late = setTimeout(() => socket.close(closeCodes.tooLate, 'no token came'), helloWithin)
    socket.once('close', () => {
      clearTimeout(late)
      strangers.delete(socket)
    })
    socket.once('message', (data) => {
      clearTimeout(late)
      void introduce(socket, String(data)).catch((error) => {
        logger.error({ err: error }, 'A live socket could not be let in')
        socket.close(closeCodes.notSignedIn, 'sign in first')
      })
    })
  }

  async function introduce(socket: WebSocket, text: string) {
    // What comes while the token is looked at must not be lost.
    const early: string[] = []
    const keep = (data: unknown) => {
      if (early.push(String(data)) > atMostEarly) socket.close(closeCodes.misbehaved, 'too much at once')
    }
    socket.on('message', keep)
    const hello = LiveHello.safeParse(parseJson(text))
    const who = hello.success ? await authenticate(hello.data.token) : null
    socket.off('message', keep)
    if (!hello.success || !who) {
      socket.close(closeCodes.notSignedIn, 'sign in first')
      return
    }
    if (socket.readyState !== socket.OPEN) return
    strangers.delete(socket)
    const page: Page = {
      socket,
      token: hello.data.token,
      who,
      behind: false,
      behindTicks: 0,
      missed: new Map(),
      misfits: 0,
      allowance: fullAllowance(performance.now()),
    }
    pages.add(page)
    socket.once('close', () => pages.delete(page))
    socket.on('message', (data) => hear(page, String(data)))
    sendSnapshot(page)
    for (const message of early) hear(page, message)
  }

  function hear(page: Page, text: string) {
    const allowance = spend(page.allowance, performance.now())
    if (!allowance) return refuse(page, tooFast)
    page.allowance = allowance
    const message = LiveUp.safeParse(parseJson(text))
    if (!message.success) return refuse(page, misfit)
    if (!mayPlay(page.who.roles)) return refuse(page, notAllowed)
    try {
      obey(message.data)
    } catch (error) {
      if (!(error instanceof MakerhallError)) throw error
      const { code, message, mend } = error.problem
      send(page, { type: 'refused', code, message, mend })
    }
  }

  function obey(message: LiveUp) {
    if (!exhibits.get(message.exhibit)) throw unknownExhibit(message.exhibit)
    switch (message.type) {
      case 'touch':
        return exhibits.touch(message.exhibit, message.channel, message.value)
      case 'act':
        return visits.act(message.exhibit, 'touch', message.language)
      case 'stage':
        return visits.stage(message.exhibit, message.stage)
      case 'language':
        return visits.language(message.exhibit, message.language)
      case 'mode':
        exhibits.chooseMode(message.exhibit, message.mode)
        return
      case 'leave':
        return visits.leave(message.exhibit)
      case 'scene-failed':
        return sceneFailed(message.exhibit, message.why)
    }
  }

  function refuse(page: Page, problem: { code: string; message: string; mend: string }) {
    page.misfits += 1
    if (page.misfits > misfitsAllowed) page.socket.close(closeCodes.misbehaved, 'too many misfits')
    else send(page, { type: 'refused', ...problem })
  }

  return {
    start() {
      unsubscribe = [
        channels.onValue((value) => {
          changes.channels.set(`${value.exhibit} ${value.channel}`, value)
          changed()
        }),
        exhibits.onChange((status) => {
          changes.exhibits.set(status.id, status)
          changed()
        }),
        boards.onStatus((status) => {
          changes.boards.set(status.id, status)
          changed()
        }),
        visits.onChange((visit) => {
          changes.visit = visit
          changed()
        }),
        exhibits.onActivity(({ exhibit, by }) => {
          const woken: LiveDown = { type: 'woken', exhibit, by }
          // Each act counts: where there is no finger, the page knows only by these that someone is still there.
          for (const page of pages) {
            if (page.behind) page.missed.set(`${exhibit} ${by}`, woken)
            else send(page, woken)
          }
        }),
      ]
      ticking = setInterval(tick, tickEvery)
    },
    stop() {
      for (const end of unsubscribe) end()
      unsubscribe = []
      clearInterval(ticking)
      if (flushing && flushing !== 'soon') clearTimeout(flushing)
      flushing = null
      for (const socket of [...strangers, ...[...pages].map((page) => page.socket)])
        socket.close(closeCodes.goingAway, 'the controller ends')
    },
    register(app: FastifyInstance) {
      app.route({
        method: 'GET',
        url: '/api/live',
        schema: {
          summary: 'The live socket (WebSocket)',
          description: 'The first message is {"token"}; see docs/api.md. Without an upgrade it answers 426.',
        },
        onRequest: async (request) => {
          if (!request.ws) {
            await whoCalls(request, ['visitor', 'educator', 'technician', 'staff', 'admin'], { authenticate })
            return
          }
          const origin = request.headers.origin
          const ours = [originOf(request), ...peers()]
          if (origin && !ours.some((one) => sameOrigin(one, httpOrigin(origin) ?? '')))
            throw new Refusal(403, {
              code: 'request.origin',
              message: 'Pages of that origin may not listen here.',
              mend: 'Open the page from this server.',
            })
        },
        handler: async () => {
          throw new Refusal(426, {
            code: 'request.upgrade',
            message: 'This is a WebSocket.',
            mend: 'Connect with a WebSocket client.',
          })
        },
        wsHandler: (socket) => welcome(socket),
      })
    },
    /** How many pages listen now. */
    count: () => pages.size,
  }
}

const atMostEarly = 50

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const tooFast = {
  code: 'live.too-fast',
  message: 'These are more messages than this socket may send.',
  mend: 'Send at most 200 a second.',
}
const misfit = {
  code: 'live.misfit',
  message: 'This message is none that is understood here.',
  mend: 'See docs/api.md for those that are.',
}
const notAllowed = {
  code: 'sign-in.role',
  message: 'This role may look, not play.',
  mend: 'Sign in as an educator or a technician.',
}
const unknownExhibit = (id: string) =>
  new MakerhallError({
    code: 'exhibit.unknown',
    message: `There is no exhibit ${id} here.`,
    mend: 'Use one of those in the snapshot.',
  })
