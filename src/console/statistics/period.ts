import { Temporal } from 'temporal-polyfill'

/** What a person chose to look at; `from` and `to` are days, both included. */
export type Choice =
  | { kind: 'today' | 'week' | 'month' }
  | { kind: 'range'; from: Temporal.PlainDate; to: Temporal.PlainDate }

/** What visits are counted by. */
export type By = 'hour' | 'day' | 'exhibit'

/** From an instant (included) to an instant (left out), as the hub's routes take them. */
export interface Span {
  from: string
  to: string
}

export interface Period {
  /** This day, in the zone. */
  today: Temporal.PlainDate
  /** The first and the last day, both included. */
  first: Temporal.PlainDate
  last: Temporal.PlainDate
  span: Span
  /** The part of the span that has passed. */
  passed: Span
  /** What `passed` is compared with: as long a part, from the same place, of the period before. */
  before: Span
  /** The last day that `before` touches, and its first. */
  beforeFirst: Temporal.PlainDate
  beforeLast: Temporal.PlainDate
  /** The period has not ended yet, so a part of it is compared with a part. */
  running: boolean
}

/**
 * The days of a choice in the centre's zone, and what they are compared with. Weeks begin on Monday. `now` in ms since
 * 1970.
 */
export function periodOf(choice: Choice, zone: string, now: number): Period {
  const at = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone)
  const { first, last, step } = daysOf(choice, at.toPlainDate())
  const start = startOf(first, zone)
  const end = startOf(last.add({ days: 1 }), zone)
  const beforeStart = startOf(first.subtract(step), zone)
  const running =
    Temporal.ZonedDateTime.compare(at, start) >= 0 && Temporal.ZonedDateTime.compare(at, end) < 0
  const passedEnd = running ? at : end
  const beforeEnd = running ? sameWayInto(beforeStart, start, at) : start
  const lastTouched = beforeEnd.subtract({ milliseconds: 1 }).toPlainDate()
  const beforeFirst = beforeStart.toPlainDate()
  return {
    today: at.toPlainDate(),
    first,
    last,
    span: spanOf(start, end),
    passed: spanOf(start, passedEnd),
    before: spanOf(beforeStart, beforeEnd),
    beforeFirst,
    beforeLast: Temporal.PlainDate.compare(lastTouched, beforeFirst) < 0 ? beforeFirst : lastTouched,
    running,
  }
}

function daysOf(choice: Choice, today: Temporal.PlainDate) {
  switch (choice.kind) {
    case 'today':
      return { first: today, last: today, step: { days: 1 } }
    case 'week': {
      const first = today.subtract({ days: today.dayOfWeek - 1 })
      return { first, last: first.add({ days: 6 }), step: { days: 7 } }
    }
    case 'month': {
      const first = today.with({ day: 1 })
      return { first, last: first.add({ months: 1 }).subtract({ days: 1 }), step: { months: 1 } }
    }
    case 'range': {
      const [first, last] =
        Temporal.PlainDate.compare(choice.from, choice.to) <= 0
          ? [choice.from, choice.to]
          : [choice.to, choice.from]
      return { first, last, step: { days: first.until(last).days + 1 } }
    }
  }
}

/** As many days and as late in the day after `beforeStart` as `at` is after `start`, but never beyond `start`. */
function sameWayInto(
  beforeStart: Temporal.ZonedDateTime,
  start: Temporal.ZonedDateTime,
  at: Temporal.ZonedDateTime,
): Temporal.ZonedDateTime {
  const days = start.toPlainDate().until(at.toPlainDate()).days
  const end = beforeStart.add({ days }).withPlainTime(at.toPlainTime())
  return Temporal.ZonedDateTime.compare(end, start) > 0 ? start : end
}

const startOf = (day: Temporal.PlainDate, zone: string) => day.toZonedDateTime({ timeZone: zone })

const spanOf = (from: Temporal.ZonedDateTime, to: Temporal.ZonedDateTime): Span => ({
  from: instant(from),
  to: instant(to),
})

const instant = (at: Temporal.ZonedDateTime) =>
  at.toString({ timeZoneName: 'never', smallestUnit: 'second', roundingMode: 'floor' })

/** All days from `first` to `last`, as the hub's keys write them. */
export function dayKeys(first: Temporal.PlainDate, last: Temporal.PlainDate): string[] {
  const keys: string[] = []
  for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 }))
    keys.push(day.toString())
  return keys
}

/** 1 for Monday to 7 for Sunday, and the hour, of an hour's key such as `2026-11-23T14:00`. */
export function placeInWeek(key: string): { weekday: number; hour: number } {
  const at = Temporal.PlainDateTime.from(key)
  return { weekday: at.dayOfWeek, hour: at.hour }
}
