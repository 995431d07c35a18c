import { IconArrowDownRight, IconArrowUpRight, IconEqual } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useExhibitWords } from '../exhibits/package.ts'
import { useFormat, useWords } from '../words.ts'
import { busiest, changeFrom, daysWithVisits, type Row, visitsIn } from './figures.ts'
import { dayKeys, type Period, placeInWeek } from './period.ts'

interface Props {
  period: Period
  days: Row[]
  hours: Row[]
  exhibits: Row[]
  /** By exhibit, of the period before. */
  before: Row[]
}

/** Five figures: how many, how long, when and where. */
export function Figures({ period, days, hours, exhibits, before }: Props) {
  const { t } = useWords()
  const format = useFormat()
  const favourite = busiest(exhibits)
  const words = useExhibitWords(exhibits.map((row) => row.key))
  const visits = visitsIn(days)
  const visitsBefore = visitsIn(before)
  const hour = busiest(hours)
  const day = busiest(days)
  const passed = dayKeys(period.first, earlier(period.last, period.today)).length
  const against =
    period.beforeFirst.toString() === period.beforeLast.toString()
      ? format.day(period.beforeFirst.toString())
      : format.days(period.beforeFirst.toString(), period.beforeLast.toString(), false)
  const dwell = favourite?.medianDwell ?? null
  const dwellBefore = before.find((row) => row.key === favourite?.key)?.medianDwell ?? null

  return (
    <dl className="figures">
      <Figure label={t('figure.visits')} value={format.number(visits)}>
        <Change difference={visits - visitsBefore} zero={visits === 0 && visitsBefore === 0}>
          {t('figure.against', {
            change: changeText(visitsBefore, visits),
            before: format.number(visitsBefore),
            period: against,
          })}
        </Change>
      </Figure>
      <Figure label={t('figure.dwell')} value={dwell === null ? '–' : format.duration(dwell * 1000)}>
        {favourite && t('figure.at', { exhibit: words.title(favourite.key) })}
        {dwell !== null && dwellBefore !== null && (
          <>, {t('figure.dwellBefore', { before: format.duration(dwellBefore * 1000) })}</>
        )}
      </Figure>
      {passed > 1 ? (
        <Figure label={t('figure.day')} value={day ? format.day(day.key) : '–'}>
          {day && `${format.day(day.key, { weekday: 'long' })}, ${t('visitCount', { count: day.visits })}; `}
          {day && t('figure.daysUsed', { used: daysWithVisits(days), count: passed })}
        </Figure>
      ) : null}
      <Figure label={t('figure.hour')} value={hour ? hourText(hour.key) : '–'}>
        {hour &&
          passed > 1 &&
          `${format.day(hour.key, { weekday: 'short', day: 'numeric', month: 'short' })}, `}
        {hour && t('visitCount', { count: hour.visits })}
      </Figure>
      <Figure label={t('figure.exhibit')} value={favourite ? words.title(favourite.key) : '–'}>
        {favourite && t('figure.share', { share: format.percent(favourite.visits / visits) })}
      </Figure>
    </dl>
  )

  function changeText(old: number, fresh: number) {
    const { difference, share } = changeFrom(old, fresh)
    const parts = [format.signed(difference)]
    if (share !== null && difference !== 0) parts.push(`(${format.percent(share, true)})`)
    return parts.join(' ')
  }
  function hourText(key: string) {
    const { hour: at } = placeInWeek(key)
    return `${at}–${at + 1}`
  }
}

const earlier = (a: Period['last'], b: Period['today']) => (a.toString() < b.toString() ? a : b)

function Figure({ label, value, children }: { label: string; value: string; children?: ReactNode }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd className="figure-value">{value}</dd>
      <dd className="small soft">{children}</dd>
    </div>
  )
}

/** More or less, by an arrow and in words. */
function Change({ difference, zero, children }: { difference: number; zero: boolean; children: ReactNode }) {
  if (zero) return null
  const Icon = difference > 0 ? IconArrowUpRight : difference < 0 ? IconArrowDownRight : IconEqual
  return (
    <span className="change">
      <Icon size={16} aria-hidden /> <span>{children}</span>
    </span>
  )
}
