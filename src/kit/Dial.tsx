import { type PointerEvent, useId, useRef } from 'react'
import { useNumber } from './hooks.ts'
import { type Sliding, useSliding } from './slide.ts'
import { angleOf, bearing, sweep, turnBetween, turned } from './turning.ts'

export interface DialProps extends Omit<Sliding, 'text'> {
  /** The channel that it stands for, as `data-channel`. */
  channel: string
  unit: string
  decimals?: number
  /** Numbers around the rim, at these values. */
  marks?: readonly number[]
  className?: string
}

const at = (degrees: number, radius: number) => {
  const radians = ((degrees - 90) * Math.PI) / 180
  return { x: 200 + radius * Math.cos(radians), y: 200 + radius * Math.sin(radians) }
}
const arc = (from: number, to: number, radius: number) => {
  const a = at(from, radius)
  const b = at(to, radius)
  return `M${a.x} ${a.y}A${radius} ${radius} 0 ${to - from > 180 ? 1 : 0} 1 ${b.x} ${b.y}`
}
const teeth = Array.from({ length: 36 }, (_, n) => n * 10)

/** A knob to be turned by a finger going round it, or by keys. What is set is a solid line around it. */
export function Dial({ channel, unit, decimals = 1, marks = [], className = '', ...sliding }: DialProps) {
  const { min, max } = sliding
  const number = useNumber()
  const last = useRef(0)
  const shade = useId()
  const { shown, now, held, props } = useSliding(
    { ...sliding, text: `${number(sliding.value, decimals)} ${unit}` },
    {
      down: (event) => {
        last.current = place(event).bearing
      },
      move: (event, value) => {
        const now = place(event)
        // Near the middle a small slip is a wide turn: what happens there does not count.
        const turn = now.far < 0.12 ? 0 : turnBetween(last.current, now.bearing)
        last.current = now.bearing
        return turned(value, turn, min, max)
      },
    },
  )
  const angle = angleOf(shown, min, max)

  return (
    <div
      {...props}
      role="slider"
      tabIndex={0}
      aria-valuenow={now}
      className={`mh-dial ${className}`}
      data-channel={channel}
      data-held={held || undefined}
    >
      <svg viewBox="0 0 400 400" aria-hidden="true">
        <defs>
          <radialGradient id={shade} cx="38%" cy="28%" r="85%">
            <stop offset="0" stopColor="var(--knob-light)" />
            <stop offset="1" stopColor="var(--knob-dark)" />
          </radialGradient>
        </defs>
        <path className="mh-dial-track" d={arc(sweep.from, sweep.to, 176)} />
        {angle > sweep.from + 0.5 && <path className="mh-dial-set" d={arc(sweep.from, angle, 176)} />}
        {marks.map((mark) => {
          const a = at(angleOf(mark, min, max), 188)
          const b = at(angleOf(mark, min, max), 198)
          return <line key={mark} className="mh-dial-mark" x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
        })}
        <g className="mh-dial-teeth" transform={`rotate(${angle} 200 200)`}>
          {teeth.map((tooth) => (
            <rect
              key={tooth}
              x="196"
              y="46"
              width="8"
              height="16"
              rx="4"
              transform={`rotate(${tooth} 200 200)`}
            />
          ))}
        </g>
        <circle cx="200" cy="200" r="146" fill={`url(#${shade})`} />
        <circle className="mh-dial-rim" cx="200" cy="200" r="146" />
        <circle className="mh-dial-face" cx="200" cy="200" r="106" />
        <line
          className="mh-dial-pointer"
          x1="200"
          y1="64"
          x2="200"
          y2="82"
          transform={`rotate(${angle} 200 200)`}
        />
      </svg>
      {marks.map((mark) => {
        const { x, y } = at(angleOf(mark, min, max), 224)
        return (
          <span
            key={mark}
            className="mh-dial-number"
            style={{ left: `${x / 4}%`, top: `${y / 4}%` }}
            aria-hidden="true"
          >
            {number(mark)}
          </span>
        )
      })}
      <span className="mh-dial-value" aria-hidden="true">
        {number(shown, decimals)}
        <small>{unit}</small>
      </span>
    </div>
  )
}

/** Where a finger is on the knob: its bearing, and how far out (1: at the box's edge). */
function place(event: PointerEvent<HTMLElement>) {
  const box = event.currentTarget.getBoundingClientRect()
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const finger = { x: event.clientX, y: event.clientY }
  const far = Math.hypot(finger.x - centre.x, finger.y - centre.y) / (box.width / 2)
  return { bearing: bearing(centre, finger), far }
}
