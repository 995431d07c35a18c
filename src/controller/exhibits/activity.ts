import type { Manifest } from '../../shared/manifest.ts'
import { specOf, type Value } from './rules.ts'

/**
 * Tells a visitor's act on the hardware from everything else that makes values change. An analogue channel acts when
 * it has moved by its `activity` from where it stood at the last act, so that noise never adds up to one; a digital one
 * when it becomes true. Hardware that took over a rule (`tookOver`) has acted, too: what it drives is never nobody's.
 * What is first heard of a channel, or heard after its board was away, only says where it
 * stands: recovering is no event of a visitor.
 */
export type Baselines = ReadonlyMap<string, Value>

export const noBaselines: Baselines = new Map()

/** @returns `by` is null where nobody did anything. */
export function readActivity(
  { channels }: Pick<Manifest, 'channels'>,
  baselines: Baselines,
  { channel, value, fresh, tookOver }: { channel: string; value: Value; fresh?: boolean; tookOver?: boolean },
): { baselines: Baselines; by: 'hardware' | 'presence' | null } {
  const spec = specOf({ channels }, channel)
  const before = baselines.get(channel)
  const rebased = () => new Map(baselines).set(channel, value)
  if (spec?.kind === 'analog-in' && spec.activity !== undefined && typeof value === 'number') {
    if (fresh || typeof before !== 'number') return { baselines: rebased(), by: null }
    if (!tookOver && Math.abs(value - before) < spec.activity) return { baselines, by: null }
    return { baselines: rebased(), by: 'hardware' }
  }
  if (spec?.kind === 'digital-in' && (spec.activity || spec.presence)) {
    const rises = !fresh && before === false && value === true
    if (spec.presence) return { baselines: rebased(), by: rises ? 'presence' : null }
    return { baselines: rebased(), by: rises || tookOver ? 'hardware' : null }
  }
  return { baselines, by: null }
}

export function forgetBaseline(baselines: Baselines, channel: string): Baselines {
  const next = new Map(baselines)
  next.delete(channel)
  return next
}
