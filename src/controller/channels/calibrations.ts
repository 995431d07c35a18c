import type { Calibration, CalibrationPoint } from '../../shared/channel.ts'
import type { Pin } from '../../shared/ids.ts'
import { MakerhallError } from '../../shared/problem.ts'
import { type Logger, readStateFile, writeStateFile } from '../boards/index.ts'
import { CalibrationFile, emptyCalibrations, findPin, withCalibration, withoutLatest } from './calibration.ts'

/** Calibrations by (identity, pin), on disk before they hold. */
export class Calibrations {
  readonly #file: string
  readonly #logger: Logger
  #known = emptyCalibrations
  #busy: Promise<unknown> = Promise.resolve()

  constructor(file: string, logger: Logger) {
    this.#file = file
    this.#logger = logger
  }

  async load(): Promise<void> {
    this.#known = await readStateFile(this.#file, CalibrationFile, emptyCalibrations, this.#logger)
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
  }): Promise<void> {
    return this.#change((known) => withCalibration(known, what))
  }

  undo(identity: string, pin: Pin): Promise<void> {
    return this.#change((known) => withoutLatest(known, identity, pin))
  }

  /** Waits until nothing is being written. */
  async settled(): Promise<void> {
    await this.#busy
  }

  /** One change after the other, each on disk before it holds. */
  #change(change: (known: CalibrationFile) => CalibrationFile): Promise<void> {
    const result = this.#busy.then(async () => {
      const next = change(this.#known)
      try {
        await writeStateFile(this.#file, next)
      } catch (error) {
        throw new MakerhallError(
          {
            code: 'calibration.not-saved',
            message: 'The calibration could not be written to disk, so the one before still holds.',
            mend: 'Make room on the disk, or make the data folder writable, and calibrate again.',
            file: this.#file,
          },
          { cause: error },
        )
      }
      this.#known = next
    })
    this.#busy = result.catch(() => undefined)
    return result
  }
}
