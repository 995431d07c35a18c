import {
  BigButton,
  Icon,
  Plot,
  plotSpot,
  Slider,
  spot,
  useNumber,
  useSound,
  useStage,
  useText,
} from '@makerhall/kit'
import { useEffect, useReducer, useState } from 'react'
import { howNear, newRound, predict, type Seen } from '../predict.ts'
import { axes, marks } from './axes.ts'
import { plot } from './geometry.ts'
import type { Measurement } from './measurement.ts'
import { Prompt } from './Prompt.tsx'
import { Table } from './Table.tsx'

interface Landed extends Seen {
  at: number
}

/** First say where the point will land, then see. What is measured is covered until then. */
export function Predict({ measurement }: { measurement: Measurement }) {
  const { volts, milliamps, chosen } = measurement
  const text = useText()
  const number = useNumber()
  const stage = useStage()
  const sound = useSound()
  const [round, send] = useReducer(predict, volts, newRound)
  const [landed, setLanded] = useState<readonly Landed[]>([])
  useEffect(() => send({ type: 'volts', volts }), [volts])

  // The round's result: told once, kept on the plot.
  const { seen } = round
  useEffect(() => {
    if (!seen) return
    setLanded((before) => [...before.slice(-11), { ...seen, at: performance.now() }])
    stage('predicted')
    if (howNear(seen) === 'close') {
      stage('close-prediction')
      sound.reached()
    } else sound.note((seen.measured / 15) * 9)
  }, [seen, stage, sound])

  const guess = round.guess ?? 0
  const guessing = round.phase === 'guess'
  const how = seen && howNear(seen)
  return (
    <Table measurement={measurement} covered={round.phase !== 'seen'} callForTurn={round.phase === 'turn'}>
      {round.phase === 'turn' && <Prompt picture={<Icon name="turn" />} text={text('predict.turn')} />}
      {guessing && (
        <Prompt picture={<Icon name="predict" />} text={text('predict.drag')}>
          <BigButton
            kind="main"
            icon={<Icon name="see" />}
            label={text('predict.see')}
            disabled={round.guess === null || milliamps === null}
            onPress={() => send({ type: 'see', volts, measured: milliamps })}
          />
        </Prompt>
      )}
      {seen && how && (
        <Prompt picture={<Stars how={how} />} text={text(`predict.${how}`)}>
          <p className="distance">
            {text('predict.distance', { far: number(Math.abs(seen.guess - seen.measured), 1) })}
          </p>
          <BigButton
            icon={<Icon name="again" />}
            label={text('predict.again')}
            onPress={() => send({ type: 'again', volts })}
          />
        </Prompt>
      )}
      <div style={spot(plot.x, plot.y, plot.width, plot.height)}>
        <Plot
          {...axes}
          className="whole"
          label={text('plot')}
          series={[
            {
              id: 'landed',
              name: text('current'),
              mark: marks[chosen],
              points: landed.map(({ volts: x, measured: y, at }) => ({ x, y, at })),
              behind: guessing,
            },
          ]}
          lines={
            seen
              ? [
                  {
                    kind: 'simulated',
                    points: [
                      { x: seen.volts, y: seen.guess },
                      { x: seen.volts, y: seen.measured },
                    ],
                  },
                ]
              : [
                  {
                    kind: 'set',
                    points: [
                      { x: volts, y: 0 },
                      { x: volts, y: axes.y.max },
                    ],
                  },
                ]
          }
          guess={seen ? { x: seen.volts, y: seen.guess } : null}
          live={seen && milliamps !== null ? { x: seen.volts, y: seen.measured, mark: marks[chosen] } : null}
        >
          {guessing && (
            <div
              className="guess-way"
              style={guessSpot(volts)}
              data-untouched={round.guess === null || undefined}
            >
              <Slider
                orientation="vertical"
                label={text('predict.guess')}
                text={`${number(guess, 1)} mA`}
                min={axes.y.min}
                max={axes.y.max}
                step={0.1}
                page={1}
                value={guess}
                onChange={(next) => send({ type: 'guess', milliamps: next })}
              />
            </div>
          )}
        </Plot>
      </div>
    </Table>
  )
}

/** The slider lies on the plot's line of the set voltage, from the bottom of its axis to its top. */
function guessSpot(volts: number) {
  const { left, top } = plotSpot(axes, volts, axes.y.max)
  const bottom = plotSpot(axes, volts, axes.y.min)
  return { left, top, height: `calc(${bottom.top} - ${top})` }
}

const stars = { close: 3, near: 2, far: 1 } as const

function Stars({ how }: { how: keyof typeof stars }) {
  return (
    <span className="stars" aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <span key={n} data-won={n <= stars[how] || undefined}>
          <Icon name="star" />
        </span>
      ))}
    </span>
  )
}
