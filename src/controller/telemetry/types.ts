import { z } from 'zod'
import { type Fact, VisitStart } from '../../shared/event.ts'
import { Instant, Semver, Slug } from '../../shared/ids.ts'
import { Language } from '../../shared/language.ts'
import type { Desired, KioskState, Reported } from '../../shared/mqtt.ts'

/** A visit under way, kept beside the outbox so that a crash can be told from an end. */
export const OpenVisit = z.object({
  visit: z.uuid(),
  exhibit: Slug,
  package: Semver,
  by: VisitStart,
  mode: Slug,
  language: Language,
  begun: Instant,
  /** Seconds from the first to the last act so far. */
  dwell: z.number(),
  acts: z.int(),
  stages: z.array(Slug),
})
export type OpenVisit = z.infer<typeof OpenVisit>

export interface TelemetryStatus {
  waiting: number
  /** ISO time of the oldest event that waits. */
  oldest: string | null
  /** False while the disk takes nothing more. */
  recording: boolean
  broker: 'connected' | 'disconnected' | 'none'
  /** How many facts were lost since `recording` became false. */
  lost?: number
  /** Where the outbox lies that could not be read any more and was replaced by a fresh one. */
  setAside?: string
}

/** A broker and who we are there. Name and password in the URL hold where the two others are absent. */
export interface BrokerLink {
  url: string
  username?: string
  password?: string
}

/** What happens is on disk before it goes anywhere, and leaves the disk only on the hub's word. */
export interface Telemetry {
  start(): Promise<void>
  stop(): Promise<void>
  /** Goes to another broker, or to none. What waits is sent there. */
  connect(link: BrokerLink | null): void
  /**
   * Puts a fact into the stream. `visit`, where given, replaces the open visit in the same transaction (null: none).
   * Never throws and never blocks: on a full disk it counts what was lost and tells it afterwards.
   */
  record(fact: Fact, visit?: OpenVisit | null): void
  /** Updates the open visit alone (its dwell and acts). */
  keepVisit(visit: OpenVisit): void
  /** The visit that was open when the controller last ended. Asked once, at start. */
  openVisit(): Promise<OpenVisit | null>
  status(): TelemetryStatus
  onStatus(listener: (status: TelemetryStatus) => void): () => void
  /** Retained on the `state` topic; the last one is sent again after a reconnect. */
  publishState(state: KioskState): void
  publishReported(reported: Reported): void
  onDesired(listener: (desired: Desired) => void): () => void
}
