import { Dial, Stage, spot, useAge, useNumber, useSound, useText } from '@makerhall/kit'
import { type ReactNode, useEffect, useRef } from 'react'
import { brightness, resistors, supply } from '../physics.ts'
import { marks } from './axes.ts'
import { Charges } from './Charges.tsx'
import { Parts, Wires } from './Circuit.tsx'
import { dial, fork, loop, meter, sheet } from './geometry.ts'
import type { Measurement } from './measurement.ts'

export interface TableProps {
  measurement: Measurement
  /** Covers what is measured, while the visitor guesses. */
  covered?: boolean
  /** Calls for a hand at the dial. */
  callForTurn?: boolean
  /** Calls for the other resistor. */
  callForSwap?: boolean
  children: ReactNode
}

const volts = [0, 1, 2, 3, 4, 5]

/** The circuit with its dial and its resistors: the same table in every mode. */
export function Table({ measurement, children, ...calls }: TableProps) {
  const { covered = false, callForTurn = false, callForSwap = false } = calls
  const { dial: knob, current, chosen, milliamps } = measurement
  const text = useText()
  const number = useNumber()
  const age = useAge(current)
  const known = covered ? null : milliamps
  const shown = current.quality === 'bad' ? current.number : known
  const glow = brightness(known ?? 0)
  useEffect(() => {
    document.documentElement.style.setProperty('--light', String(glow))
  }, [glow])

  return (
    <Stage width={sheet.width} height={sheet.height} className="ohm">
      <Wires chosen={chosen} glow={glow} />
      <div style={spot(0, 0, sheet.width, sheet.height)} className="charges-box" aria-hidden="true">
        <Charges {...sheet} path={loop(fork[chosen])} milliamps={known} />
      </div>
      <Parts milliamps={known} glow={glow} covered={covered} />
      <h1 className="title" style={spot(64, 34)}>
        {text('title')}
      </h1>
      <div className="at" style={spot(dial.x, dial.y)}>
        <Dial
          className={callForTurn ? 'knob calls' : 'knob'}
          channel="dial"
          label={text('dial')}
          unit="V"
          decimals={1}
          min={supply[0]}
          max={supply[1]}
          step={0.1}
          page={0.5}
          marks={volts}
          value={measurement.volts}
          onChange={knob.set}
        />
      </div>
      <p
        className="reading"
        style={spot(meter.x - meter.r, meter.y + 12, meter.r * 2)}
        data-old={age !== null || undefined}
        aria-label={text('current')}
        role="img"
      >
        {covered ? '?' : shown === null ? '–' : number(shown, 1)}
        <small>mA</small>
        {age !== null && <em>{text('age', { seconds: age })}</em>}
      </p>
      <Resistors measurement={measurement} call={callForSwap} />
      {children}
    </Stage>
  )
}

/** ms between the press and the letting go of the button that a finger on a resistor stands for. */
const press = 120

function Resistors({ measurement: { chosen, button }, call }: { measurement: Measurement; call: boolean }) {
  const text = useText()
  const sound = useSound()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const swap = () => {
    clearTimeout(timer.current)
    button.set(true)
    timer.current = setTimeout(() => button.set(false), press)
    sound.note(chosen === 'first' ? 4 : 1)
  }
  return (
    <fieldset aria-label={text('resistors')} data-channel="button">
      {(['first', 'second'] as const).map((each) => (
        <button
          key={each}
          type="button"
          className="choose-resistor"
          style={spot(fork.left + 50, fork[each] - 53, fork.right - fork.left - 100, 106)}
          aria-pressed={each === chosen}
          data-call={(call && each !== chosen) || undefined}
          aria-label={text(`resistor.${each}`)}
          onClick={() => each !== chosen && swap()}
        />
      ))}
      {(['first', 'second'] as const).map((each) => (
        <span
          key={each}
          className="ohms"
          data-on={each === chosen || undefined}
          style={spot(fork.right + 22, fork[each] - 24)}
          aria-hidden="true"
        >
          <i data-mark={marks[each]} />
          {resistors[each]}
          <small>Ω</small>
        </span>
      ))}
    </fieldset>
  )
}
