import type { CSSProperties } from 'react'
import { useFormat, useWords } from '../words.ts'
import { type Row, weekByHour } from './figures.ts'

/** Visits by weekday and hour: a table whose cells are tinted by how much happened. */
export function WeekTable({ hours }: { hours: Row[] }) {
  const { t } = useWords()
  const format = useFormat()
  const week = weekByHour(hours)
  return (
    <div className="table-scroll">
      <table className="week">
        <caption className="hidden">{t('week.caption')}</caption>
        <thead>
          <tr>
            <td />
            {week.hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            <th scope="col">{t('total')}</th>
          </tr>
        </thead>
        <tbody>
          {week.visits.map((line, i) => (
            <tr key={format.weekday(i + 1)}>
              <th scope="row">{format.weekday(i + 1)}</th>
              {line.map((visits, h) => (
                <td
                  key={week.hours[h]}
                  className={visits > 0 ? 'some' : undefined}
                  style={{ '--share': `${Math.round((visits / week.most) * 100)}%` } as CSSProperties}
                >
                  {visits > 0 && format.number(visits)}
                </td>
              ))}
              <td className="value">{format.number(line.reduce((sum, visits) => sum + visits, 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
