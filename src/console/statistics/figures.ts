import type { VisitStatistics } from '../../shared/routes.ts'
import { placeInWeek } from './period.ts'

export type Row = VisitStatistics['rows'][number]

export const visitsIn = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + row.visits, 0)

export interface Change {
  difference: number
  /** As a fraction of what was before; null where there was nothing to compare with. */
  share: number | null
}

export function changeFrom(before: number, now: number): Change {
  return { difference: now - before, share: before === 0 ? null : (now - before) / before }
}

/** The row with most visits; the first of several. Null while nothing was visited. */
export function busiest(rows: readonly Row[]): Row | null {
  let best: Row | null = null
  for (const row of rows) if (row.visits > (best?.visits ?? 0)) best = row
  return best
}

/** On how many of its days a period had a visit. */
export const daysWithVisits = (days: readonly Row[]) => days.filter((row) => row.visits > 0).length

/** A row for every key, with no visits where the hub sent none. */
export function filled(keys: readonly string[], rows: readonly Row[]): Row[] {
  const known = new Map(rows.map((row) => [row.key, row]))
  return keys.map((key) => known.get(key) ?? { key, visits: 0, medianDwell: null })
}

export interface WeekByHour {
  /** From the first hour with a visit to the last. */
  hours: number[]
  /** Visits by weekday (Monday first), then by hour as in `hours`. */
  visits: number[][]
  most: number
}

/** Adds the hours of a period up into one week. */
export function weekByHour(rows: readonly Row[]): WeekByHour {
  const places = rows.filter((row) => row.visits > 0).map((row) => ({ ...placeInWeek(row.key), row }))
  if (places.length === 0) return { hours: [], visits: [], most: 0 }
  const first = Math.min(...places.map((place) => place.hour))
  const last = Math.max(...places.map((place) => place.hour))
  const hours = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const visits = Array.from({ length: 7 }, () => hours.map(() => 0))
  for (const { weekday, hour, row } of places) {
    const line = visits[weekday - 1]
    if (line) line[hour - first] = (line[hour - first] ?? 0) + row.visits
  }
  return { hours, visits, most: Math.max(...visits.flat()) }
}

/** Hour keys of one day, from the first hour with a visit to the last, and never less than the opening core. */
export function hourKeys(day: string, rows: readonly Row[]): string[] {
  const used = rows.filter((row) => row.visits > 0).map((row) => placeInWeek(row.key).hour)
  const first = Math.min(9, ...used)
  const last = Math.max(17, ...used)
  return Array.from({ length: last - first + 1 }, (_, i) => `${day}T${String(first + i).padStart(2, '0')}:00`)
}

/** Adds up the `visits` column of the hub's CSV, to hold it against the screen. Null for a CSV without that column. */
export function visitsInCsv(csv: string): number | null {
  const [head, ...lines] = csv
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map(fieldsOf)
  const column = head?.indexOf('visits') ?? -1
  if (column < 0) return null
  return lines.reduce((sum, fields) => sum + Number(fields[column] ?? 0), 0)
}

/** The fields of one line of CSV (RFC 4180; the hub's have no line breaks inside). */
function fieldsOf(line: string): string[] {
  const fields: string[] = []
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
  return fields
}
