import { z } from 'zod'
import { Instant, Semver, Slug } from './ids.ts'
import { Language } from './language.ts'
import { Mode, Stage } from './manifest.ts'
import { Problem } from './problem.ts'

/** A mode for a time; then the exhibit goes back to `back`. */
export const Lease = z.object({ mode: Slug, back: Slug, until: Instant, by: z.string() })
export type Lease = z.infer<typeof Lease>

/** Why an exhibit does not play. Visitors see a friendly scene and `code`; `problems` tell the technician. */
export const Resting = z.object({
  code: z.enum(['broken-package', 'board-away', 'scene-failed']),
  problems: z.array(Problem),
})
export type Resting = z.infer<typeof Resting>

/** An exhibit as it stands now: what the API and the live socket tell of it. */
export const ExhibitStatus = z.object({
  id: Slug,
  /** Null while the package cannot be read. */
  version: Semver.nullable(),
  hue: z.number(),
  mode: Slug.nullable(),
  modes: z.array(Mode),
  stages: z.array(Stage),
  lease: Lease.nullable(),
  languages: z.array(Language),
  idle: z.object({ seconds: z.int(), warn: z.int() }),
  resting: Resting.nullable(),
  /** Channel names that a scene may set. */
  touch: z.array(Slug),
})
export type ExhibitStatus = z.infer<typeof ExhibitStatus>

export const ModeChange = z.strictObject({ mode: Slug, minutes: z.number().positive().max(10_080) })
export type ModeChange = z.infer<typeof ModeChange>
