/** Line drawings on a grid of 48, in the ink of the text around them. */
const drawings = {
  /** Compass needle: go and look. */
  explore: ['M24 5a19 19 0 1 0 0 38a19 19 0 1 0 0-38z', 'M31.5 16.5l-4.6 10.4l-10.4 4.6l4.6-10.4z'],
  /** A point on a plot that is not there yet. */
  predict: [
    'M7 6v35h35',
    'M13 35L27 21',
    'M34 9.5a5.5 5.5 0 1 1-.01 0',
    'M34 2.5v2M34 23v2M25 14h-2M45 14h-2',
  ],
  /** A target. */
  challenge: [
    'M24 5a19 19 0 1 0 0 38a19 19 0 1 0 0-38z',
    'M24 14a10 10 0 1 0 0 20a10 10 0 1 0 0-20z',
    'M24 22.5v3',
  ],
  home: ['M8 8h13v13H8zM27 8h13v13H27zM8 27h13v13H8zM27 27h13v13H27z'],
  quiet: ['M7 19v10h8l10 8V11l-10 8z', 'M33 19l9 10M42 19l-9 10'],
  soft: ['M7 19v10h8l10 8V11l-10 8z', 'M32 18a9 9 0 0 1 0 12'],
  loud: ['M7 19v10h8l10 8V11l-10 8z', 'M32 18a9 9 0 0 1 0 12', 'M38 12a17 17 0 0 1 0 24'],
  see: ['M4 24s7-13 20-13s20 13 20 13s-7 13-20 13S4 24 4 24z', 'M24 18a6 6 0 1 0 0 12a6 6 0 1 0 0-12z'],
  again: ['M39 24a15 15 0 1 1-5-11.2', 'M35 4v10H25'],
  swap: ['M8 17h30l-8-8', 'M40 31H10l8 8'],
  touch: [
    'M18 27V12.5a3.5 3.5 0 0 1 7 0V23l9.5 2.4a5 5 0 0 1 3.7 5.6l-1.2 8A6 6 0 0 1 31 44h-6.500a8 8 0 0 1-6.300-3l-7.400-9.600a3.400 3.400 0 0 1 5-4.600z',
    'M11.500 18a10.500 10.500 0 1 1 20 0',
  ],
  turn: ['M10 34a18 18 0 1 1 28 0', 'M44 30l-6 5l-4-7'],
  star: [
    'M24 5l5.900 12.300l13.400 1.800l-9.800 9.300l2.400 13.400L24 35.300l-11.900 6.500l2.400-13.400l-9.800-9.300l13.400-1.800z',
  ],
  staff: ['M24 7a8 8 0 1 0 0 16a8 8 0 1 0 0-16z', 'M8 42a16 16 0 0 1 32 0'],
  close: ['M11 11l26 26M37 11L11 37'],
  clock: ['M24 5a19 19 0 1 0 0 38a19 19 0 1 0 0-38z', 'M24 13v12l8 5'],
} as const

export type IconName = keyof typeof drawings

export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg className={`mh-icon ${className}`} viewBox="0 0 48 48" aria-hidden="true">
      {drawings[name].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  )
}
