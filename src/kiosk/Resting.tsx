import { type RestingReason, restingCodes } from './kiosk.ts'
import type { Say } from './texts.ts'

/** What a visitor sees while something is away: a board asleep, kind words, and a code for staff. */
export function Resting({ reason, say, hue }: { reason: RestingReason; say: Say; hue?: number }) {
  return (
    <section
      className="resting"
      data-hue=""
      style={hue === undefined ? undefined : { '--hue': hue }}
      aria-live="polite"
    >
      <SleepingBoard />
      <h1>{say('resting.title')}</h1>
      <p>{say('resting.hint')}</p>
      <p className="resting-code">{say('resting.code', { code: restingCodes[reason] })}</p>
    </section>
  )
}

const pinsAbove = [96, 122, 148, 174, 200, 226, 252, 278, 304, 330]

/** A board under its blanket: the shape that stands in the exhibit, unplugged from the day. */
function SleepingBoard() {
  return (
    <svg className="sleeper" viewBox="0 0 560 320" aria-hidden="true">
      <g className="sleeper-moon">
        <path d="M508 16a50 50 0 1 0 40 78a41 41 0 1 1-40-78z" />
      </g>
      <g className="sleeper-breath">
        <path className="body" d="M60 120q0-16 16-16h282l26 26v128q0 16-16 16H76q-16 0-16-16z" />
        <rect className="body" x="34" y="134" width="62" height="54" rx="6" />
        {pinsAbove.map((x) => (
          <rect key={x} className="pin" x={x} y="114" width="14" height="14" rx="3" />
        ))}
        <path className="face" d="M160 172q16 15 32 0M258 172q16 15 32 0" />
        <path className="face" d="M214 200q11 8 22 0" />
        <path
          className="blanket"
          d="M40 232q30-20 60 0t60 0t60 0t60 0t60 0t60 0v66q0 14-14 14H54q-14 0-14-14z"
        />
        <path className="blanket-hem" d="M40 256q30-20 60 0t60 0t60 0t60 0t60 0t60 0" />
      </g>
      <g className="sleeper-z">
        <path d="M392 84h22l-22 27h22" />
        <path d="M424 44h16l-16 19h16" />
      </g>
    </svg>
  )
}
