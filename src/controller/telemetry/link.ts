import { z } from 'zod'
import {
  type Availability,
  Committed,
  Desired,
  type KioskState,
  type Reported,
  topics,
} from '../../shared/mqtt.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MqttConnection } from '../../shared/node/mqtt-connection.ts'
import type { Sender } from './sender.ts'
import type { BrokerLink } from './types.ts'

export interface LinkOptions {
  site: string
  kiosk: string
  sender: Sender
  onDesired: (desired: Desired) => void
  onChange: () => void
  logger: Logger
}

/** The kiosk at the broker: its topics, its availability, and what it last said of itself. */
export class Link {
  readonly #options: LinkOptions
  readonly #topics: ReturnType<typeof topics>
  #connection: MqttConnection | null = null
  #state: KioskState | null = null
  #reported: Reported | null = null
  /** One broker is left before the next is gone to. */
  #moving: Promise<void> = Promise.resolve()

  constructor(options: LinkOptions) {
    this.#options = options
    this.#topics = topics(options.site, options.kiosk)
  }

  get broker(): 'connected' | 'disconnected' | 'none' {
    if (!this.#connection) return 'none'
    return this.#connection.open ? 'connected' : 'disconnected'
  }

  connect(link: BrokerLink | null): void {
    const before = this.#connection
    const next = link ? this.#connectionTo(link) : null
    this.#connection = next
    this.#options.sender.close()
    this.#moving = this.#moving.then(async () => {
      try {
        if (before) await leave(before, this.#topics.availability)
        if (next && next === this.#connection) next.start()
      } catch (error) {
        // It stays without a connection; the next broker is gone to all the same.
        this.#options.logger.error({ err: error }, 'The broker cannot be gone to')
      }
    })
    this.#options.onChange()
  }

  async stop(): Promise<void> {
    this.connect(null)
    await this.#moving
  }

  events(payload: string): void {
    void this.#connection?.publish(this.#topics.events, payload)
  }

  state(state: KioskState): void {
    this.#state = state
    this.#publishRetained(this.#topics.state, state)
  }

  reported(reported: Reported): void {
    this.#reported = reported
    this.#publishRetained(this.#topics.reported, reported)
  }

  #connectionTo({ url, username, password }: BrokerLink): MqttConnection {
    const { site, kiosk, sender, onChange, logger } = this.#options
    const connection = new MqttConnection({
      url,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      clientId: `makerhall-${site}-${kiosk}`,
      will: { topic: this.#topics.availability, payload: availability('offline') },
      subscriptions: [this.#topics.committed, this.#topics.desired],
      onOpen: () => {
        void connection.publish(this.#topics.availability, availability('online'), { retain: true })
        if (this.#state) this.#publishRetained(this.#topics.state, this.#state)
        if (this.#reported) this.#publishRetained(this.#topics.reported, this.#reported)
        sender.open()
        onChange()
      },
      onClose: () => {
        sender.close()
        onChange()
      },
      onMessage: (topic, payload) => this.#heard(topic, payload),
      logger,
    })
    return connection
  }

  #heard(topic: string, payload: Buffer): void {
    const { sender, onDesired, logger } = this.#options
    if (topic === this.#topics.committed) {
      const committed = parsed(Committed, payload)
      if (committed) void sender.committed(committed)
      else logger.warn({ topic }, 'A message that is no list of committed events was left out')
    } else if (topic === this.#topics.desired) {
      const desired = parsed(Desired, payload)
      if (desired) onDesired(desired)
      else logger.warn({ topic }, 'A message that is no desired state was left out')
    }
  }

  #publishRetained(topic: string, message: KioskState | Reported): void {
    void this.#connection?.publish(topic, JSON.stringify(message), { retain: true })
  }
}

function availability(state: Availability['state']): string {
  return JSON.stringify({ state } satisfies Availability)
}

/** Says goodbye, waits a moment for the broker to have it, and goes. */
async function leave(connection: MqttConnection, topic: string): Promise<void> {
  const said = connection.publish(topic, availability('offline'), { retain: true })
  let timer: NodeJS.Timeout | undefined
  await Promise.race([said, new Promise((resolve) => (timer = setTimeout(resolve, 300)))])
  clearTimeout(timer)
  await connection.stop()
}

function parsed<Schema extends z.ZodType>(schema: Schema, payload: Buffer): z.infer<Schema> | null {
  try {
    return schema.parse(JSON.parse(payload.toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
