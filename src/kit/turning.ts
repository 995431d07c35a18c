/** The arithmetic of a knob: angles in degrees, 0 at the top, clockwise. Pure. */

/** A knob's sweep: its lower end points to seven o'clock, its upper end to five. */
export const sweep = { from: -140, to: 140 } as const

/** Where the pointer stands for a value. */
export function angleOf(value: number, min: number, max: number): number {
  const share = (clamp(value, min, max) - min) / (max - min)
  return sweep.from + share * (sweep.to - sweep.from)
}

/** The direction from a knob's centre to a finger. */
export function bearing(centre: { x: number; y: number }, finger: { x: number; y: number }): number {
  return (Math.atan2(finger.x - centre.x, centre.y - finger.y) * 180) / Math.PI
}

/** The short way round from one bearing to another, -180 to 180. */
export function turnBetween(from: number, to: number): number {
  return ((((to - from + 180) % 360) + 360) % 360) - 180
}

/** The value after a finger has turned a knob by so many degrees: relative, so that a touch alone moves nothing. */
export function turned(value: number, degrees: number, min: number, max: number): number {
  return clamp(value + (degrees / (sweep.to - sweep.from)) * (max - min), min, max)
}

/** The value after a key on a slider, null where the key is none of a slider's. */
export function keyed(
  key: string,
  value: number,
  { min, max, step, page }: { min: number; max: number; step: number; page: number },
): number | null {
  const to = {
    ArrowRight: value + step,
    ArrowUp: value + step,
    ArrowLeft: value - step,
    ArrowDown: value - step,
    PageUp: value + page,
    PageDown: value - page,
    Home: min,
    End: max,
  }[key]
  // Steps land on a grid, without the dust of binary fractions.
  return to === undefined ? null : clamp(Math.round(to / step) * step, min, max)
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
