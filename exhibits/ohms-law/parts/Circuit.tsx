import type { Resistor } from '../trail.ts'
import { dial, fork, lamp, meter, rail, sheet } from './geometry.ts'
import { Lamp, LampDefs } from './Lamp.tsx'

export interface CircuitProps {
  chosen: Resistor
  /** mA as measured; null: not known. */
  milliamps: number | null
  /** 0 (dark) to 1, of the lamp. */
  glow: number
  /** The answer is covered: the visitor is still guessing. */
  covered: boolean
}

/** The circuit as it stands on the table: dial, lamp, meter and the two resistors with their switch. */
export function Circuit({ chosen, milliamps, glow, covered }: CircuitProps) {
  const top = dial.y - dial.size / 2
  const bottom = dial.y + dial.size / 2
  const row = fork[chosen]
  return (
    <svg className="circuit" viewBox={`0 0 ${sheet.width} ${sheet.height}`} aria-hidden="true">
      <LampDefs />
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
      <g className="switch">
        <circle cx={fork.left} cy={rail.bottom} r="11" />
        <circle cx={fork.left + 40} cy={fork.first} r="9" />
        <circle cx={fork.left + 40} cy={fork.second} r="9" />
        <circle cx={fork.right} cy={rail.bottom} r="7" />
        <line className="lever" x1={fork.left} y1={rail.bottom} x2={fork.left + 40} y2={row} />
      </g>
      <ResistorBody y={fork.first} bands={['red', 'red', 'brown']} on={chosen === 'first'} />
      <ResistorBody y={fork.second} bands={['yellow', 'violet', 'brown']} on={chosen === 'second'} />
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
    <g className="laboratory" style={{ opacity: 0.16 + 0.6 * glow }}>
      <path d="M40 286H420M64 286v-12M396 286v-12" />
      <path d="M98 286c-18 0 -24 -14 -16 -28l34 -62v-52h36v52l34 62c8 14 2 28 -16 28zM108 144h52M94 244h80" />
      <path d="M236 286a44 44 0 1 1 0 -.1M222 202v-52h28v52M214 150h44M196 250q20 -10 40 0t40 0" />
      <path d="M310 286v-96h64v96M310 190l-8 -10h80l-8 10M310 236h64M322 252v14M334 252v14" />
      <path d="M860 286h282M884 286v-12M1118 286v-12" />
      <path d="M892 286v-112h34v112M926 286v-136h30v136M962 286l26 -118l30 7l-26 111M900 196h18M900 206h18M934 176h14" />
      <path d="M1068 286v-24M1040 286h56M1068 262l-30 -70l22 -10M1046 176l34 -24l18 30l-40 22z" />
    </g>
  )
}
