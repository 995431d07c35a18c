import { SegmentedControl } from '@mantine/core'
import { Temporal } from 'temporal-polyfill'
import { useWords } from '../words.ts'
import type { Choice } from './period.ts'

interface Props {
  choice: Choice
  today: Temporal.PlainDate
  onChange: (choice: Choice) => void
}

export function PeriodChooser({ choice, today, onChange }: Props) {
  const { t } = useWords()
  const kinds = ['today', 'week', 'month', 'range'] as const
  const choose = (kind: string) => {
    if (kind === 'range') onChange({ kind, from: today.subtract({ days: 6 }), to: today })
    if (kind === 'today' || kind === 'week' || kind === 'month') onChange({ kind })
  }
  return (
    <div className="row">
      <SegmentedControl
        aria-label={t('period')}
        value={choice.kind}
        onChange={choose}
        data={kinds.map((value) => ({ value, label: t(`period.${value}`) }))}
      />
      {choice.kind === 'range' && (
        <div className="row">
          <Day
            label={t('period.from')}
            day={choice.from}
            most={choice.to}
            onChange={(from) => onChange({ ...choice, from })}
          />
          <Day
            label={t('period.to')}
            day={choice.to}
            least={choice.from}
            onChange={(to) => onChange({ ...choice, to })}
          />
        </div>
      )}
    </div>
  )
}

interface DayProps {
  label: string
  day: Temporal.PlainDate
  least?: Temporal.PlainDate
  most?: Temporal.PlainDate
  onChange: (day: Temporal.PlainDate) => void
}

function Day({ label, day, least, most, onChange }: DayProps) {
  return (
    <label className="day">
      <span className="soft">{label}</span>
      <input
        type="date"
        required
        value={day.toString()}
        min={least?.toString()}
        max={most?.toString()}
        onChange={(event) => {
          // A half-typed date is empty here, and a year is typed digit by digit.
          const { value } = event.currentTarget
          if (/^2\d{3}-/.test(value)) onChange(Temporal.PlainDate.from(value))
        }}
      />
    </label>
  )
}
