import { Icon, Plot, spot, useNumber, useSound, useStage, useText } from '@makerhall/kit'
import { useEffect, useRef, useState } from 'react'
import { attempt, noAttempt } from '../challenge.ts'
import { current, resistors, supply, target } from '../physics.ts'
import { axes, marks } from './axes.ts'
import { plot } from './geometry.ts'
import type { Measurement } from './measurement.ts'
import { Prompt } from './Prompt.tsx'
import { Table } from './Table.tsx'

const goal = { from: target.milliamps - target.within, to: target.milliamps + target.within }
const notEnough = current(supply[1], resistors.first)

/** Bring the lamp to 10 mA and hold it for two seconds; the resistor that is in the loop at first does not let so much
 * through, however far the dial is turned. */
export function Challenge({ measurement }: { measurement: Measurement }) {
  const { volts, milliamps, chosen } = measurement
  const text = useText()
  const number = useNumber()
  const stage = useStage()
  const sound = useSound()
  const [state, setState] = useState(noAttempt)
  const latest = useRef(milliamps)
  latest.current = milliamps

  useEffect(() => {
    const timer = setInterval(
      () => setState((before) => attempt(before, latest.current, performance.now())),
      50,
    )
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    if (!state.done) return
    stage('ten-milliamps')
    sound.reached()
  }, [state.done, stage, sound])

  const callForSwap = chosen === 'first' && !state.done && milliamps !== null && milliamps > notEnough * 0.9
  const prompt = state.done
    ? ({ icon: 'star', text: text('challenge.done') } as const)
    : state.since !== null
      ? ({ icon: 'challenge', text: text('challenge.hold') } as const)
      : callForSwap
        ? ({ icon: 'swap', text: text('challenge.swap') } as const)
        : ({ icon: 'challenge', text: text('challenge.goal') } as const)

  return (
    <Table measurement={measurement} callForSwap={callForSwap}>
      {state.done && <div className="triumph" style={spot(640, 182)} aria-hidden="true" />}
      <Prompt picture={<Icon name={prompt.icon} />} text={prompt.text}>
        <div className="goal" data-done={state.done || undefined}>
          <svg viewBox="0 0 200 200" aria-hidden="true">
            <circle className="track" cx="100" cy="100" r="88" />
            <circle
              className="held"
              cx="100"
              cy="100"
              r="88"
              pathLength="1"
              style={{ strokeDashoffset: 1 - state.held, opacity: state.held > 0 ? 1 : 0 }}
            />
          </svg>
          <span>
            {number(target.milliamps)}
            <small>mA</small>
          </span>
        </div>
      </Prompt>
      <div style={spot(plot.x, plot.y, plot.width, plot.height)}>
        <Plot
          {...axes}
          className="whole"
          label={text('plot')}
          series={[]}
          band={goal}
          live={milliamps === null ? null : { x: volts, y: milliamps, mark: marks[chosen] }}
        />
      </div>
    </Table>
  )
}
