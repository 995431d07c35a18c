import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { Logger } from './logger.ts'

export interface MqttConnectionOptions {
  /** `mqtt://` or `mqtts://`; a name and a password in it hold where the two below are absent. */
  url: string
  username?: string
  password?: string
  /** A second connection with the same name ends the first. */
  clientId: string
  will?: { topic: string; payload: string }
  /** Subscribed to, with QoS 1, before `onOpen`. */
  subscriptions: readonly string[]
  onOpen: () => void
  /** `retained`: it was said before we subscribed. */
  onMessage: (topic: string, payload: Buffer, retained: boolean) => void
  onClose: () => void
  logger: Logger
  /** Pauses between attempts in ms: the first, and the longest after doubling. */
  pause?: { first: number; most: number }
}

/**
 * A connection to a broker (MQTT 3.1.1, clean session) that is made again, after growing pauses, whenever it ends.
 * Each attempt is a new client: nothing is queued or sent again behind our back, because what must not be lost is kept
 * by whoever publishes.
 */
export class MqttConnection {
  readonly #options: MqttConnectionOptions
  #client: MqttClient | null = null
  #open = false
  #failures = 0
  #timer: NodeJS.Timeout | null = null
  #stopped = true
  #told = ''

  constructor(options: MqttConnectionOptions) {
    this.#options = options
  }

  get open(): boolean {
    return this.#open
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#connect()
  }

  /** Publishes with QoS 1 where the connection is open; false where it is not, or ends before the broker has it. */
  publish(topic: string, payload: string, { retain = false } = {}): Promise<boolean> {
    const client = this.#client
    if (!client || !this.#open) return Promise.resolve(false)
    return new Promise((resolve) => {
      const ended = () => resolve(false)
      client.once('close', ended)
      client.publish(topic, payload, { qos: 1, retain }, (error) => {
        client.off('close', ended)
        resolve(!error)
      })
    })
  }

  /** Ends the connection. Publish what shall be said last, and wait for it, before. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const client = this.#client
    this.#client = null
    const wasOpen = this.#open
    this.#open = false
    if (client) {
      // A graceful end sends DISCONNECT, so that the broker drops the will, but waits for what is unacknowledged.
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
      client.end(!wasOpen)
      const patience = setTimeout(() => client.stream.destroy(), 300)
      await closed
      clearTimeout(patience)
    }
  }

  #connect(): void {
    const client = connect(clientOptions(this.#options))
    this.#client = client
    // An unlimited number of publishes may wait for the same `close`.
    client.setMaxListeners(0)
    client.on('error', (error) => this.#say(error.message))
    client.on('message', (topic, payload, { retain }) => {
      if (this.#client !== client) return
      try {
        this.#options.onMessage(topic, payload, retain)
      } catch (error) {
        this.#options.logger.error({ err: error, topic }, 'A message could not be dealt with')
      }
    })
    client.once('connect', () => void this.#subscribe(client))
    client.once('close', () => this.#closed(client))
  }

  async #subscribe(client: MqttClient): Promise<void> {
    const { subscriptions, onOpen } = this.#options
    try {
      const granted = await client.subscribeAsync([...subscriptions], { qos: 1 })
      const refused = granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic)
      if (refused.length > 0) throw new Error(`the broker refuses the subscription to ${refused.join(', ')}`)
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error))
      client.end(true)
      return
    }
    if (this.#client !== client || !client.connected) return
    this.#failures = 0
    this.#told = ''
    this.#open = true
    onOpen()
  }

  #closed(client: MqttClient): void {
    client.end(true)
    if (this.#client !== client) return
    this.#client = null
    const wasOpen = this.#open
    this.#open = false
    if (wasOpen) this.#options.onClose()
    if (this.#stopped) return
    const { first, most } = this.#options.pause ?? { first: 500, most: 5_000 }
    this.#timer = setTimeout(() => this.#connect(), Math.min(most, first * 2 ** this.#failures))
    this.#failures += 1
  }

  /** The same trouble is told once, not at each attempt. */
  #say(message: string): void {
    if (message === this.#told) return
    this.#told = message
    this.#options.logger.warn({ why: message, broker: withoutPassword(this.#options.url) }, 'No broker')
  }
}

function clientOptions({ url, username, password, clientId, will }: MqttConnectionOptions): IClientOptions {
  const { protocol, hostname, port, username: urlName, password: urlPassword } = new URL(url)
  const name = username ?? (urlName ? decodeURIComponent(urlName) : undefined)
  const secret = password ?? (urlPassword ? decodeURIComponent(urlPassword) : undefined)
  return {
    protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (protocol === 'mqtts:' ? 8883 : 1883),
    ...(name !== undefined && { username: name }),
    ...(secret !== undefined && { password: secret }),
    ...(will && { will: { ...will, payload: Buffer.from(will.payload), qos: 1 as const, retain: true } }),
    clientId,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    keepalive: 15,
    queueQoSZero: false,
    resubscribe: false,
  }
}

/** A broker's URL as it may stand in a log. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url)
  parsed.password = ''
  return parsed.toString()
}
