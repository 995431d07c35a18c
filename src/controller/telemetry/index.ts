import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Event, type Fact } from '../../shared/event.ts'
import { Listeners } from '../../shared/listeners.ts'
import type { Desired } from '../../shared/mqtt.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import { Link } from './link.ts'
import { Outbox } from './outbox.ts'
import { Sender } from './sender.ts'
import { type BrokerLink, OpenVisit, type Telemetry, type TelemetryStatus } from './types.ts'

export type { BrokerLink, Telemetry, TelemetryStatus } from './types.ts'
export { OpenVisit } from './types.ts'

export interface TelemetryOptions {
  /** DIR; the outbox is DIR/controller/outbox.sqlite. */
  dataDir: string
  kiosk: string
  site: string
  /** Null: facts wait until `connect`. */
  link: BrokerLink | null
  /** Wall time in ms. */
  clock: () => number
  /** Milliseconds since the controller started, by a clock that nobody sets. */
  monotonic: () => number
  logger: Logger
  /** How often a disk that took nothing is tried again, in ms; 3,000 where absent. */
  retryEvery?: number
  /** Stands in for a full disk in tests: pages of 4 KiB. */
  maxPages?: number
}

/** How long `stop` waits for the hub to take what waits, in ms. */
const lastCall = 400

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { dataDir, kiosk, site, clock, monotonic, logger } = options
  const folder = join(dataDir, 'controller')
  const statuses = new Listeners<TelemetryStatus>(logger)
  const wishes = new Listeners<Desired>(logger)

  const stamp = () => ({ at: new Date(clock()).toISOString(), mono: Math.max(0, monotonic()) })

  let started = false
  let wanted = options.link
  let setAside: string | undefined
  const outbox = new Outbox({
    file: join(folder, 'outbox.sqlite'),
    kiosk,
    session: randomUUID(),
    stamp,
    retryEvery: options.retryEvery ?? 3_000,
    ...(options.maxPages !== undefined && { maxPages: options.maxPages }),
    logger,
    onState: (state) => {
      if (state.setAside !== setAside) sender.begunAfresh()
      setAside = state.setAside
      sender.wake()
      changed()
    },
  })
  const sender: Sender = new Sender({
    take: (after, through) => outbox.take(after, through),
    remove: (streams, through) => outbox.remove(streams, through),
    publish: (payload) => link.events(payload),
    monotonic,
  })
  const link: Link = new Link({
    site,
    kiosk,
    sender,
    onDesired: (desired) => wishes.emit(desired),
    onChange: () => changed(),
    logger,
  })

  const status = (): TelemetryStatus => {
    const { waiting, oldest, recording, lost, setAside } = outbox.state()
    return {
      waiting,
      oldest,
      recording,
      broker: link.broker,
      ...(!recording && { lost }),
      ...(setAside !== undefined && { setAside }),
    }
  }
  const changed = () => statuses.emit(status())

  /** Only what fits the schema goes to the disk: nothing of a person can slip in by a forgotten field. */
  const check = (fact: Fact, at: string, mono: number): void => {
    Event.parse({ v: 1, kiosk, stream: randomUUID(), seq: 1, at, mono, ...fact })
  }

  return {
    async start() {
      makeFolder(folder)
      await outbox.start()
      started = true
      link.connect(wanted)
    },
    async stop() {
      await outbox.settled()
      await emptied(() => link.broker === 'connected' && outbox.state().waiting > 0, statuses)
      await link.stop()
      await outbox.stop()
    },
    connect(next) {
      wanted = next
      if (started) link.connect(next)
    },
    record(fact, visit) {
      try {
        const { at, mono } = stamp()
        check(fact, at, mono)
        outbox.add({
          at,
          mono,
          fact,
          ...(visit !== undefined && { visit: visit && JSON.stringify(visit) }),
        })
      } catch (error) {
        logger.error({ err: error, type: fact.type }, 'A fact that does not fit its schema was not recorded')
      }
    },
    keepVisit(visit) {
      const { at, mono } = stamp()
      outbox.add({ at, mono, visit: JSON.stringify(visit) })
    },
    async openVisit() {
      const json = await outbox.openVisit()
      if (json === null) return null
      const visit = OpenVisit.safeParse(JSON.parse(json))
      if (!visit.success)
        logger.warn({ err: visit.error }, 'The open visit could not be read and is left out')
      return visit.success ? visit.data : null
    },
    status,
    onStatus: (listener) => statuses.add(listener),
    publishState: (state) => link.state(state),
    publishReported: (reported) => link.reported(reported),
    onDesired: (listener) => wishes.add(listener),
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new MakerhallError(
      {
        code: 'telemetry.folder',
        file: folder,
        message: `The folder cannot be made: ${error instanceof Error ? error.message : String(error)}.`,
        mend: 'Choose a data folder that this user may write.',
      },
      { cause: error },
    )
  }
}

/** Waits until `waiting` is false, but no longer than the last call. */
function emptied(waiting: () => boolean, statuses: Listeners<TelemetryStatus>): Promise<void> {
  if (!waiting()) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      forget()
      resolve()
    }
    const timer = setTimeout(done, lastCall)
    const forget = statuses.add(() => {
      if (!waiting()) done()
    })
  })
}
