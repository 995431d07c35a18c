import type { VisitStatistics } from '../../shared/routes.ts'
import type { VisitRow } from '../store/index.ts'
import { zoneClock } from './zone.ts'

export type By = 'hour' | 'day' | 'exhibit'

/**
 * Visits by hour, day or exhibit, with the median dwell in seconds.
 *
 * A visit is one use of an exhibit, from the first to the last input; it is not a person. It counts once, in the row of
 * its begin, however long it lasts and however it ended. The median is taken over visits that ended by themselves
 * (`completed` or `left`): one that still goes on has no dwell yet, and one that a crash cut off (`interrupted`) is
 * censored: its dwell tells how long it lasted at least, not how long it would have. Null where no visit of the row is
 * left. Dwell leaves out the idle tail. Rows without a visit do not appear; the others are in the order of their keys.
 *
 * Holding time: B. Serrell, Paying Attention: Visitors and Museum Exhibitions, American Association of Museums, 1998.
 */
export function countVisits(visits: readonly VisitRow[], by: By, zone: string): VisitStatistics {
  const keyOf = keyBy(by, zone)
  const groups = new Map<string, { visits: number; dwells: number[] }>()
  for (const visit of visits) {
    const key = keyOf(visit)
    const group = groups.get(key) ?? { visits: 0, dwells: [] }
    groups.set(key, group)
    group.visits += 1
    if (visit.dwell !== null && visit.how !== 'interrupted') group.dwells.push(visit.dwell)
  }
  const rows = [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, { visits, dwells }]) => ({ key, visits, medianDwell: median(dwells) }))
  return { zone, rows }
}

function keyBy(by: By, zone: string): (visit: VisitRow) => string {
  if (by === 'exhibit') return ({ exhibit }) => exhibit
  const clock = zoneClock(zone)
  return ({ begun }) => clock[by](begun)
}

/** The middle value, or the mean of the two in the middle; null of nothing. To the millisecond. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) return null
  return Math.round(((lower + upper) / 2) * 1000) / 1000
}
