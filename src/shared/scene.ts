import { z } from 'zod'
import { ChannelValue } from './channel.ts'
import { ExhibitStatus } from './exhibit.ts'
import { Slug } from './ids.ts'
import { Language } from './language.ts'

/**
 * What passes between the kiosk page and a scene in its sandboxed frame, over one MessagePort. The page posts
 * `sceneHello` with the port to the frame once it has loaded; everything after goes over the port.
 */
export const sceneHello = 'makerhall-scene'

/** A locale file of a package: keys to texts; plurals as i18next writes them (`points_one`, `points_zero`). */
export const Texts = z.record(z.string(), z.string())
export type Texts = z.infer<typeof Texts>

export const SceneDown = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    scene: z.enum(['attract', 'play']),
    exhibit: ExhibitStatus,
    channels: z.array(ChannelValue),
    language: Language,
    texts: Texts,
    reducedMotion: z.boolean(),
    /** 0 to 1. */
    volume: z.number().min(0).max(1),
  }),
  z.object({ type: z.literal('channels'), channels: z.array(ChannelValue) }),
  z.object({ type: z.literal('exhibit'), exhibit: ExhibitStatus }),
  z.object({ type: z.literal('language'), language: Language, texts: Texts }),
  z.object({ type: z.literal('volume'), volume: z.number().min(0).max(1) }),
  /** A scene that does not answer for 5 s is put to rest. */
  z.object({ type: z.literal('ping'), n: z.int() }),
])
export type SceneDown = z.infer<typeof SceneDown>

export const SceneUp = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('pong'), n: z.int() }),
  /** An input happened inside the frame, which the page cannot see. */
  z.strictObject({ type: z.literal('act') }),
  z.strictObject({ type: z.literal('touch'), channel: Slug, value: z.union([z.number(), z.boolean()]) }),
  z.strictObject({ type: z.literal('stage'), stage: Slug }),
  z.strictObject({ type: z.literal('threw'), message: z.string().max(2000) }),
])
export type SceneUp = z.infer<typeof SceneUp>
