/** Offsets change only where a quarter of an hour begins (UTC), so one of them holds for a whole quarter. */
const quarter = 15 * 60_000

/** The wall clock of a time zone. */
export interface ZoneClock {
  /** `2026-11-23T14:00`: the wall clock's hour in which `instant` (ms since 1970) lies. */
  hour(instant: number): string
  /** `2026-11-23`. */
  day(instant: number): string
}

/**
 * `zone` is an IANA name; throws RangeError for any other. The hour that a clock change repeats has one name and so is
 * one row, two hours long; the one that it leaves out never comes. A day has 23, 24 or 25 hours.
 */
export function zoneClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  })
  const offsets = new Map<number, number>()

  const offsetAt = (instant: number): number => {
    const start = Math.floor(instant / quarter) * quarter
    const known = offsets.get(start)
    if (known !== undefined) return known
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(start)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start
    offsets.set(start, offset)
    return offset
  }
  const local = (instant: number) => new Date(instant + offsetAt(instant)).toISOString()

  return {
    hour: (instant) => `${local(instant).slice(0, 13)}:00`,
    day: (instant) => local(instant).slice(0, 10),
  }
}
