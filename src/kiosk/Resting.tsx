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
const pinsBelow = [174, 200, 226, 252, 278, 304, 330]

/** A board under its blanket: the shape that stands in the exhibit, unplugged from the day. */
function SleepingBoard() {
  return (
    <svg className="sleeper" viewBox="0 0 560 330" aria-hidden="true">
      <g className="sleeper-moon">
        <path d="M470 44a44 44 0 1 0 34 68a36 36 0 1 1-34-68z" />
      </g>
      <g className="sleeper-breath">
        <path className="body" d="M60 120q0-16 16-16h282l26 26v128q0 16-16 16H76q-16 0-16-16z" />
        <rect className="body" x="34" y="134" width="62" height="54" rx="6" />
        {pinsAbove.map((x) => (
          <rect key={x} className="pin" x={x} y="114" width="14" height="14" rx="3" />
        ))}
        {pinsBelow.map((x) => (
          <rect key={x} className="pin" x={x} y="250" width="14" height="14" rx="3" />
        ))}
        <path className="face" d="M166 184q14 13 28 0M262 184q14 13 28 0" />
        <path className="face" d="M218 214q10 7 20 0" />
        <path
          className="blanket"
          d="M128 226q40-18 78 0t78 0t78 0q24-10 46 2v64q0 14-14 14H142q-14 0-14-14z"
        />
        <path className="blanket-hem" d="M128 248q40-18 78 0t78 0t78 0q24-10 46 2" />
      </g>
      <g className="sleeper-z">
        <path d="M398 92h20l-20 24h20" />
        <path d="M430 58h15l-15 18h15" />
      </g>
    </svg>
  )
}
