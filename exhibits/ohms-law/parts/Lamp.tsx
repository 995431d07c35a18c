/** A filament lamp, its base's middle at 0, 0 and its bulb above. `glow` is 0 (dark) to 1. */
export function Lamp({ glow, hidden }: { glow: number; hidden?: boolean }) {
  return (
    <g className="lamp">
      <circle
        className="lamp-light"
        cx="0"
        cy="-158"
        r={130 + 260 * glow}
        style={{ opacity: Math.min(1, glow * 1.4) }}
      />
      <path
        className="lamp-glass"
        d="M-44 -30C-44 -70 -112 -96 -112 -166A112 112 0 0 1 112 -166C112 -96 44 -70 44 -30Z"
        style={{ fillOpacity: 0.06 + 0.4 * glow }}
      />
      {hidden ? (
        <text className="lamp-question" y="-130" textAnchor="middle">
          ?
        </text>
      ) : (
        <>
          <path className="lamp-lead" d="M-26 -20V-120L-44 -158M26 -20V-120L44 -158" />
          <path
            className="lamp-wire"
            d={filament}
            data-lit={glow > 0.01 || undefined}
            style={{ filter: glow > 0.01 ? 'url(#lamp-bloom)' : undefined }}
          />
        </>
      )}
      <path
        className="lamp-base"
        d="M-46 -34h92v20l-6 8l6 8l-6 8l6 8l-8 14h-76l-8 -14l6 -8l-6 -8l6 -8l-6 -8z"
      />
      <path className="lamp-thread" d="M-40 -6h80M-40 10h80" />
    </g>
  )
}

/** A coil from lead to lead. */
const filament = Array.from({ length: 61 }, (_, n) => {
  const share = n / 60
  const x = -44 + 88 * share - 7 * Math.sin(share * 12 * Math.PI)
  const y = -158 - 13 * Math.sin(share * Math.PI) - 13 * (1 - Math.cos(share * 12 * Math.PI))
  return `${n ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
}).join('')

/** What the lamps of a drawing share. */
export function LampDefs() {
  return (
    <defs>
      <radialGradient id="lamp-light">
        <stop offset="0" stopColor="var(--hue-fill)" stopOpacity="0.75" />
        <stop offset="0.35" stopColor="var(--hue-fill)" stopOpacity="0.3" />
        <stop offset="1" stopColor="var(--hue-fill)" stopOpacity="0" />
      </radialGradient>
      <filter id="lamp-bloom" x="-80%" y="-80%" width="260%" height="260%">
        <feGaussianBlur stdDeviation="7" result="soft" />
        <feMerge>
          <feMergeNode in="soft" />
          <feMergeNode in="soft" />
          <feMergeNode in="SourceGraphic" />
        </feMerge>
      </filter>
    </defs>
  )
}
