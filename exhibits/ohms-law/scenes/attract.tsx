import { angleOf, mountScene, Stage, useReducedMotion } from '@makerhall/kit'
import { useEffect, useState } from 'react'
import { Charges } from '../parts/Charges.tsx'
import type { Point } from '../parts/geometry.ts'
import { Hand } from '../parts/Hand.tsx'
import { Lamp, LampDefs } from '../parts/Lamp.tsx'
import { moment } from '../performance.ts'
import { brightness, current, resistors, supply } from '../physics.ts'
import '../style.css'

const width = 1920
const height = 1080
const knob = { x: 560, y: 560, r: 270 }
const lamp = { x: 1370, y: 720 }
const wires: readonly Point[] = [
  [knob.x, knob.y - knob.r],
  [knob.x, 150],
  [960, 150],
  [960, lamp.y],
  [lamp.x - 42, lamp.y],
  [lamp.x - 42, lamp.y - 194],
  [lamp.x - 71, lamp.y - 256],
  [lamp.x, lamp.y - 298],
  [lamp.x + 71, lamp.y - 256],
  [lamp.x + 42, lamp.y - 194],
  [lamp.x + 42, lamp.y],
  [1720, lamp.y],
  [1720, 900],
  [knob.x, 900],
  [knob.x, knob.y + knob.r],
]
/** Shown to those who want less motion: the lamp at its brightest. */
const brightest = 4.4

/** What can be done here, without a word: a hand turns the dial, and the lamp answers. */
function Attract() {
  const still = useReducedMotion()
  const [seconds, setSeconds] = useState(brightest)
  useEffect(() => {
    if (still) return setSeconds(brightest)
    const began = performance.now()
    let frame = requestAnimationFrame(function draw(now) {
      frame = requestAnimationFrame(draw)
      setSeconds((now - began) / 1000)
    })
    return () => cancelAnimationFrame(frame)
  }, [still])

  const { volts, hand } = moment(seconds)
  const milliamps = current(volts, resistors.second)
  const glow = brightness(milliamps)
  const angle = angleOf(volts, supply[0], supply[1])
  useEffect(() => {
    document.documentElement.style.setProperty('--light', String(glow))
  }, [glow])

  return (
    <Stage width={width} height={height} className="ohm attract">
      <svg className="circuit" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <LampDefs />
        <g className="wire">
          <path d={`M${knob.x} ${knob.y - knob.r}V150H960V${lamp.y}H${lamp.x - 60}`} />
          <path d={`M${lamp.x + 60} ${lamp.y}H1720V900H${knob.x}V${knob.y + knob.r}`} />
        </g>
        <g transform={`translate(${lamp.x} ${lamp.y}) scale(1.62)`}>
          <Lamp glow={glow} />
        </g>
      </svg>
      <div className="charges-box whole-sheet" aria-hidden="true">
        <Charges width={width} height={height} path={wires} milliamps={milliamps} />
      </div>
      <svg className="circuit" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <g transform={`translate(${knob.x} ${knob.y})`}>
          <KnobDrawing angle={angle} />
          <g
            transform={`rotate(${angle + 40}) translate(0 -196) rotate(${-angle * 0.55 - 62}) translate(${
              (1 - hand) * 320
            } ${(1 - hand) * 560})`}
            style={{ opacity: Math.min(1, hand * 3) }}
          >
            <Hand />
          </g>
        </g>
      </svg>
    </Stage>
  )
}

const teeth = Array.from({ length: 48 }, (_, n) => n * 7.5)
const rim = (degrees: number, r: number) => {
  const radians = ((degrees - 90) * Math.PI) / 180
  return `${r * Math.cos(radians)} ${r * Math.sin(radians)}`
}
const arc = (from: number, to: number, r: number) =>
  `M${rim(from, r)}A${r} ${r} 0 ${to - from > 180 ? 1 : 0} 1 ${rim(to, r)}`

function KnobDrawing({ angle }: { angle: number }) {
  return (
    <g className="big-knob">
      <path className="track" d={arc(-140, 140, 252)} />
      {angle > -139.5 && <path className="turned" d={arc(-140, angle, 252)} />}
      <g transform={`rotate(${angle})`}>
        {teeth.map((tooth) => (
          <rect key={tooth} x="-5" y="-226" width="10" height="22" rx="5" transform={`rotate(${tooth})`} />
        ))}
        <circle className="body" r="208" />
        <circle className="face" r="158" />
        <line className="pointer" x1="0" y1="-184" x2="0" y2="-104" />
      </g>
    </g>
  )
}

mountScene(Attract)
