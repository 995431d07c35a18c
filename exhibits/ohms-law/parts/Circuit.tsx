import { resistors, rings } from '../physics.ts'
import type { Resistor } from '../trail.ts'
import { dial, fork, lamp, meter, rail, sheet } from './geometry.ts'
import { Lamp, LampDefs } from './Lamp.tsx'

/** What lies under the charges: wires, the switch, the two resistors, and the room around. */
export function Wires({ chosen, glow }: { chosen: Resistor; glow: number }) {
  const top = dial.y - dial.size / 2
  const bottom = dial.y + dial.size / 2
  return (
    <svg className="circuit" viewBox={`0 0 ${sheet.width} ${sheet.height}`} aria-hidden="true">
      <Laboratory glow={glow} />
      <g className="wire">
        <path d={`M${rail.left} ${top}V${rail.top}H${lamp.x - 40}`} />
        <path d={`M${lamp.x + 40} ${rail.top}H${rail.right}V${meter.y - meter.r}`} />
        <path d={`M${rail.right} ${meter.y + meter.r}V${rail.bottom}H${fork.right}`} />
        <path d={`M${fork.left} ${rail.bottom}H${rail.left}V${bottom}`} />
        {(['first', 'second'] as const).map((each) => (
          <path
            key={each}
            data-off={each !== chosen || undefined}
            d={`M${fork.right} ${rail.bottom}L${fork.right - 40} ${fork[each]}H${fork.left + 40}`}
          />
        ))}
      </g>
      <ResistorBody y={fork.first} bands={rings(resistors.first)} on={chosen === 'first'} />
      <ResistorBody y={fork.second} bands={rings(resistors.second)} on={chosen === 'second'} />
      <g className="switch">
        <circle cx={fork.left + 40} cy={fork.first} r="9" />
        <circle cx={fork.left + 40} cy={fork.second} r="9" />
        <circle cx={fork.right} cy={rail.bottom} r="7" />
        <line
          className="lever"
          x1={fork.left}
          y1={rail.bottom}
          x2={fork.left + reach}
          y2={rail.bottom}
          style={{ rotate: `${lever(chosen)}deg`, transformOrigin: `${fork.left}px ${rail.bottom}px` }}
        />
        <circle cx={fork.left} cy={rail.bottom} r="11" />
      </g>
    </svg>
  )
}

/** From the switch's pivot to its contacts. */
const reach = Math.hypot(40, fork.second - rail.bottom)
const lever = (chosen: Resistor) => (Math.atan2(fork[chosen] - rail.bottom, 40) * 180) / Math.PI

export interface PartsProps {
  /** mA as measured; null: not known. */
  milliamps: number | null
  /** 0 (dark) to 1, of the lamp. */
  glow: number
  /** The answer is covered: the visitor is still guessing. */
  covered: boolean
}

/** What the charges run through: the lamp and the meter. */
export function Parts({ milliamps, glow, covered }: PartsProps) {
  return (
    <svg className="circuit" viewBox={`0 0 ${sheet.width} ${sheet.height}`} aria-hidden="true">
      <LampDefs />
      <g transform={`translate(${lamp.x} ${lamp.y})`}>
        <Lamp glow={glow} hidden={covered} />
      </g>
      <Meter milliamps={covered ? null : milliamps} />
    </svg>
  )
}

/** A real resistor: its coloured rings say 220 or 470 Ω, ± 5 %. */
function ResistorBody({ y, bands, on }: { y: number; bands: string[]; on: boolean }) {
  const x = (fork.left + fork.right) / 2
  return (
    <g className="resistor" data-on={on || undefined} transform={`translate(${x} ${y})`}>
      <path d="M-104 0c0 -34 14 -40 36 -40c18 0 22 8 34 8h68c12 0 16 -8 34 -8c22 0 36 6 36 40s-14 40 -36 40c-18 0 -22 -8 -34 -8h-68c-12 0 -16 8 -34 8c-22 0 -36 -6 -36 -40z" />
      {[-74, -28, 0].map((left, n) => (
        <rect
          key={left}
          className={`ring ring-${bands[n]}`}
          x={left}
          y={n === 0 ? -37 : -30}
          width="15"
          height={n === 0 ? 74 : 60}
        />
      ))}
      <rect className="ring ring-gold" x="60" y="-37" width="15" height="74" />
    </g>
  )
}

const scaleEnd = 15
const needle = (milliamps: number) =>
  -60 + (Math.min(scaleEnd * 1.05, Math.max(0, milliamps)) / scaleEnd) * 120

/** The meter that the shunt stands for: 0 to 15 mA. */
function Meter({ milliamps }: { milliamps: number | null }) {
  return (
    <g
      className="meter"
      data-unknown={milliamps === null || undefined}
      transform={`translate(${meter.x} ${meter.y})`}
    >
      <circle className="case" r={meter.r} />
      <path className="arc" d="M-65.800 -38A76 76 0 0 1 65.800 -38" />
      {[0, 5, 10, 15].map((mark) => (
        <line
          key={mark}
          className="mark"
          x1="0"
          y1="-82"
          x2="0"
          y2="-70"
          transform={`rotate(${needle(mark)})`}
        />
      ))}
      <line
        className="needle"
        x1="0"
        y1="6"
        x2="0"
        y2="-72"
        style={{ rotate: `${needle(milliamps ?? 0)}deg` }}
      />
      <circle className="hub" r="9" />
    </g>
  )
}

/** The room around, which comes out of the dusk as far as the lamp lights it. */
function Laboratory({ glow }: { glow: number }) {
  return (
    <g className="laboratory" style={{ opacity: 0.2 + 0.8 * glow }}>
      <path d="M44 292H424M72 292v16M396 292v16" />
      <path d="M92 292c-16 0 -22 -14 -14 -28l36 -64v-48h36v48l36 64c8 14 2 28 -14 28zM108 152h48M96 240h72" />
      <circle cx="250" cy="246" r="46" />
      <path d="M236 202v-56h28v56M228 146h44M208 256q21 -10 42 0t42 0" />
      <path d="M326 292v-92h62v92M318 188h78l-8 12h-62zM326 246h62" />
      <path d="M852 292h290M880 292v16M1114 292v16" />
      <path d="M884 292v-118h34v118M918 292v-142h30v142M954 292l28 -122l29 7l-27 115M892 198h18M892 210h18M926 180h14" />
      <path d="M1052 292h64M1084 292v-16M1084 276a44 44 0 0 0 22 -82M1062 256a44 44 0 0 1 8 -66M1066 232l44 -62l18 13l-44 62zM1104 158l14 -20l18 13l-14 20M1058 262h34" />
    </g>
  )
}
