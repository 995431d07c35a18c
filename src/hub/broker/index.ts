import { createServer, type Server, type Socket } from 'node:net'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import type { Logger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import { packetLengths } from './packet-lengths.ts'
import {
  fromKiosk,
  type Identity,
  placeOf,
  refusesPublish,
  refusesSubscribe,
  sameIdentity,
} from './rights.ts'

export type { Identity } from './rights.ts'

export interface BrokerOptions {
  /** 0: any free port. */
  port: number
  /** 127.0.0.1 where absent. */
  host?: string
  /** How many connections there may be at once; 1,000 where absent. */
  connections?: number
  /** Null: nobody we know. A throw or a rejection counts as that, too, and is logged. */
  authenticate: (
    username: string | undefined,
    password: string | undefined,
  ) => Identity | null | Promise<Identity | null>
  logger: Logger
}

export interface Broker {
  /** Rejects with MakerhallError `broker.port` where the port is taken. */
  start(): Promise<void>
  stop(): Promise<void>
  /** The port it listens on, once it has started. */
  port(): number
  /** Ends the connections of a kiosk that may no longer come in. */
  disconnect(kiosk: string): void
}

/** CONNACK's return codes (MQTT 3.1.1, table 3.1). */
const identifierRejected = 2
const badUsernameOrPassword = 4

/** The longest packet, in bytes, of someone who has not signed in yet, and of one who has. */
const longestPacket = { stranger: 64 * 1024, known: 1024 * 1024 }

/**
 * The hub's own broker: MQTT 3.1.1, everything in memory. What it forgets at a restart its clients say again. A kiosk
 * speaks under its own name alone and hears what is said to it; an observer hears everything.
 */
export function createBroker(options: BrokerOptions): Broker {
  const { port, host = '127.0.0.1', connections = 1_000, authenticate, logger } = options
  const identities = new WeakMap<Client, Identity>()
  const clients = new Set<Client>()
  const sockets = new Set<Socket>()
  /** The site that each kiosk last published under. */
  const sites = new Map<string, string>()
  let aedes: Aedes | null = null
  let server: Server | null = null

  const refused = (client: Client, why: string): Error => {
    logger.warn({ client: client.id, why }, 'The broker refused a client')
    return new Error(why)
  }

  /** What a kiosk retained under another site is forgotten, so that it has but one place to fill. */
  const moved = (kiosk: string, site: string): void => {
    const before = sites.get(kiosk)
    sites.set(kiosk, site)
    if (before === undefined || before === site) return
    for (const leaf of fromKiosk) {
      const topic = `makerhall/v1/${before}/${kiosk}/${leaf}`
      const nothing = { topic, payload: '', qos: 0, retain: true, dup: false } as const
      aedes?.publish({ cmd: 'publish', ...nothing }, (error) => {
        if (error) logger.error({ err: error, topic }, 'What was retained could not be forgotten')
      })
    }
  }

  /** The whole of a packet is held in memory until it has come: one that declares too much is not waited for. */
  const guard = (socket: Socket, client: Client): void => {
    const lengthsIn = packetLengths()
    // The broker reads by itself; this hears of each chunk before it is taken apart.
    socket.on('data', (chunk: Buffer) => {
      const longest = identities.has(client) ? longestPacket.known : longestPacket.stranger
      const length = lengthsIn(chunk)
      if (length <= longest || socket.destroyed) return
      refused(client, `a packet of ${length} bytes is longer than ${longest}`)
      socket.destroy()
    })
  }

  const handlers: AedesOptions = {
    preConnect(_client, packet, done) {
      // Nothing is kept for those who are away: an observer who never comes back would fill the memory.
      packet.clean = true
      done(null, true)
    },
    authenticate(client, username, password, done) {
      void Promise.resolve()
        .then(() => authenticate(username, password?.toString('utf8')))
        .catch((error: unknown) => {
          logger.error({ err: error }, 'Signing in to the broker failed')
          return null
        })
        .then((identity) => {
          const other = [...clients].find(({ id }) => id === client.id)
          const owner = other && identities.get(other)
          if (!identity) {
            const why = refused(client, 'unknown name or wrong password')
            done(Object.assign(why, { returnCode: badUsernameOrPassword }), null)
          } else if (owner && !sameIdentity(owner, identity)) {
            const why = refused(client, 'this client id belongs to another')
            done(Object.assign(why, { returnCode: identifierRejected }), null)
          } else {
            identities.set(client, identity)
            done(null, true)
          }
        })
    },
    authorizePublish(client, packet, done) {
      const identity = client && identities.get(client)
      const why = identity && refusesPublish(identity, packet.topic, packet.retain)
      const site = placeOf(packet.topic)?.site
      if (identity?.role === 'kiosk' && why === null && site) moved(identity.kiosk, site)
      // MQTT 3.1.1 knows no refusal of a message: an error ends the connection.
      done(client && why !== null ? refused(client, why ?? 'not signed in') : null)
    },
    authorizeSubscribe(client, subscription, done) {
      const identity = identities.get(client)
      const why = identity ? refusesSubscribe(identity, subscription.topic) : 'not signed in'
      if (why !== null) refused(client, why)
      done(null, why === null ? subscription : null)
    },
  }

  return {
    async start() {
      const broker = await Aedes.createBroker(handlers)
      aedes = broker
      broker.on('client', (client) => clients.add(client))
      broker.on('clientDisconnect', (client) => clients.delete(client))
      broker.on('clientError', (client, error) =>
        logger.info({ client: client.id, why: error.message }, 'A client was cut off'),
      )
      const listener = createServer((socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        guard(socket, broker.handle(socket))
      })
      listener.maxConnections = connections
      server = listener
      try {
        await new Promise<void>((resolve, reject) => {
          listener.once('error', reject)
          listener.listen(port, host, resolve)
        })
      } catch (error) {
        await this.stop()
        throw cannotListen(error, port)
      }
    },
    async stop() {
      const [listener, broker] = [server, aedes]
      server = null
      aedes = null
      const closed = new Promise<void>((resolve) => (listener ? listener.close(() => resolve()) : resolve()))
      await new Promise<void>((resolve) => (broker ? broker.close(resolve) : resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    port() {
      const address = server?.address()
      return address && typeof address === 'object' ? address.port : port
    },
    disconnect(kiosk) {
      for (const client of clients) {
        const identity = identities.get(client)
        if (identity?.role === 'kiosk' && identity.kiosk === kiosk) client.close()
      }
    },
  }
}

function cannotListen(error: unknown, port: number): MakerhallError {
  const why = error instanceof Error ? error.message : String(error)
  return new MakerhallError(
    {
      code: 'broker.port',
      message: `The broker cannot listen on port ${port}: ${why}.`,
      mend: 'End the other program on that port, or choose another port.',
    },
    { cause: error },
  )
}
