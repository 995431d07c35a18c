import { z } from 'zod'
import { Slug } from './ids.ts'

/**
 * What stands on a virtual board's pins: a net list of parts from a closed library. A net is a pin (`A0`, `9`), `gnd`,
 * `vcc` (5 V) or any other name, which then joins the parts that share it. Each part has a tolerance, drawn once for a
 * board from its seed, so that two virtual boards differ as two real ones do.
 */
const Net = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,19}$/)
const tolerance = z.number().min(0).max(0.5).default(0)

export const Part = z.discriminatedUnion('part', [
  /** A three-legged potentiometer; `position` (0 to 1) is where it stands at first. `noise` is rms volts at its wiper. */
  z.strictObject({
    part: z.literal('potentiometer'),
    id: Slug,
    low: Net,
    wiper: Net,
    high: Net,
    ohms: z.number().positive(),
    position: z.number().min(0).max(1).default(0),
    noise: z.number().min(0).max(0.5).default(0),
    tolerance,
  }),
  z.strictObject({
    part: z.literal('resistor'),
    id: Slug,
    a: Net,
    b: Net,
    ohms: z.number().positive(),
    tolerance,
  }),
  /** A resistor to measure a current by; `noise` is rms volts across it. */
  z.strictObject({
    part: z.literal('shunt'),
    id: Slug,
    a: Net,
    b: Net,
    ohms: z.number().positive(),
    noise: z.number().min(0).max(0.5).default(0),
    tolerance,
  }),
  z.strictObject({
    part: z.literal('capacitor'),
    id: Slug,
    a: Net,
    b: Net,
    farads: z.number().positive(),
    tolerance,
  }),
  /** A voltage follower: `output` is at the voltage of `input`, which it does not load (0 to `vcc`). */
  z.strictObject({ part: z.literal('follower'), id: Slug, input: Net, output: Net }),
  /** A push button between two nets, open until pressed. */
  z.strictObject({ part: z.literal('button'), id: Slug, a: Net, b: Net }),
  /** A relay or analogue switch: `common` is joined to `closed` while `coil` is above 2.5 V, else to `open`. */
  z.strictObject({ part: z.literal('relay'), id: Slug, coil: Net, common: Net, open: Net, closed: Net }),
  /** A filament lamp: `coldOhms` at rest, warming linearly to `hotOhms` at `ratedAmps`. */
  z.strictObject({
    part: z.literal('lamp'),
    id: Slug,
    a: Net,
    b: Net,
    coldOhms: z.number().positive(),
    hotOhms: z.number().positive(),
    ratedAmps: z.number().positive(),
    tolerance,
  }),
  z.strictObject({
    part: z.literal('led'),
    id: Slug,
    anode: Net,
    cathode: Net,
    forwardVolts: z.number().positive(),
    tolerance,
  }),
])
export type Part = z.infer<typeof Part>

export const Breadboard = z.strictObject({ parts: z.array(Part).max(64) })
export type Breadboard = z.infer<typeof Breadboard>
