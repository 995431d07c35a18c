import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import {
  busiest,
  changeFrom,
  daysWithVisits,
  filled,
  hourKeys,
  visitsIn,
  visitsInCsv,
  weekByHour,
} from './figures.ts'
import { dayKeys, periodOf } from './period.ts'

const riga = 'Europe/Riga'
const at = (text: string) => Date.parse(text)
const day = (text: string) => Temporal.PlainDate.from(text)

describe('periods', () => {
  it('counts today in the centre’s zone, not in the reader’s', () => {
    const period = periodOf({ kind: 'today' }, riga, at('2026-11-22T23:30:00Z'))
    expect(period.span).toEqual({ from: '2026-11-23T00:00:00+02:00', to: '2026-11-24T00:00:00+02:00' })
    expect(period.passed).toEqual({ from: '2026-11-23T00:00:00+02:00', to: '2026-11-23T01:30:00+02:00' })
    expect(period.before).toEqual({ from: '2026-11-22T00:00:00+02:00', to: '2026-11-22T01:30:00+02:00' })
  })

  it.each([
    ['a Monday', '2026-11-23T06:00:00Z'],
    ['a Wednesday', '2026-11-25T12:00:00Z'],
    ['a Sunday evening', '2026-11-29T21:59:59Z'],
  ])('begins the week of %s on Monday', (_, now) => {
    const period = periodOf({ kind: 'week' }, riga, at(now))
    expect(period.first.toString()).toBe('2026-11-23')
    expect(period.last.toString()).toBe('2026-11-29')
  })

  it('compares a week that runs with the same days of the week before', () => {
    const period = periodOf({ kind: 'week' }, riga, at('2026-11-25T12:00:00Z'))
    expect(period.running).toBe(true)
    expect(period.before).toEqual({ from: '2026-11-16T00:00:00+02:00', to: '2026-11-18T14:00:00+02:00' })
    expect(period.beforeLast.toString()).toBe('2026-11-18')
  })

  it('keeps the hour of the day over a change of the clocks', () => {
    const period = periodOf({ kind: 'week' }, riga, at('2026-10-27T10:00:00Z'))
    expect(period.passed.to).toBe('2026-10-27T12:00:00+02:00')
    expect(period.before).toEqual({ from: '2026-10-19T00:00:00+03:00', to: '2026-10-20T12:00:00+03:00' })
    const sunday = periodOf({ kind: 'today' }, riga, at('2026-10-25T10:00:00Z'))
    expect(sunday.span).toEqual({ from: '2026-10-25T00:00:00+03:00', to: '2026-10-26T00:00:00+02:00' })
  })

  it('takes months as the calendar has them, a short one before a long one too', () => {
    const march = periodOf({ kind: 'month' }, riga, at('2026-03-31T09:00:00Z'))
    expect(march.span).toEqual({ from: '2026-03-01T00:00:00+02:00', to: '2026-04-01T00:00:00+03:00' })
    expect(march.before).toEqual({ from: '2026-02-01T00:00:00+02:00', to: '2026-03-01T00:00:00+02:00' })
    expect(march.beforeLast.toString()).toBe('2026-02-28')
  })

  it('compares a range with as many days before it, whichever end was given first', () => {
    const period = periodOf(
      { kind: 'range', from: day('2026-11-10'), to: day('2026-11-01') },
      riga,
      at('2026-11-23T12:00:00Z'),
    )
    expect(period.running).toBe(false)
    expect([period.first.toString(), period.last.toString()]).toEqual(['2026-11-01', '2026-11-10'])
    expect(period.passed).toEqual(period.span)
    expect(period.before).toEqual({ from: '2026-10-22T00:00:00+03:00', to: '2026-11-01T00:00:00+02:00' })
  })

  it('has sound instants in the first second of a period', () => {
    const period = periodOf({ kind: 'today' }, riga, at('2026-11-22T22:00:00Z'))
    expect(period.passed.from).toBe(period.passed.to)
    expect(period.beforeLast.toString()).toBe('2026-11-22')
  })

  it('names every day', () => {
    expect(dayKeys(day('2026-02-27'), day('2026-03-02'))).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ])
  })
})

const row = (key: string, visits: number, medianDwell: number | null = null) => ({ key, visits, medianDwell })

describe('figures', () => {
  it('says the change, and no share where nothing was before', () => {
    expect(changeFrom(40, 50)).toEqual({ difference: 10, share: 0.25 })
    expect(changeFrom(0, 3)).toEqual({ difference: 3, share: null })
  })

  it('finds the busiest row, the first of equals, none of nothing', () => {
    expect(busiest([row('a', 1), row('b', 4), row('c', 4)])?.key).toBe('b')
    expect(busiest([row('a', 0)])).toBeNull()
  })

  it('fills gaps without changing the sum', () => {
    const rows = [row('2026-11-24', 3), row('2026-11-26', 2)]
    const days = filled(dayKeys(day('2026-11-23'), day('2026-11-29')), rows)
    expect(days).toHaveLength(7)
    expect(visitsIn(days)).toBe(visitsIn(rows))
    expect(daysWithVisits(days)).toBe(2)
  })

  it('adds hours up into one week, Monday first', () => {
    const week = weekByHour([
      row('2026-11-16T10:00', 2),
      row('2026-11-23T10:00', 3),
      row('2026-11-29T12:00', 1),
      row('2026-11-29T20:00', 0),
    ])
    expect(week.hours).toEqual([10, 11, 12])
    expect(week.visits[0]).toEqual([5, 0, 0])
    expect(week.visits[6]).toEqual([0, 0, 1])
    expect(week.most).toBe(5)
    expect(weekByHour([]).hours).toEqual([])
  })

  it('shows the hours of a day from nine to five, and more where there were visits', () => {
    expect(hourKeys('2026-11-23', [row('2026-11-23T19:00', 1)]).at(-1)).toBe('2026-11-23T19:00')
    expect(hourKeys('2026-11-23', [])).toHaveLength(9)
  })

  it('adds a CSV up to what the screen says', () => {
    const rows = [row('2026-11-23', 12, 74.5), row('2026-11-24', 0), row('2026-11-25', 3, 20)]
    const csv = ['key,visits,medianDwell', ...rows.map((r) => `${r.key},${r.visits},${r.medianDwell ?? ''}`)]
    expect(visitsInCsv(`\ufeff${csv.join('\r\n')}\r\n`)).toBe(visitsIn(rows))
    expect(visitsInCsv('name,visits\n"a, ""b""",7\n')).toBe(7)
    expect(visitsInCsv('nothing')).toBeNull()
  })
})
