import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { CalibrationPoint, ChannelValue } from '../../shared/channel.ts'
import { controllerRoutes } from '../../shared/routes.ts'
import { Dialog } from '../parts/dialog.tsx'
import { numberFrom } from '../parts/number-from.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { useClient, useServices } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { Comparison } from './comparison.tsx'
import { type Line, lineThrough } from './line.ts'
import { CalibrationLog } from './log.tsx'
import { type Steadiness, steadiness } from './steadiness.ts'

interface Props {
  channel: ChannelValue
  /** The manifest's own scale, which holds where there is no calibration. */
  scale: Line
  onClose: () => void
}

/** Two points make a line: hold still, say what it is, twice; look at before and after; save. */
export function CalibrationDialog({ channel, scale, onClose }: Props) {
  const { t } = useWords()
  const client = useClient()
  const queries = useQueryClient()
  const params = { exhibit: channel.exhibit, channel: channel.channel }
  const queryKey = ['calibration', channel.exhibit, channel.channel]
  const [first, setFirst] = useState<CalibrationPoint | null>(null)
  const [second, setSecond] = useState<CalibrationPoint | null>(null)
  /** A new round begins with empty fields. */
  const [round, setRound] = useState(0)
  const reading = useSteadiness(channel)

  const known = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.call('controller', controllerRoutes.calibration, { params }, signal),
  })
  const save = useMutation({
    mutationFn: (points: [CalibrationPoint, CalibrationPoint]) =>
      client.call('controller', controllerRoutes.calibrate, { params, body: { points } }),
    onSuccess: (history) => {
      queries.setQueryData(queryKey, history)
      startOver()
    },
  })
  const undo = useMutation({
    mutationFn: () => client.call('controller', controllerRoutes.undoCalibration, { params }),
    onSuccess: (history) => queries.setQueryData(queryKey, history),
  })

  function startOver() {
    setRound(round + 1)
    setFirst(null)
    setSecond(null)
  }

  const before: Line = known.data?.current ?? scale
  const after = first && second && lineThrough(first, second)
  const equal = first !== null && second !== null && after === null

  return (
    <Dialog
      title={t('calibrate.title', { channel: channel.channel })}
      onClose={onClose}
      unsaved={first !== null}
      size="44rem"
    >
      <div className="rows calibration">
        <p className="soft">{t('calibrate.why')}</p>
        <Reading reading={reading} />
        <div className="points">
          <Point
            key={`first-${round}`}
            label={t('calibrate.first')}
            unit={channel.unit}
            point={first}
            reading={reading}
            onTake={setFirst}
            onForget={() => setFirst(null)}
          />
          <Point
            key={`second-${round}`}
            label={t('calibrate.second')}
            unit={channel.unit}
            point={second}
            reading={reading}
            onTake={setSecond}
            onForget={() => setSecond(null)}
            locked={first === null}
          />
        </div>
        {equal && (
          <p className="notice" data-tone="bad" role="alert">
            {t('calibrate.equal')}
          </p>
        )}
        {after && first && second && (
          <Comparison
            before={before}
            after={after}
            points={[first, second]}
            now={reading?.mean ?? channel.raw}
            unit={channel.unit}
          />
        )}
        {save.isError && <ProblemView error={save.error} />}
        <div className="row">
          <Button
            variant="filled"
            disabled={!after}
            loading={save.isPending}
            onClick={() => first && second && save.mutate([first, second])}
          >
            {t('calibrate.save')}
          </Button>
          {first && <Button onClick={startOver}>{t('calibrate.over')}</Button>}
        </div>
        {save.isSuccess && first === null && (
          <p role="status">{t('calibrate.saved', { version: save.data.current?.version ?? 0 })}</p>
        )}
        {known.isPending && <Waiting />}
        {known.isError && (
          <ProblemView
            error={known.error}
            help={{ label: t('tryAgain'), onClick: () => void known.refetch() }}
          />
        )}
        {undo.isError && <ProblemView error={undo.error} />}
        {known.data && (
          <CalibrationLog
            current={known.data.current}
            history={known.data.history}
            unit={channel.unit}
            busy={undo.isPending}
            onUndo={() => undo.mutate()}
          />
        )}
      </div>
    </Dialog>
  )
}

/** How steady the channel's raw reading is, looked at several times a second. */
function useSteadiness({ exhibit, channel }: ChannelValue): Steadiness | null {
  const { recorder } = useServices()
  const [result, setResult] = useState<Steadiness | null>(null)
  useEffect(() => {
    const look = () => {
      const samples = recorder
        .of(exhibit, channel)
        .flatMap(({ at, raw }) => (raw === null ? [] : [{ at, raw }]))
      setResult(steadiness(samples, Date.now()))
    }
    look()
    const timer = setInterval(look, 250)
    return () => clearInterval(timer)
  }, [recorder, exhibit, channel])
  return result
}

function Reading({ reading }: { reading: Steadiness | null }) {
  const { t } = useWords()
  const format = useFormat()
  const steady = reading?.steady ?? false
  return (
    <div className="steady-reading">
      <div>
        <p className="small soft">{t('calibrate.reading')}</p>
        <p className="reading">{reading ? format.number(reading.mean, 1) : '–'}</p>
      </div>
      <div>
        <p role="status">
          <StateWord look={steady ? 'good' : 'waiting'}>
            {t(steady ? 'calibrate.steady' : reading ? 'calibrate.moving' : 'calibrate.listening')}
          </StateWord>
        </p>
        <p className="small soft">
          {reading && t('calibrate.noise', { noise: format.number(reading.noise, 1) })}
        </p>
      </div>
    </div>
  )
}

interface PointProps {
  label: string
  unit: string
  point: CalibrationPoint | null
  reading: Steadiness | null
  locked?: boolean
  onTake: (point: CalibrationPoint) => void
  onForget: () => void
}

function Point({ label, unit, point, reading, locked = false, onTake, onForget }: PointProps) {
  const { t } = useWords()
  const format = useFormat()
  const [text, setText] = useState('')
  const value = numberFrom(text)
  const wrong = text.trim() !== '' && value === null
  const ready = value !== null && reading?.steady === true && !locked
  if (point !== null)
    return (
      <div className="point">
        <h3>{label}</h3>
        <p>
          <span className="value">{format.number(point.value, 3)}</span>
          <span className="unit">{unit}</span>
        </p>
        <p className="small soft">{t('calibrate.at', { raw: format.number(point.raw, 1) })}</p>
        <Button onClick={onForget}>{t('calibrate.again')}</Button>
      </div>
    )
  return (
    <form
      className="point"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && reading) onTake({ raw: Math.round(reading.mean * 100) / 100, value })
      }}
    >
      <h3>{label}</h3>
      <TextInput
        label={t('calibrate.known')}
        inputMode="decimal"
        autoComplete="off"
        disabled={locked}
        value={text}
        rightSection={<span className="unit">{unit}</span>}
        error={wrong && t('calibrate.notNumber')}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!ready}>
        {t('calibrate.take')}
      </Button>
    </form>
  )
}
