import { z } from 'zod'
import { Instant, Pin, Slug } from './ids.ts'

/** OPC UA's three words for how far a value can be trusted. */
export const Quality = z.enum(['good', 'uncertain', 'bad'])
export type Quality = z.infer<typeof Quality>

/** Why a value is not good. */
export const QualityReason = z.enum([
  'no-board', // the board is away
  'no-reading', // the board is there, nothing was read yet
  'stale', // the board went silent after the last reading
  'out-of-range', // outside what the manifest declares
  'uncalibrated', // the manifest asks for a calibration and there is none
  'safe-state', // the board put the actuator into its safe state
  'refused', // the board refused the last command
])
export type QualityReason = z.infer<typeof QualityReason>

/** Numbers in the channel's unit; `true`/`false` for digital channels; null when nothing is known yet. */
export const ChannelData = z.union([z.number(), z.boolean(), z.null()])
export type ChannelData = z.infer<typeof ChannelData>

/** A channel as it is now. `at` is when the value was measured or set; `since` when its quality began. */
export const ChannelValue = z.object({
  exhibit: Slug,
  channel: Slug,
  value: ChannelData,
  unit: z.string(),
  quality: Quality,
  reason: QualityReason.nullable(),
  at: Instant.nullable(),
  since: Instant,
  /** What the board said before calibration: ADC counts (0 to 1023), a level (0 or 1), or duty (0 to 255). */
  raw: z.number().nullable(),
  /** Where the channel is bound, null for one that exists only as a rule's result. */
  binding: z.object({ board: Slug, pin: Pin }).nullable(),
  /** True while a limit or a slew rate holds the value away from what was asked. */
  clipped: z.boolean(),
  writable: z.boolean(),
})
export type ChannelValue = z.infer<typeof ChannelValue>

/** Two points are enough for a straight line: value = slope × raw + offset. */
export const CalibrationPoint = z.object({ raw: z.number(), value: z.number() })
export type CalibrationPoint = z.infer<typeof CalibrationPoint>

export const Calibration = z.object({
  version: z.int().min(1),
  /** The board's identity (of its EEPROM, or `firmata:<port>`), not its name: so it survives a swap of ports. */
  identity: z.string(),
  pin: Pin,
  points: z.array(CalibrationPoint).length(2),
  slope: z.number(),
  offset: z.number(),
  author: z.string(),
  at: Instant,
})
export type Calibration = z.infer<typeof Calibration>
