import { z } from 'zod'
import { Instant, Pin, Slug } from './ids.ts'

/**
 * A board's life. `ready`: all is well. The others each have their own mend, in `problem`:
 * `searching` no port answers as this board; `identifying` a port is open, its hello awaited; `silent` it opened and
 * says nothing; `wrong-firmware` it answers, but not in our protocol; `old-protocol` our protocol in a version we do
 * not speak; `lost` it was ready and its port is gone or mute.
 */
export const BoardState = z.enum([
  'searching',
  'identifying',
  'ready',
  'silent',
  'wrong-firmware',
  'old-protocol',
  'lost',
])
export type BoardState = z.infer<typeof BoardState>

export const BoardKind = z.enum(['makerhall', 'firmata', 'virtual'])
export type BoardKind = z.infer<typeof BoardKind>

export const Mcu = z.enum(['uno', 'mega'])
export type Mcu = z.infer<typeof Mcu>

/** What was counted on a board's line since the controller started. */
export const LineCounters = z.object({
  received: z.int(),
  badChecksum: z.int(),
  malformed: z.int(),
  tooLong: z.int(),
  lostReports: z.int(),
  retries: z.int(),
  refused: z.int(),
  reconnects: z.int(),
})
export type LineCounters = z.infer<typeof LineCounters>

export const BoardStatus = z.object({
  /** The board's name in the site file. */
  id: Slug,
  kind: BoardKind,
  state: BoardState,
  /** What calibration is kept by: `mh-xxxxxxxx` of the EEPROM, `firmata:<port>`; null until it is known. */
  identity: z.string().nullable(),
  firmware: z.string().nullable(),
  protocol: z.int().nullable(),
  port: z.string().nullable(),
  since: Instant,
  lastSeen: Instant.nullable(),
  /** What a technician should do, null when the board is ready. */
  problem: z.object({ code: z.string(), message: z.string(), mend: z.string() }).nullable(),
  counters: LineCounters,
})
export type BoardStatus = z.infer<typeof BoardStatus>

/** A virtual board's pin as seen from outside the chip. `volts` is what a meter would show, `duty` 0 to 1. */
export const PinState = z.object({
  pin: Pin,
  mode: z.enum(['input', 'pullup', 'output', 'pwm']),
  level: z.union([z.literal(0), z.literal(1)]),
  volts: z.number(),
  duty: z.number(),
  held: z.boolean(),
})
export type PinState = z.infer<typeof PinState>

/** Holds a pin against whatever its breadboard does. */
export const PinHold = z
  .union([
    z.strictObject({ volts: z.number().min(0).max(5) }),
    z.strictObject({ level: z.union([z.literal(0), z.literal(1)]) }),
  ])
  .describe('volts from 0 to 5, or level 0 or 1')
export type PinHold = z.infer<typeof PinHold>
