import type { CalibrationPoint } from '../../shared/channel.ts'
import { useFormat, useWords } from '../words.ts'
import { type Line, valueOn } from './line.ts'

interface Props {
  before: Line
  after: Line
  points: [CalibrationPoint, CalibrationPoint]
  /** The raw reading of this moment. */
  now: number | null
  unit: string
}

/** What the same readings meant before and mean after, side by side. */
export function Comparison({ before, after, points, now, unit }: Props) {
  const { t } = useWords()
  const format = useFormat()
  const rows = [
    { label: t('calibrate.first'), raw: points[0].raw },
    { label: t('calibrate.second'), raw: points[1].raw },
    ...(now === null ? [] : [{ label: t('calibrate.now'), raw: now }]),
  ]
  const cell = (value: number) => `${format.number(value, 3)} ${unit}`
  return (
    <table className="table">
      <caption className="strong">{t('calibrate.compare')}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="hidden">{t('calibrate.point')}</span>
          </th>
          <th scope="col" className="number">
            {t('channel.raw')}
          </th>
          <th scope="col" className="number">
            {t('calibrate.before')}
          </th>
          <th scope="col" className="number">
            {t('calibrate.after')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, raw }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="number">{format.number(raw, 1)}</td>
            <td className="number soft">{cell(valueOn(before, raw))}</td>
            <td className="number value">{cell(valueOn(after, raw))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
