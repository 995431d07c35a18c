import type { VisitStart } from '../../shared/event.ts'
import type { Language } from '../../shared/language.ts'
import type { VisitState } from '../../shared/live.ts'

/** One visit at a time at a kiosk, from the first act to the last. Turns what happens into facts. */
export interface Visits {
  /** Closes, as `interrupted`, the visit that a crash cut off. */
  start(): Promise<void>
  stop(): Promise<void>
  current(): VisitState | null
  /** Begins a visit or goes on with it. An act at another exhibit ends the visit at the first. */
  act(exhibit: string, by: VisitStart, language?: Language): void
  stage(exhibit: string, stage: string): void
  language(exhibit: string, language: Language): void
  /** The page saw the idle time run out. The visits room also ends a visit by itself if no page does. */
  leave(exhibit: string): void
  onChange(listener: (visit: VisitState | null) => void): () => void
}
