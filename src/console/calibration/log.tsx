import { Button } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import type { Calibration } from '../../shared/channel.ts'
import { useFormat, useWords } from '../words.ts'

interface Props {
  current: Calibration | null
  history: Calibration[]
  unit: string
  busy: boolean
  onUndo: () => void
}

/** Which calibration holds, the ones before it, and the way back. */
export function CalibrationLog({ current, history, unit, busy, onUndo }: Props) {
  const { t } = useWords()
  const format = useFormat()
  const all = current ? [current, ...history.filter(({ version }) => version !== current.version)] : history
  return (
    <section className="rows" aria-labelledby="calibration-log">
      <div className="row apart">
        <h3 id="calibration-log">{t('calibrate.history')}</h3>
        {current && (
          <Button leftSection={<IconArrowBackUp size={18} aria-hidden />} loading={busy} onClick={onUndo}>
            {t('calibrate.undo')}
          </Button>
        )}
      </div>
      {!current && <p className="soft">{t('calibrate.none')}</p>}
      {all.length > 0 && (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('calibrate.version')}</th>
                <th scope="col">{t('calibrate.points')}</th>
                <th scope="col">{t('calibrate.author')}</th>
                <th scope="col">{t('calibrate.date')}</th>
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <tr key={`${one.version}-${one.at}`}>
                  <th scope="row">
                    {one.version}
                    {one === current && (
                      <span className="small soft weight-text"> {t('calibrate.holds')}</span>
                    )}
                  </th>
                  <td className="nowrap">
                    {one.points
                      .map((p) => `${format.number(p.raw, 1)} → ${format.number(p.value, 2)} ${unit}`)
                      .join('; ')}
                  </td>
                  <td>{one.author}</td>
                  <td className="nowrap">{format.dateTime(one.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
