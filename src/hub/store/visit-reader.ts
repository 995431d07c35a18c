import { numeric, openSqliteReader, optionalNumber, optionalText, text } from '../../shared/node/sqlite.ts'

/** A visit that has begun. */
export interface VisitRow {
  exhibit: string
  /** Wall time in ms. */
  begun: number
  /** Null while it goes on, or its end has not come yet. */
  how: string | null
  /** Seconds. */
  dwell: number | null
  staffed: boolean
}

export interface VisitReader {
  /** Visits that began in [from, to), wall time in ms, in the order of their begin. */
  between(from: number, to: number): VisitRow[]
  close(): void
}

/** Reads visits beside the thread that writes them. The store must have been started before. */
export function openVisitReader(file: string): VisitReader {
  const db = openSqliteReader(file)
  const between = db.prepare(
    `SELECT exhibit, begun, how, dwell, staffed FROM visits
     WHERE begun >= ? AND begun < ? ORDER BY begun, kiosk, visit`,
  )
  return {
    between: (from, to) =>
      between.all(from, to).map(({ exhibit, begun, how, dwell, staffed }) => ({
        exhibit: text(exhibit),
        begun: numeric(begun),
        how: optionalText(how),
        dwell: optionalNumber(dwell),
        staffed: numeric(staffed) !== 0,
      })),
    close: () => db.close(),
  }
}
