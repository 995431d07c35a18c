import { z } from 'zod'
import { BoardState } from './board.ts'
import { Instant, Semver, Slug } from './ids.ts'
import { Language } from './language.ts'

export const VisitStart = z.enum(['touch', 'hardware', 'presence'])
export type VisitStart = z.infer<typeof VisitStart>
/** `completed` a completing stage was reached; `left` nobody touched it any more; `interrupted` cut off by a crash. */
export const VisitEnd = z.enum(['completed', 'left', 'interrupted'])
export type VisitEnd = z.infer<typeof VisitEnd>

/** Where and when a fact happened. (kiosk, stream, seq) is its key: stored once, however often it arrives. */
const envelope = {
  /** The version of this schema. */
  v: z.literal(1),
  kiosk: Slug,
  /** A UUID made at each start of the controller. */
  stream: z.uuid(),
  /** Counts from 1 in its stream, without a gap. */
  seq: z.int().min(1),
  /** The kiosk's wall clock. */
  at: Instant,
  /** Milliseconds since the controller started, by a clock that nobody sets. */
  mono: z.number().min(0),
}
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ ...envelope, type: z.literal(type), ...shape })

const visit = { visit: z.uuid(), exhibit: Slug, package: Semver }

/**
 * What can happen, and all that is told of it. No field can hold a name, a free text or a picture: there are numbers,
 * instants, identifiers that this product made, and words from closed lists.
 */
export const Event = z.discriminatedUnion('type', [
  event('controller.started', { version: Semver }),
  event('visit.begun', { ...visit, by: VisitStart, mode: Slug, language: Language }),
  event('visit.mode', { ...visit, mode: Slug }),
  event('visit.language', { ...visit, language: Language }),
  event('visit.stage', { ...visit, stage: Slug, mode: Slug }),
  event('visit.ended', {
    ...visit,
    how: VisitEnd,
    /** Seconds from the first to the last input: the idle tail is left out. */
    dwell: z.number().min(0),
    /** How many acts there were (touches, turns, presses), each at least 0.5 s after the one before. */
    acts: z.int().min(0),
    mode: Slug,
    language: Language,
  }),
  event('mode.changed', { exhibit: Slug, mode: Slug, why: z.enum(['lease', 'reverted', 'ended']) }),
  event('board.state', { board: Slug, state: BoardState }),
  event('scene.failed', { exhibit: Slug, why: z.enum(['hung', 'threw', 'not-loaded']) }),
  event('calibration.saved', { exhibit: Slug, channel: Slug, version: z.int().min(0) }),
  /** Recording had stopped (a full disk): how many facts were not kept, and from when to when. */
  event('recording.gap', { from: Instant, to: Instant, lost: z.int().min(1) }),
])
export type Event = z.infer<typeof Event>

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never
/** An event before it is put into its stream. */
export type Fact = DistributiveOmit<Event, keyof typeof envelope>
