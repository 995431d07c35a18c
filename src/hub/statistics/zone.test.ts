import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zoneClock } from './zone.ts'

const riga = zoneClock('Europe/Riga')
const at = (iso: string) => Date.parse(iso)

test('hours and days are the zone’s', () => {
  expect(riga.hour(at('2026-11-23T12:59:59.999Z'))).toBe('2026-11-23T14:00')
  expect(riga.hour(at('2026-11-23T13:00:00Z'))).toBe('2026-11-23T15:00')
  expect(riga.day(at('2026-11-23T21:59:59.999Z'))).toBe('2026-11-23')
  expect(riga.day(at('2026-11-23T22:00:00Z'))).toBe('2026-11-24')
})

test('in spring the hour after three is left out', () => {
  expect(riga.hour(at('2026-03-29T00:59:59.999Z'))).toBe('2026-03-29T02:00')
  expect(riga.hour(at('2026-03-29T01:00:00Z'))).toBe('2026-03-29T04:00')
  const hours = Array.from({ length: 24 }, (_, n) => at('2026-03-28T22:30:00Z') + n * 3_600_000)
  expect(new Set(hours.filter((hour) => riga.day(hour) === '2026-03-29').map(riga.hour)).size).toBe(23)
})

test('in autumn the hour after three comes twice, under one name, in a day of 25 hours', () => {
  expect(riga.hour(at('2026-10-25T00:00:00Z'))).toBe('2026-10-25T03:00')
  expect(riga.hour(at('2026-10-25T01:00:00Z'))).toBe('2026-10-25T03:00')
  expect(riga.hour(at('2026-10-25T01:59:59.999Z'))).toBe('2026-10-25T03:00')
  expect(riga.hour(at('2026-10-25T02:00:00Z'))).toBe('2026-10-25T04:00')
  const halves = Array.from({ length: 60 }, (_, n) => at('2026-10-24T20:00:00Z') + n * 1_800_000)
  expect(halves.filter((half) => riga.day(half) === '2026-10-25')).toHaveLength(50)
})

test.each(['Europe/Riga', 'Europe/Oslo', 'UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'])(
  'in %s every instant has the hour that Intl says',
  (zone) => {
    const clock = zoneClock(zone)
    const intl = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
    const instants = fc.integer({ min: at('1995-01-01T00:00:00Z'), max: at('2037-01-01T00:00:00Z') })
    fc.assert(
      fc.property(instants, (instant) => {
        expect(clock.hour(instant)).toBe(`${intl.format(instant).slice(0, 13).replace(' ', 'T')}:00`)
        expect(clock.day(instant)).toBe(intl.format(instant).slice(0, 10))
      }),
      { numRuns: 300 },
    )
  },
)

test('a zone that does not exist is an error', () => {
  expect(() => zoneClock('Europe/Nowhere')).toThrow(RangeError)
})
