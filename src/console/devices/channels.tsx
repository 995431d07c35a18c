import type { ChannelValue } from '../../shared/channel.ts'
import { useExhibitWords } from '../exhibits/package.ts'
import { StateWord } from '../parts/state-word.tsx'
import { useNow } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'

export const keyOf = (value: { exhibit: string; channel: string }) => `${value.exhibit}/${value.channel}`

const looks = { good: 'good', uncertain: 'uncertain', bad: 'bad' } as const

/** How many digits help a reader: about four, never more than three behind the point. */
export const digitsFor = (value: number) => (Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2)

export function useValueText() {
  const { t } = useWords()
  const format = useFormat()
  return (value: ChannelValue['value']) =>
    value === null
      ? '–'
      : typeof value === 'boolean'
        ? t(value ? 'value.on' : 'value.off')
        : format.number(value, digitsFor(value))
}

export function useQualityText() {
  const { t } = useWords()
  return (value: ChannelValue) =>
    value.reason === null ? t(`quality.${value.quality}`) : t(`reason.${value.reason}`)
}

interface Props {
  channels: ChannelValue[]
  chosen: string | null
  onChoose: (key: string) => void
}

export function ChannelsTable({ channels, chosen, onChoose }: Props) {
  const { t } = useWords()
  const format = useFormat()
  const text = useValueText()
  const quality = useQualityText()
  const now = useNow(1000)
  const exhibits = [...new Set(channels.map((value) => value.exhibit))]
  const words = useExhibitWords(exhibits)
  return (
    <table className="table folds channels-table">
      <caption>
        <h2 id="channels">{t('channels')}</h2>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('channel.name')}</th>
          <th scope="col" className="number">
            {t('channel.value')}
          </th>
          <th scope="col" className="number">
            {t('channel.raw')}
          </th>
          <th scope="col">{t('channel.quality')}</th>
          <th scope="col">{t('channel.age')}</th>
          <th scope="col">{t('channel.pin')}</th>
        </tr>
      </thead>
      {exhibits.map((exhibit) => (
        <tbody key={exhibit}>
          {exhibits.length > 1 && (
            <tr className="group-row">
              <th colSpan={6} scope="rowgroup">
                {words.title(exhibit)}
              </th>
            </tr>
          )}
          {channels
            .filter((value) => value.exhibit === exhibit)
            .map((value) => (
              <tr key={keyOf(value)} className={keyOf(value) === chosen ? 'chosen' : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    className="choose"
                    aria-pressed={keyOf(value) === chosen}
                    onClick={() => onChoose(keyOf(value))}
                  >
                    {value.channel}
                  </button>
                </th>
                <td data-label={t('channel.value')} className="number nowrap">
                  <span>
                    <span className="value">{text(value.value)}</span>
                    <span className="unit">{value.unit}</span>
                  </span>
                </td>
                <td data-label={t('channel.raw')} className="number close-up">
                  {value.raw === null ? '–' : format.number(value.raw)}
                </td>
                <td data-label={t('channel.quality')}>
                  <StateWord look={looks[value.quality]}>
                    {quality(value)}
                    {value.clipped && `, ${t('channel.clipped')}`}
                  </StateWord>
                </td>
                <td data-label={t('channel.age')} className="nowrap">
                  {value.at === null ? '–' : age(now - Date.parse(value.at))}
                </td>
                <td data-label={t('channel.pin')} className="nowrap close-up">
                  {value.binding ? `${value.binding.board} · ${value.binding.pin}` : t('channel.unbound')}
                </td>
              </tr>
            ))}
        </tbody>
      ))}
    </table>
  )

  function age(ms: number) {
    return ms < 3000 ? t('justNow') : t('ago', { age: format.duration(ms) })
  }
}
