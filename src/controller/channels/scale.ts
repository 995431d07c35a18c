import type { Calibration, Quality, QualityReason } from '../../shared/channel.ts'
import type { ChannelSpec } from '../../shared/manifest.ts'

export type InputSpec = Extract<ChannelSpec, { kind: 'analog-in' | 'digital-in' }>
export type OutputSpec = Exclude<ChannelSpec, InputSpec>

export const isInput = (spec: ChannelSpec): spec is InputSpec =>
  spec.kind === 'analog-in' || spec.kind === 'digital-in'

interface Line {
  slope: number
  offset: number
}

/** The straight line from raw to value: the calibration where there is one, else the manifest's own scale. */
const lineOf = (spec: { scale: Line }, calibration: Calibration | null): Line => calibration ?? spec.scale

/** A reading in the channel's unit: volts, milliamperes, or true for a pressed button. */
export function toValue(spec: InputSpec, raw: number, calibration: Calibration | null): number | boolean {
  if (spec.kind === 'digital-in') return spec.pullup ? raw === 0 : raw !== 0
  const { slope, offset } = lineOf(spec, calibration)
  return slope * raw + offset
}

/** A thousandth of the range: what rounding alone can add at either end. */
const RANGE_TOLERANCE = 0.001

/** How far a fresh reading of a board that is well can be trusted. */
export function inputQuality(
  spec: InputSpec,
  value: number | boolean,
  calibration: Calibration | null,
): { quality: Quality; reason: QualityReason | null } {
  if (spec.kind === 'digital-in' || typeof value === 'boolean') return { quality: 'good', reason: null }
  const [low, high] = spec.range
  const tolerance = (high - low) * RANGE_TOLERANCE
  if (!Number.isFinite(value) || value < low - tolerance || value > high + tolerance)
    return { quality: 'uncertain', reason: 'out-of-range' }
  if (spec.calibration?.required && !calibration) return { quality: 'uncertain', reason: 'uncalibrated' }
  return { quality: 'good', reason: null }
}

/** What the pin itself can take: duty 0 to 255, or a servo's pulse in µs. */
const hardware = { 'pwm-out': [0, 255], 'servo-out': [400, 2600] } as const

export function clip(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high)
}

/** What to write to the pin for this value: duty 0 to 255, µs, or a level. Never outside what the pin can take. */
export function rawOf(spec: OutputSpec, value: number | boolean): number {
  if (spec.kind === 'digital-out') return Boolean(value) === spec.activeLow ? 0 : 1
  const { slope, offset } = spec.scale
  return Math.round(clip((Number(value) - offset) / slope, hardware[spec.kind]))
}

/** The raw limits that the board itself keeps, from the manifest's range, and the raw safe state. */
export function rawLimits(spec: OutputSpec): { min: number; max: number; safe: number } {
  const safe = rawOf(spec, spec.safe)
  if (spec.kind === 'digital-out') return { min: 0, max: 1, safe }
  const ends = [rawOf(spec, spec.range[0]), rawOf(spec, spec.range[1])]
  const [min, max] = [Math.min(...ends), Math.max(...ends)]
  return { min, max, safe: clip(safe, [min, max]) }
}

/**
 * The next value on the way from `current` to `target`, at most `slew` units a second.
 * @param elapsed milliseconds since the step before
 */
export function slewStep(current: number, target: number, slew: number, elapsed: number): number {
  const most = (slew * elapsed) / 1000
  return Math.abs(target - current) <= most ? target : current + Math.sign(target - current) * most
}
