import { Button, Slider } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { PinState } from '../../shared/board.ts'
import type { ChannelValue } from '../../shared/channel.ts'
import { controllerRoutes } from '../../shared/routes.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { useClient } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { useLatest } from './latest.ts'

/** A virtual board's pins: what a meter would show, and a hand that holds one against its breadboard. */
export function PinsPanel({ board, channels }: { board: string; channels: ChannelValue[] }) {
  const { t } = useWords()
  return (
    <div className="rows">
      <h3>{t('pins')}</h3>
      <p className="small soft">{t('pins.why')}</p>
      <ul className="pins">
        {channels.map(({ binding, channel }) =>
          binding ? <Pin key={binding.pin} board={board} pin={binding.pin} channel={channel} /> : null,
        )}
      </ul>
    </div>
  )
}

function Pin({ board, pin, channel }: { board: string; pin: string; channel: string }) {
  const { t } = useWords()
  const format = useFormat()
  const client = useClient()
  const queries = useQueryClient()
  const params = { board, pin }
  const queryKey = ['pin', board, pin]
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.call('controller', controllerRoutes.readPin, { params }, signal),
    refetchInterval: 1000,
  })
  const keep = (state: PinState) => queries.setQueryData(queryKey, state)
  const hold = useMutation({
    mutationFn: (volts: number) =>
      client.call('controller', controllerRoutes.holdPin, { params, body: { volts } }),
    onSuccess: keep,
  })
  const release = useMutation({
    mutationFn: () => client.call('controller', controllerRoutes.releasePin, { params }),
    onSuccess: keep,
  })
  const send = useLatest(hold.mutateAsync)
  const state = query.data
  const [volts, setVolts] = useState(0)
  const held = state?.held ?? false
  const busy = hold.isPending
  useEffect(() => {
    if (state && !busy) setVolts(state.volts)
  }, [state, busy])
  const input = state?.mode === 'input' || state?.mode === 'pullup'
  const error = hold.error ?? release.error ?? query.error
  return (
    <li className="pin">
      <div>
        <p className="strong">{t('pin.name', { pin })}</p>
        <p className="small soft">{channel}</p>
      </div>
      <p>
        {state ? (
          <>
            <span className="value">{format.number(state.volts, 2)}</span>
            <span className="unit">V</span>
            <br />
            <span className="small soft">
              {t(`pin.mode.${state.mode}`)}
              {state.mode === 'pwm' && ` ${format.percent(state.duty)}`}
              {state.held && `, ${t('pin.held')}`}
            </span>
          </>
        ) : (
          '–'
        )}
      </p>
      {input && (
        <>
          <Slider
            className="pin-slider"
            min={0}
            max={5}
            step={0.05}
            value={volts}
            thumbLabel={t('pin.hold', { pin })}
            scale={(value) => Math.round(value * 100) / 100}
            onChange={(value) => {
              setVolts(value)
              send(value)
            }}
          />
          <Button
            disabled={!held}
            leftSection={<IconHandStop size={18} aria-hidden />}
            loading={release.isPending}
            onClick={() => release.mutate()}
          >
            {t('pin.release')}
          </Button>
        </>
      )}
      {error && <ProblemView error={error} />}
    </li>
  )
}
