import type { Calibration, CalibrationPoint } from '../../shared/channel.ts'
import type { Pin } from '../../shared/ids.ts'
import { type KeptFile, keptFile } from '../../shared/node/kept-file.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import { CalibrationFile, emptyCalibrations, findPin, withCalibration, withoutLatest } from './calibration.ts'

/** Calibrations by (identity, pin), on disk before they hold. */
export class Calibrations {
  readonly #file: KeptFile<typeof CalibrationFile>
  #known = emptyCalibrations

  constructor(file: string, logger: Logger) {
    this.#file = keptFile(file, CalibrationFile, logger)
  }

  load(): void {
    this.#known = this.#file.read() ?? emptyCalibrations
  }

  /** The newest first; the first one holds. */
  versions(identity: string | null, pin: Pin): Calibration[] {
    return findPin(this.#known, identity, pin)?.versions ?? []
  }

  add(what: {
    identity: string
    pin: Pin
    points: [CalibrationPoint, CalibrationPoint]
    author: string
    at: string
  }): void {
    this.#change((known) => withCalibration(known, what))
  }

  undo(identity: string, pin: Pin): void {
    this.#change((known) => withoutLatest(known, identity, pin))
  }

  /** On disk before it holds. */
  #change(change: (known: CalibrationFile) => CalibrationFile): void {
    const next = change(this.#known)
    try {
      this.#file.write(next)
    } catch (error) {
      throw new MakerhallError(
        {
          code: 'calibration.not-saved',
          message: 'The calibration could not be written to disk, so the one before still holds.',
          mend: 'Make room on the disk, or make the data folder writable, and calibrate again.',
          file: this.#file.file,
        },
        { cause: error },
      )
    }
    this.#known = next
  }
}
