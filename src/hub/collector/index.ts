import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Slug } from '../../shared/ids.ts'
import { Availability, type Committed, EventBatch, topics } from '../../shared/mqtt.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MqttConnection } from '../../shared/node/mqtt-connection.ts'
import type { Store } from '../store/index.ts'
import { Intake, type Place } from './intake.ts'

export interface CollectorOptions {
  /** The broker: the hub's own, or another; a name and a password in it hold where the two below are absent. */
  url: string
  username?: string
  password?: string
  /** Only this site's kiosks; all on the broker where absent. */
  site?: string
  store: Store
  logger: Logger
  /** Wall time in ms. */
  clock?: () => number
}

export interface CollectedKiosk {
  id: string
  /** By the kiosk's own word or its last will; false while there is no broker. */
  online: boolean
  /** ISO time at which something last came from it. */
  lastSeen: string | null
  stored: number
}

export interface CollectorStatus {
  connected: boolean
  /** False while the store takes nothing. */
  storing: boolean
  /** Events that wait for the store. */
  queued: number
  /** Events that were left to the kiosks because too many waited. */
  turnedAway: number
}

/** Takes what the kiosks tell into the store, and tells them what is committed. */
export interface Collector {
  start(): Promise<void>
  /** Takes in what has come, answers it, and goes. */
  stop(): Promise<void>
  kiosks(): Promise<CollectedKiosk[]>
  status(): CollectorStatus
  /** Goes to another broker. */
  connect(link: { url: string; username?: string; password?: string }): Promise<void>
}

/** A larger message is no batch of a kiosk's: bytes. */
const largest = 1024 * 1024

export function createCollector(options: CollectorOptions): Collector {
  const { store, logger, clock = Date.now } = options
  const online = new Set<string>()
  const heard = new Map<string, number>()
  let link: { url: string; username?: string; password?: string } = options
  let connection: MqttConnection | null = null

  const answer = ({ site, kiosk }: Place, committed: Committed) => {
    void connection?.publish(topics(site, kiosk).committed, JSON.stringify(committed))
  }
  const notKept = (error: unknown) => logger.error({ err: error }, 'The store failed')
  const intake = new Intake({ store, answer, logger })

  const takeEvents = (place: Place, payload: Buffer) => {
    const batch = payload.length <= largest ? parsed(EventBatch, payload) : null
    if (batch) {
      intake.add(place, batch.events)
      return
    }
    logger.warn(
      { kiosk: place.kiosk, bytes: payload.length },
      'A message that is no batch of events was set aside',
    )
    const content = payload.toString('utf8', 0, largest)
    store.setAside(place.kiosk, 'is no batch of events', content).catch(notKept)
  }

  const takeAvailability = (place: Place, payload: Buffer, retained: boolean) => {
    const state = parsed(Availability, payload)?.state
    if (state === 'online') online.add(place.kiosk)
    if (state === 'offline') online.delete(place.kiosk)
    // It may have sent something before we listened: this makes it send again now, not after its patience.
    if (state === 'online' && retained) answer(place, { streams: {} })
    if (state && !retained) store.seen(place.kiosk).catch(notKept)
  }

  const takeMessage = (topic: string, payload: Buffer, retained: boolean) => {
    const [, , site = '', kiosk = '', leaf] = topic.split('/')
    if (!Slug.safeParse(kiosk).success || !Slug.safeParse(site).success) return
    const place = { site, kiosk }
    // What is retained may have been said long ago.
    if (!retained) heard.set(kiosk, clock())
    if (leaf === 'events') takeEvents(place, payload)
    else if (leaf === 'availability') takeAvailability(place, payload, retained)
  }

  const open = () => {
    const { url, username, password } = link
    const every = topics(options.site ?? '+', '+')
    connection = new MqttConnection({
      url,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      clientId: `makerhall-hub-${randomUUID().slice(0, 8)}`,
      subscriptions: [every.events, every.availability, every.state],
      onOpen: () => logger.info({}, 'The collector listens'),
      onClose: () => online.clear(),
      onMessage: takeMessage,
      logger,
    })
    connection.start()
  }
  const close = async () => {
    const before = connection
    await intake.settled()
    connection = null
    online.clear()
    await before?.stop()
  }

  return {
    async start() {
      for (const { kiosk, lastSeen } of await store.kiosks()) heard.set(kiosk, lastSeen)
      open()
    },
    stop: close,
    async kiosks() {
      const stored = new Map((await store.kiosks()).map((known) => [known.kiosk, known.stored]))
      return [...heard].sort(byId).map(([id, lastSeen]) => ({
        id,
        online: online.has(id),
        lastSeen: new Date(lastSeen).toISOString(),
        stored: stored.get(id) ?? 0,
      }))
    },
    status: () => ({ connected: connection?.open ?? false, ...intake.status() }),
    async connect(next) {
      await close()
      link = next
      open()
    },
  }
}

function byId([one]: [string, number], [other]: [string, number]): number {
  return one < other ? -1 : 1
}

function parsed<Schema extends z.ZodType>(schema: Schema, payload: Buffer): z.infer<Schema> | null {
  try {
    return schema.parse(JSON.parse(payload.toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
