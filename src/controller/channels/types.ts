import type { Calibration, CalibrationPoint, ChannelValue } from '../../shared/channel.ts'
import type { Pin } from '../../shared/ids.ts'
import type { Manifest } from '../../shared/manifest.ts'

/** An exhibit of this site with every channel bound to a board and a pin. */
export interface BoundExhibit {
  id: string
  manifest: Manifest
  bindings: Record<string, { board: string; pin: Pin }>
}

export interface CalibrationHistory {
  current: Calibration | null
  /** Older versions, newest first. */
  history: Calibration[]
}

/** Named values with units. Exhibits and the API read and write these, never pins. */
export interface Channels {
  start(): Promise<void>
  stop(): Promise<void>
  values(): ChannelValue[]
  get(exhibit: string, channel: string): ChannelValue | undefined
  /** Called at every change of value or quality; `measured` is true when a new reading of the hardware caused it. */
  onValue(listener: (value: ChannelValue, measured: boolean) => void): () => void
  /**
   * Asks an actuator for a value in its unit. What is outside the limits is clipped, and the channel says so.
   * @throws MakerhallError `channel.unknown`, `channel.not-writable`, `channel.not-a-number`
   */
  write(exhibit: string, channel: string, value: number | boolean): ChannelValue
  /** The range that `write` keeps, for the API's 422. */
  range(exhibit: string, channel: string): [number, number] | null
  /** All actuators of the exhibit into their safe states. */
  safe(exhibit: string): void
  calibration(exhibit: string, channel: string): CalibrationHistory
  /** @throws MakerhallError `calibration.equal-points`, `calibration.not-calibratable`, `calibration.no-board` */
  calibrate(
    exhibit: string,
    channel: string,
    points: [CalibrationPoint, CalibrationPoint],
    author: string,
  ): Promise<CalibrationHistory>
  /** One step back: the version before becomes current; without one, the manifest's own scale. */
  undoCalibration(exhibit: string, channel: string): Promise<CalibrationHistory>
}
