import { Icon, Plot, spot, useChannelHistory, useSound, useStage, useText } from '@makerhall/kit'
import { useEffect, useRef, useState } from 'react'
import { current as expectedCurrent, resistors, supply } from '../physics.ts'
import { emptyTrail, enough, measure, reached, stretches, suppliedVolts } from '../trail.ts'
import { axes, marks } from './axes.ts'
import { plot } from './geometry.ts'
import type { Measurement } from './measurement.ts'
import { Prompt } from './Prompt.tsx'
import { Table } from './Table.tsx'

/** V: less than this may be noise or a hand that only rests on the dial. */
const turnedBy = 0.3
/** ms: how long a reading waits for the voltage it belongs to, and how long the circuit takes after a swap. */
const later = 60
const settling = 200
/** ms: from the circuit to the scene a reading takes so much longer than a voltage from the scene's rules to the pin. */
const onTheWay = 15

/** Free play: every value leaves a point, and the points become two lines. */
export function Explore({ measurement }: { measurement: Measurement }) {
  const { volts, milliamps, current, chosen } = measurement
  const text = useText()
  const stage = useStage()
  const sound = useSound()
  const set = useChannelHistory('voltage')
  const readings = useChannelHistory('current')
  const [trail, setTrail] = useState(emptyTrail)
  const first = useRef(volts)
  const [turned, setTurned] = useState(false)
  const taken = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef({ chosen, swapped: performance.now() })
  if (latest.current.chosen !== chosen) latest.current = { chosen, swapped: performance.now() }

  useEffect(() => {
    if (Math.abs(volts - first.current) < turnedBy) return
    setTurned(true)
    stage('turned')
  }, [volts, stage])

  // Each reading becomes a point at the voltage of its own moment, a little later: what was set may arrive after it.
  useEffect(() => {
    if (current.quality !== 'good' || timer.current !== undefined) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      // Of before the last swap, nothing: it may belong to either resistor.
      const news = readings.filter(
        ({ heard }) => heard > taken.current && heard >= latest.current.swapped + settling,
      )
      const on = latest.current.chosen
      taken.current = readings.at(-1)?.heard ?? taken.current
      setTrail((before) =>
        news.reduce((after, { heard, value }) => {
          const supplied = suppliedVolts(set, heard - onTheWay)
          return supplied === null ? after : measure(after, on, supplied, value, performance.now())
        }, before),
      )
    }, later)
  }, [current, set, readings])
  useEffect(() => () => clearTimeout(timer.current), [])

  const points = trail.first.length + trail.second.length
  useEffect(() => {
    for (const name of reached(trail)) stage(name)
  }, [trail, stage])
  useEffect(() => {
    const newest = trail[latest.current.chosen].at(-1)
    if (points > 1 && newest) sound.note((newest.y / 15) * 9)
  }, [points, trail, sound])

  const drawn = { first: stretches(trail.first), second: stretches(trail.second) }
  const done = drawn.first >= enough && drawn.second >= enough
  const wasDone = useRef(false)
  useEffect(() => {
    if (done && !wasDone.current) sound.reached()
    wasDone.current = done
  }, [done, sound])
  const other = chosen === 'first' ? 'second' : 'first'
  const callForSwap = drawn[chosen] >= 3 && drawn[other] === 0
  const prompt = done
    ? ({ icon: 'star', text: text('explore.done') } as const)
    : callForSwap
      ? ({ icon: 'swap', text: text('explore.swap') } as const)
      : turned
        ? ({ icon: 'turn', text: text('explore.draw') } as const)
        : ({ icon: 'turn', text: text('explore.turn') } as const)

  return (
    <Table measurement={measurement} callForTurn={!turned} callForSwap={callForSwap}>
      <Prompt picture={<Icon name={prompt.icon} />} text={prompt.text}>
        <Progress drawn={drawn} />
      </Prompt>
      <div style={spot(plot.x, plot.y, plot.width, plot.height)}>
        <Plot
          {...axes}
          className="whole"
          label={text('plot')}
          series={(['first', 'second'] as const).map((each) => ({
            id: each,
            name: text(`resistor.${each}`),
            mark: marks[each],
            points: trail[each],
            behind: each !== chosen,
          }))}
          lines={done ? (['first', 'second'] as const).map((each) => expected(resistors[each])) : []}
          live={milliamps === null ? null : { x: volts, y: milliamps, mark: marks[chosen] }}
        />
        <p className="points">{text('points', { count: points })}</p>
      </div>
    </Table>
  )
}

/** What the law says, drawn once the visitor has drawn it: simulated, so dashed. */
const expected = (ohms: number) => ({
  kind: 'simulated' as const,
  points: Array.from({ length: 21 }, (_, n) => {
    const x = supply[0] + ((supply[1] - supply[0]) * n) / 20
    return { x, y: expectedCurrent(x, ohms) }
  }),
})

/** Five steps for each line, as marks: whoever does not read sees what is missing. */
function Progress({ drawn }: { drawn: { first: number; second: number } }) {
  return (
    <div className="progress" aria-hidden="true">
      {(['first', 'second'] as const).map((each) => (
        <span key={each}>
          {Array.from({ length: enough }, (_, n) => (
            <i key={n} className="step" data-mark={marks[each]} data-done={n < drawn[each] || undefined} />
          ))}
        </span>
      ))}
    </div>
  )
}
