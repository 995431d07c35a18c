import type { CalibrationPoint } from '../../shared/channel.ts'

/** value = slope × raw + offset */
export interface Line {
  slope: number
  offset: number
}

/** The straight line through two points; null where they share a raw reading or a value, which fixes no line. */
export function lineThrough(first: CalibrationPoint, second: CalibrationPoint): Line | null {
  if (first.raw === second.raw || first.value === second.value) return null
  const slope = (second.value - first.value) / (second.raw - first.raw)
  return { slope, offset: first.value - slope * first.raw }
}

export const valueOn = (line: Line, raw: number) => line.slope * raw + line.offset
