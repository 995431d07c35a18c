import type { Fact } from '../shared/event.ts'
import type { Exhibits } from './exhibits/index.ts'

/** The page reloads a scene that failed; one that fails a third time within five minutes is put to rest. Times in ms. */
const within = 5 * 60_000
const tooOften = 3
/** It is tried again by itself: nobody may be there to wake it. */
const restFor = 10 * 60_000

const words = {
  hung: 'did not answer for 5 s',
  threw: 'threw an error',
  'not-loaded': 'could not be loaded',
} as const

/** Counts failing scenes, tells of each, and puts to rest the one that fails again and again. */
export function createSceneWatch(options: {
  exhibits: Pick<Exhibits, 'rest'>
  record: (fact: Fact) => void
  monotonic?: () => number
}) {
  const { exhibits, record, monotonic = () => performance.now() } = options
  const failures = new Map<string, number[]>()
  const alarms = new Map<string, NodeJS.Timeout>()

  return {
    failed(exhibit: string, why: keyof typeof words): void {
      record({ type: 'scene.failed', exhibit, why })
      const now = monotonic()
      const recent = [...(failures.get(exhibit) ?? []), now].filter((at) => now - at < within)
      failures.set(exhibit, recent)
      if (recent.length < tooOften) return
      failures.delete(exhibit)
      exhibits.rest(exhibit, 'scene-failed', [
        {
          code: `scene.${why}`,
          message: `The scene of ${exhibit} ${words[why]}, ${recent.length} times within five minutes.`,
          mend: 'Wake it in the console; if it fails again, take a newer version of the exhibit.',
        },
      ])
      clearTimeout(alarms.get(exhibit))
      alarms.set(
        exhibit,
        setTimeout(() => exhibits.rest(exhibit, 'scene-failed', null), restFor),
      )
    },
    stop(): void {
      for (const alarm of alarms.values()) clearTimeout(alarm)
      alarms.clear()
    },
  }
}
