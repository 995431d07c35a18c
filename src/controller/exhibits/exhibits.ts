import type { ChannelValue } from '../../shared/channel.ts'
import type { Fact } from '../../shared/event.ts'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import { Listeners } from '../../shared/listeners.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { Channels } from '../channels/types.ts'
import { LeaseStore } from './lease-store.ts'
import { Exhibit } from './one-exhibit.ts'
import type { ExhibitPackage, Exhibits } from './types.ts'

export interface ExhibitsOptions {
  /** In the order of the site file, which is the order in which they are listed. */
  packages: readonly ExhibitPackage[]
  channels: Pick<Channels, 'get' | 'onValue' | 'write' | 'safe'>
  /** Leases are kept in `DIR/controller/modes.json`. */
  dataDir: string
  /** ms since 1970. Default: Date.now. */
  clock?: () => number
  /** ms by a clock that nobody sets. Default: performance.now. */
  monotonic?: () => number
  logger: Pick<Logger, 'warn' | 'error'>
}

type Activity = Parameters<Parameters<Exhibits['onActivity']>[0]>[0]

/** A week is what a lease may last at most, and less than setTimeout's longest. */
const longestMinutes = 10_080

/** Puts modes, leases, rules and activity of this site's exhibits between the channels and whoever looks or asks. */
export function createExhibits({
  packages,
  channels,
  dataDir,
  clock = Date.now,
  monotonic = () => performance.now(),
  logger,
}: ExhibitsOptions): Exhibits {
  const changes = new Listeners<ExhibitStatus>(logger)
  const facts = new Listeners<Fact>(logger)
  const activities = new Listeners<Activity>(logger)
  const drives = new Listeners<string>(logger)
  const leases = new LeaseStore(dataDir, clock, logger)
  const now = () => ({ wall: clock(), mono: monotonic() })
  let timer: NodeJS.Timeout | undefined
  let unsubscribe: (() => void) | undefined
  let keptBefore = '{}'

  const exhibits = new Map(
    packages.map((found) => [
      found.id,
      new Exhibit(found, {
        channels,
        changed: (status) => changes.emit(status),
        fact: (fact) => facts.emit(fact),
        activity: (by) => activities.emit({ exhibit: found.id, by }),
        driven: () => drives.emit(found.id),
        logger,
      }),
    ]),
  )

  function exhibit(id: string): Exhibit {
    const found = exhibits.get(id)
    if (found) return found
    throw new MakerhallError({
      code: 'exhibit.unknown',
      message: `There is no exhibit ${id} here.`,
      mend: `Use one of ${[...exhibits.keys()].join(', ')}.`,
    })
  }

  /** Keeps what has to survive a restart and sets the alarm to the first lease's end. */
  function settle(): void {
    const kept = Object.fromEntries([...exhibits].flatMap(([id, one]) => (one.kept ? [[id, one.kept]] : [])))
    const text = JSON.stringify(kept)
    if (text !== keptBefore) leases.save(kept)
    keptBefore = text
    clearTimeout(timer)
    const ends = [...exhibits.values()].flatMap((one) => one.leaseEnds ?? [])
    if (!unsubscribe || ends.length === 0) return
    const wait = Math.max(0, Math.min(...ends) - monotonic())
    timer = setTimeout(() => {
      for (const one of exhibits.values()) one.passTime(monotonic())
      settle()
    }, Math.ceil(wait))
  }

  function heard(value: ChannelValue, measured: boolean): void {
    exhibits.get(value.exhibit)?.heard(value, measured)
  }

  return {
    async start() {
      const kept = leases.load()
      keptBefore = JSON.stringify(Object.fromEntries(kept))
      for (const [id, one] of exhibits) one.start(kept.get(id), now())
      unsubscribe = channels.onValue(heard)
      settle()
    },
    async stop() {
      clearTimeout(timer)
      unsubscribe?.()
      unsubscribe = undefined
    },
    list: () => [...exhibits.values()].map((one) => one.status()),
    get: (id) => exhibits.get(id)?.status(),
    package: (id) => exhibits.get(id)?.package,
    onChange: (listener) => changes.add(listener),
    onFact: (listener) => facts.add(listener),
    onActivity: (listener) => activities.add(listener),
    onDriven: (listener) => drives.add(listener),
    setMode(id, { mode, minutes }, by) {
      const one = exhibit(id)
      one.checkMode(mode)
      if (!(minutes > 0 && minutes <= longestMinutes))
        throw new MakerhallError({
          code: 'mode.minutes',
          message: `A mode cannot be set for ${minutes} minutes.`,
          mend: `Use more than 0 and at most ${longestMinutes} minutes.`,
        })
      one.beginLease({ mode, minutes, by }, now())
      settle()
      return one.status()
    },
    endLease(id) {
      const one = exhibit(id)
      one.endLease()
      settle()
      return one.status()
    },
    chooseMode(id, mode) {
      const one = exhibit(id)
      one.checkMode(mode)
      one.chooseMode(mode)
      return one.status()
    },
    reset(id) {
      exhibit(id).reset()
    },
    touch(id, channel, value) {
      exhibit(id).touch(channel, value)
    },
    rest(id, code, problems) {
      exhibit(id).rest(code, problems)
    },
  }
}
