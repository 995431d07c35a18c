import { z } from 'zod'
import { Calibration, type CalibrationPoint } from '../../shared/channel.ts'
import { Pin } from '../../shared/ids.ts'
import { MakerhallError } from '../../shared/problem.ts'

/** What is known of one pin of one board. `last` counts versions up for ever, also over what was taken back. */
const PinCalibration = z.object({
  identity: z.string(),
  pin: Pin,
  last: z.int().min(0),
  /** The newest first; the first one holds. */
  versions: z.array(Calibration),
})
export type PinCalibration = z.infer<typeof PinCalibration>

export const CalibrationFile = z.object({ makerhall: z.literal(1), pins: z.array(PinCalibration) })
export type CalibrationFile = z.infer<typeof CalibrationFile>

export const emptyCalibrations: CalibrationFile = { makerhall: 1, pins: [] }

/** The straight line through two points. @throws MakerhallError `calibration.equal-points` */
export function lineThrough([a, b]: [CalibrationPoint, CalibrationPoint]): { slope: number; offset: number } {
  // Closer than one count says nothing: the line would be made of noise.
  if (Math.abs(b.raw - a.raw) < 1)
    throw new MakerhallError({
      code: 'calibration.equal-points',
      message: 'Both points have the same reading.',
      mend: 'Move the control to another position before you take the second point.',
    })
  const slope = (b.value - a.value) / (b.raw - a.raw)
  const offset = a.value - slope * a.raw
  if (slope === 0 || !Number.isFinite(slope) || !Number.isFinite(offset))
    throw new MakerhallError({
      code: 'calibration.equal-points',
      message: 'Both points have the same value.',
      mend: 'Enter what your instrument shows at each of the two positions; the values must differ.',
    })
  return { slope, offset }
}

export function findPin(
  file: CalibrationFile,
  identity: string | null,
  pin: Pin,
): PinCalibration | undefined {
  return file.pins.find((known) => known.identity === identity && known.pin === pin)
}

const replacePin = (file: CalibrationFile, changed: PinCalibration): CalibrationFile => ({
  ...file,
  pins: [
    ...file.pins.filter((known) => known.identity !== changed.identity || known.pin !== changed.pin),
    changed,
  ],
})

/** The file with one more version for this pin. @throws MakerhallError as `lineThrough` */
export function withCalibration(
  file: CalibrationFile,
  what: {
    identity: string
    pin: Pin
    points: [CalibrationPoint, CalibrationPoint]
    author: string
    at: string
  },
): CalibrationFile {
  const { identity, pin } = what
  const line = lineThrough(what.points)
  const before = findPin(file, identity, pin) ?? { identity, pin, last: 0, versions: [] }
  const version = before.last + 1
  return replacePin(file, {
    ...before,
    last: version,
    versions: [{ version, ...what, ...line }, ...before.versions],
  })
}

/** The file one step back for this pin: the version before holds again, or none. */
export function withoutLatest(file: CalibrationFile, identity: string, pin: Pin): CalibrationFile {
  const before = findPin(file, identity, pin)
  return before ? replacePin(file, { ...before, versions: before.versions.slice(1) }) : file
}
