import type { Fact, VisitStart } from '../../shared/event.ts'
import type { ExhibitStatus, ModeChange, Resting } from '../../shared/exhibit.ts'
import type { Manifest } from '../../shared/manifest.ts'
import type { Problem } from '../../shared/problem.ts'

/** An exhibit package as found in its folder. */
export type ExhibitPackage =
  | { id: string; folder: string; manifest: Manifest; problems: [] }
  /** A package that cannot be used; it stands as resting. */
  | { id: string; folder: string; manifest: null; problems: Problem[] }

/** Modes, leases and rules of the exhibits that stand here. */
export interface Exhibits {
  start(): Promise<void>
  stop(): Promise<void>
  list(): ExhibitStatus[]
  get(exhibit: string): ExhibitStatus | undefined
  package(exhibit: string): ExhibitPackage | undefined
  onChange(listener: (status: ExhibitStatus) => void): () => void
  /** `mode.changed` facts, for the telemetry. */
  onFact(listener: (fact: Fact) => void): () => void
  /** A visitor acted on the hardware (a dial turned, a button pressed, someone came near). */
  onActivity(listener: (activity: { exhibit: string; by: Exclude<VisitStart, 'touch'> }) => void): () => void
  /** One of the exhibit's actuators left its safe state or moved on: by a rule, a scene's touch or a technician. */
  onDriven(listener: (exhibit: string) => void): () => void
  /**
   * A mode for some minutes, then back to what it was before.
   * @throws MakerhallError `exhibit.unknown`, `mode.unknown`, `mode.minutes`
   */
  setMode(exhibit: string, change: ModeChange, by: string): ExhibitStatus
  /** Ends a lease before its time. */
  endLease(exhibit: string): ExhibitStatus
  /** A visitor's own choice. Refused while a lease holds (`mode.leased`). */
  chooseMode(exhibit: string, mode: string): ExhibitStatus
  /** As for the first visitor: the default mode (or the lease's), actuators safe, touch twins forgotten. */
  reset(exhibit: string): void
  /** A scene's touch. @throws MakerhallError `channel.not-touchable`, `channel.range` */
  touch(exhibit: string, channel: string, value: number | boolean): void
  /** Puts an exhibit to rest or wakes it (null): a scene that failed, a board that is away. */
  rest(exhibit: string, code: Resting['code'], problems: Problem[] | null): void
}
