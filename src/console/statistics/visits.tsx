import { SegmentedControl } from '@mantine/core'
import { useExhibitWords } from '../exhibits/package.ts'
import { useLive } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { type Bar, BarChart } from './bar-chart.tsx'
import { filled, hourKeys, type Row, visitsIn } from './figures.ts'
import { type By, dayKeys, type Period, placeInWeek } from './period.ts'
import { WeekTable } from './week-table.tsx'

export function ViewChooser({ view, onChange }: { view: By; onChange: (view: By) => void }) {
  const { t } = useWords()
  const views = ['day', 'hour', 'exhibit'] as const
  return (
    <SegmentedControl
      aria-label={t('view')}
      value={view}
      onChange={(value) => {
        const next = views.find((one) => one === value)
        if (next) onChange(next)
      }}
      data={views.map((value) => ({ value, label: t(`view.${value}`) }))}
    />
  )
}

interface Props {
  view: By
  period: Period
  days: Row[]
  hours: Row[]
  exhibits: Row[]
}

/** The period's visits in one view. A week by hour is a table by nature; every chart has its table beneath. */
export function Visits({ view, period, days, hours, exhibits }: Props) {
  const { t } = useWords()
  const words = useExhibitWords(exhibits.map((row) => row.key))
  const format = useFormat()
  const hues = useLive((live) => live.state?.exhibits)
  const oneDay = period.first.equals(period.last)
  const oneMonth = period.first.toPlainYearMonth().equals(period.last.toPlainYearMonth())

  if (visitsIn(days) === 0)
    return (
      <div className="empty">
        <p className="strong">{t('stats.empty')}</p>
        <p className="soft">{t('stats.empty.mend')}</p>
      </div>
    )
  if (view === 'hour' && !oneDay) return <WeekTable hours={hours} />

  const rows =
    view === 'hour'
      ? filled(hourKeys(period.first.toString(), hours), hours)
      : view === 'day'
        ? filled(dayKeys(period.first, period.last), days)
        : [...exhibits].sort((a, b) => b.visits - a.visits)
  const bars: Bar[] = rows.map((row) => ({
    ...row,
    label: label(row.key),
    long: long(row.key),
    hue: hueOf(row.key),
  }))
  return (
    <>
      <BarChart
        bars={bars}
        description={t('chart.label', { view: t(`view.${view}`), count: visitsIn(rows) })}
      />
      <details className="more">
        <summary>{t('asTable')}</summary>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t(`view.${view}`)}</th>
              <th scope="col" className="number">
                {t('visits')}
              </th>
              <th scope="col" className="number">
                {t('figure.dwell')}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.key}>
                <th scope="row" className="weight-text">
                  {bar.long}
                </th>
                <td className="number">{format.number(bar.visits)}</td>
                <td className="number">
                  {bar.medianDwell === null ? '–' : format.duration(bar.medianDwell * 1000)}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('total')}</th>
              <td className="number value">{format.number(visitsIn(rows))}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      </details>
    </>
  )

  function label(key: string) {
    if (view === 'exhibit') return words.title(key)
    if (view === 'hour') return String(placeInWeek(key).hour)
    const day = format.day(key, { day: 'numeric' })
    if (rows.length <= 8) return `${format.day(key, { weekday: 'short' })}\n${day}`
    return oneMonth ? day : format.day(key, { day: 'numeric', month: 'numeric' })
  }
  function long(key: string) {
    if (view === 'exhibit') return words.title(key)
    if (view === 'day') return format.day(key, { weekday: 'long', day: 'numeric', month: 'long' })
    const { hour } = placeInWeek(key)
    return `${hour}–${hour + 1}`
  }
  function hueOf(key: string) {
    return view === 'exhibit' ? hues?.find((exhibit) => exhibit.id === key)?.hue : undefined
  }
}
