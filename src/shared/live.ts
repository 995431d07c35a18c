import { z } from 'zod'
import { Role } from './account.ts'
import { BoardStatus } from './board.ts'
import { ChannelValue } from './channel.ts'
import { VisitStart } from './event.ts'
import { ExhibitStatus } from './exhibit.ts'
import { Instant, Slug } from './ids.ts'
import { Language } from './language.ts'

/** The visit that runs at this kiosk now. */
export const VisitState = z.object({
  exhibit: Slug,
  language: Language,
  by: VisitStart,
  since: Instant,
  stages: z.array(Slug),
})
export type VisitState = z.infer<typeof VisitState>

/** The whole state of a kiosk as its pages see it. A visitor's socket gets no boards. */
export const LiveState = z.object({
  kiosk: Slug,
  site: z.object({ name: z.string(), zone: z.string() }),
  languages: z.array(Language),
  roles: z.array(Role),
  exhibits: z.array(ExhibitStatus),
  channels: z.array(ChannelValue),
  boards: z.array(BoardStatus),
  visit: VisitState.nullable(),
})
export type LiveState = z.infer<typeof LiveState>

/** From the controller. A patch replaces whole members: channels by (exhibit, channel), exhibits and boards by id. */
export const LiveDown = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), state: LiveState }),
  z.object({
    type: z.literal('patch'),
    exhibits: z.array(ExhibitStatus).optional(),
    channels: z.array(ChannelValue).optional(),
    boards: z.array(BoardStatus).optional(),
    visit: VisitState.nullable().optional(),
  }),
  /** Someone acted on the hardware of this exhibit: the page wakes. */
  z.object({ type: z.literal('woken'), exhibit: Slug, by: VisitStart }),
  /** Sent every second, so that a page knows within 3 s that the controller is gone. */
  z.object({ type: z.literal('tick'), at: Instant }),
  z.object({ type: z.literal('refused'), code: z.string(), message: z.string(), mend: z.string() }),
])
export type LiveDown = z.infer<typeof LiveDown>

/** To the controller. The first message is the token; the others need what the role may do. */
export const LiveUp = z.discriminatedUnion('type', [
  /** A scene's touch on a channel that the manifest declares as `touch`. */
  z.strictObject({
    type: z.literal('touch'),
    exhibit: Slug,
    channel: Slug,
    value: z.union([z.number(), z.boolean()]),
  }),
  /** Any act of a visitor on the screen: begins a visit or goes on with it. */
  z.strictObject({ type: z.literal('act'), exhibit: Slug, language: Language }),
  z.strictObject({ type: z.literal('stage'), exhibit: Slug, stage: Slug }),
  z.strictObject({ type: z.literal('language'), exhibit: Slug, language: Language }),
  /** The visitor chose another mode (back to the default at the visit's end). */
  z.strictObject({ type: z.literal('mode'), exhibit: Slug, mode: Slug }),
  /** The page saw the visit end: the idle time ran out, or the visitor went back to the chooser. */
  z.strictObject({ type: z.literal('leave'), exhibit: Slug }),
  z.strictObject({
    type: z.literal('scene-failed'),
    exhibit: Slug,
    why: z.enum(['hung', 'threw', 'not-loaded']),
  }),
])
export type LiveUp = z.infer<typeof LiveUp>

export const LiveHello = z.strictObject({ token: z.string().min(1) })
