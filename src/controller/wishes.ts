import { join } from 'node:path'
import { Desired, type Reported } from '../shared/mqtt.ts'
import type { Logger } from '../shared/node/logger.ts'
import { MakerhallError } from '../shared/problem.ts'
import { keptFile } from '../shared/server/index.ts'
import type { Exhibits } from './exhibits/index.ts'

/** True where `next` is newer than what was taken before: by epoch, then by version. */
export const isNewer = (next: Desired, before: Desired | null): boolean =>
  before === null ||
  next.epoch > before.epoch ||
  (next.epoch === before.epoch && next.version > before.version)

/**
 * What the hub wishes, and what is. A wish is taken once, when it is newer than the one before; what someone does at the
 * kiosk afterwards is reported, not undone. The newest is kept as DIR/controller/desired.json.
 */
export function createWishes(options: {
  dataDir: string
  exhibits: Pick<Exhibits, 'list' | 'get' | 'setMode' | 'endLease'>
  report: (reported: Reported) => void
  clock?: () => number
  logger: Logger
}) {
  const { dataDir, exhibits, report, clock = Date.now, logger } = options
  const kept = keptFile(join(dataDir, 'controller', 'desired.json'), Desired, logger)
  let taken = kept.read()
  let reported = ''

  /** One wish that cannot be met keeps no other from being met. */
  const attempt = (exhibit: string, act: () => unknown) => {
    try {
      act()
    } catch (error) {
      if (!(error instanceof MakerhallError)) throw error
      logger.warn({ exhibit, problem: error.problem }, 'A wish of the hub cannot be met')
    }
  }

  /** Kept once it is met: what ends or fails in between is wished again by the hub's broker after the next start. */
  function keep(desired: Desired): void {
    try {
      kept.write(desired)
    } catch (error) {
      logger.error({ err: error, file: kept.file }, 'The wish of the hub cannot be kept')
    }
  }

  function tell(): void {
    const modes = Object.fromEntries(exhibits.list().map(({ id, mode }) => [id, mode]))
    const now: Reported = { epoch: taken?.epoch ?? 0, version: taken?.version ?? 0, modes }
    const text = JSON.stringify(now)
    if (text === reported) return
    reported = text
    report(now)
  }

  return {
    take(desired: Desired): void {
      if (!isNewer(desired, taken)) return
      const before = taken
      taken = desired
      for (const [exhibit, wish] of Object.entries(desired.modes)) {
        const minutes = (Date.parse(wish.until) - clock()) / 60_000
        const same = JSON.stringify(before?.modes[exhibit]) === JSON.stringify(wish)
        if (minutes > 0 && !same)
          attempt(exhibit, () => exhibits.setMode(exhibit, { mode: wish.mode, minutes }, wish.by))
      }
      for (const [exhibit, wish] of Object.entries(before?.modes ?? {})) {
        const lease = exhibits.get(exhibit)?.lease
        if (!(exhibit in desired.modes) && lease?.by === wish.by && lease.mode === wish.mode)
          attempt(exhibit, () => exhibits.endLease(exhibit))
      }
      keep(desired)
      tell()
    },
    /** Tells the hub what is, where it changed. */
    tell,
  }
}
