import { Button, Slider, Switch, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ChannelValue } from '../../shared/channel.ts'
import type { ChannelSpec } from '../../shared/manifest.ts'
import { controllerRoutes } from '../../shared/routes.ts'
import { numberFrom } from '../parts/number-from.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { useClient } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { digitsFor } from './channels.tsx'
import { useLatest } from './latest.ts'

/** Drives an actuator by hand: a switch, a slider over its range, or a number where the range is not known. */
export function Drive({ channel, spec }: { channel: ChannelValue; spec: ChannelSpec | undefined }) {
  const { t } = useWords()
  const client = useClient()
  const write = useMutation({
    mutationFn: (value: number | boolean) =>
      client.call('controller', controllerRoutes.writeChannel, {
        params: { exhibit: channel.exhibit, channel: channel.channel },
        body: { value },
      }),
  })
  const send = useLatest(write.mutateAsync)
  const range = spec?.kind === 'pwm-out' || spec?.kind === 'servo-out' ? spec.range : null
  const digital = spec?.kind === 'digital-out' || typeof channel.value === 'boolean'
  return (
    <div className="rows drive">
      <h3 id="drive">{t('drive')}</h3>
      {digital ? (
        <Switch
          size="lg"
          className="drive-switch"
          checked={channel.value === true}
          label={t(channel.value === true ? 'value.on' : 'value.off')}
          aria-label={`${t('drive')}: ${channel.channel}`}
          onChange={(event) => write.mutate(event.currentTarget.checked)}
        />
      ) : range ? (
        <RangeSlider channel={channel} range={range} busy={write.isPending} onChange={send} />
      ) : (
        <NumberDrive channel={channel} busy={write.isPending} onSend={write.mutate} />
      )}
      <p className="small soft">{t('drive.why')}</p>
      {write.isError && <ProblemView error={write.error} />}
    </div>
  )
}

interface RangeSliderProps {
  channel: ChannelValue
  range: readonly [number, number]
  busy: boolean
  onChange: (value: number) => void
}

function RangeSlider({ channel, range: [low, high], busy, onChange }: RangeSliderProps) {
  const { t } = useWords()
  const format = useFormat()
  const now = typeof channel.value === 'number' ? channel.value : low
  const [value, setValue] = useState(now)
  const [dragging, setDragging] = useState(false)
  useEffect(() => {
    if (!dragging && !busy) setValue(now)
  }, [now, dragging, busy])
  const ends = (at: number) => `${format.number(at, digitsFor(high))} ${channel.unit}`
  return (
    <div>
      <Slider
        min={low}
        max={high}
        step={(high - low) / 100}
        value={value}
        thumbLabel={`${t('drive')}: ${channel.channel}`}
        onChange={(next) => {
          setDragging(true)
          setValue(next)
          onChange(next)
        }}
        onChangeEnd={() => setDragging(false)}
      />
      <div className="row apart small soft" aria-hidden>
        <span>{ends(low)}</span>
        <span>{ends(high)}</span>
      </div>
    </div>
  )
}

function NumberDrive({
  channel,
  busy,
  onSend,
}: {
  channel: ChannelValue
  busy: boolean
  onSend: (value: number) => void
}) {
  const { t } = useWords()
  const [text, setText] = useState('')
  const value = numberFrom(text)
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault()
        if (value !== null) onSend(value)
      }}
    >
      <TextInput
        aria-label={`${t('drive')}: ${channel.channel}`}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={<span className="unit">{channel.unit}</span>}
      />
      <Button type="submit" loading={busy} disabled={value === null}>
        {t('drive.set')}
      </Button>
    </form>
  )
}
