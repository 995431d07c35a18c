/**
 * Watches one scene's frame: does it become ready, does it answer. A scene that fails is put to rest for a pause that
 * grows, then loaded again; after too many failures it rests until someone of the staff wakes it. Pure: times in ms
 * come in, what is to be done comes out.
 */
export interface Watch {
  phase: 'loading' | 'alive' | 'pausing' | 'given-up'
  /** When this phase began. */
  since: number
  /** The last sign of life. */
  heard: number
  ticked: number
  failures: number
  /** Counts the loads: a new number is a new frame. */
  load: number
}

export type FailureReason = 'hung' | 'threw' | 'not-loaded'
export type WatchEvent = { type: 'tick' } | { type: 'ready' } | { type: 'pong' } | { type: 'threw' }
export type WatchEffect = { do: 'ping'; n: number } | { do: 'report'; why: FailureReason }

export const limits = {
  /** From the load to `ready`. */
  ready: 8_000,
  /** From one sign of life to the next; pings go out each second. */
  silent: 5_000,
  /** A pause before each new load; when they are used up, the scene rests for good. */
  pauses: [1_500, 5_000, 20_000, 60_000],
  /** A scene that lived so long has its earlier failures forgotten. */
  sound: 120_000,
  /** A gap between ticks that says that the machine slept, not the scene. */
  slept: 3_000,
} as const

export function watch(now: number): Watch {
  return { phase: 'loading', since: now, heard: now, ticked: now, failures: 0, load: 1 }
}

export function watchStep(
  before: Watch,
  event: WatchEvent,
  now: number,
): { watch: Watch; effects: WatchEffect[] } {
  const idle = before.phase === 'pausing' || before.phase === 'given-up'
  if (event.type === 'threw') return idle ? { watch: before, effects: [] } : fail(before, 'threw', now)
  if (event.type === 'ready' || event.type === 'pong') {
    if (idle) return { watch: before, effects: [] }
    const begun = before.phase === 'loading' && event.type === 'ready'
    const phase = begun ? 'alive' : before.phase
    return { watch: { ...before, phase, heard: now, since: begun ? now : before.since }, effects: [] }
  }

  const gap = now - before.ticked
  const shift = gap > limits.slept ? gap : 0
  const current = {
    ...before,
    ticked: now,
    heard: before.heard + shift,
    since: before.phase === 'loading' ? before.since + shift : before.since,
  }
  switch (current.phase) {
    case 'loading':
      if (now - current.since >= limits.ready) return fail(current, 'not-loaded', now)
      return { watch: current, effects: [] }
    case 'alive': {
      if (now - current.heard >= limits.silent) return fail(current, 'hung', now)
      const failures = now - current.since >= limits.sound ? 0 : current.failures
      return { watch: { ...current, failures }, effects: [{ do: 'ping', n: Math.round(now) }] }
    }
    case 'pausing': {
      const pause = limits.pauses[current.failures - 1] ?? 0
      if (now - current.since < pause) return { watch: current, effects: [] }
      return {
        watch: { ...current, phase: 'loading', since: now, heard: now, load: current.load + 1 },
        effects: [],
      }
    }
    case 'given-up':
      return { watch: current, effects: [] }
  }
}

function fail(before: Watch, why: FailureReason, now: number): { watch: Watch; effects: WatchEffect[] } {
  const failures = before.failures + 1
  const phase = failures > limits.pauses.length ? 'given-up' : 'pausing'
  return { watch: { ...before, phase, since: now, failures, ticked: now }, effects: [{ do: 'report', why }] }
}
