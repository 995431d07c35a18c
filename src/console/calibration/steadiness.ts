/** One raw reading and when this page heard it, in ms. */
export interface Sample {
  at: number
  raw: number
}

export interface Steadiness {
  /** The mean over the window, weighted by how long each reading held. */
  mean: number
  /** The readings' scatter about that mean (rms), in the same counts. */
  noise: number
  steady: boolean
}

/** How long a reading must hold still, in ms. */
export const window = 1500
/** Noise of up to this many counts (rms), and a drift of no more between the window's halves, is steady. */
const limit = 2.5

/**
 * How steady the last `window` ms were. A board reports changes only, so a reading holds until the next one; null while
 * the samples do not reach back over the whole window.
 */
export function steadiness(samples: readonly Sample[], now: number): Steadiness | null {
  const begin = now - window
  const held = heldSince(samples, begin, now)
  if (held === null) return null
  const mean = meanOf(held, window)
  const variance = held.reduce((sum, { raw, ms }) => sum + (raw - mean) ** 2 * ms, 0) / window
  const noise = Math.sqrt(variance)
  const middle = now - window / 2
  const early = meanOf(heldSince(samples, begin, middle) ?? [], window / 2)
  const late = meanOf(heldSince(samples, middle, now) ?? [], window / 2)
  return { mean, noise, steady: noise <= limit && Math.abs(late - early) <= limit }
}

/** Keeps the samples that the window needs: those inside it and the last one before. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const begin = sample.at - window
  const first = samples.findLastIndex((old) => old.at <= begin)
  return [...samples.slice(Math.max(first, 0)), sample]
}

function heldSince(samples: readonly Sample[], begin: number, end: number) {
  const first = samples.findLastIndex((sample) => sample.at <= begin)
  if (first < 0) return null
  const inside = samples.slice(first).filter((sample) => sample.at < end)
  return inside.map(({ raw, at }, i) => ({
    raw,
    ms: (inside[i + 1]?.at ?? end) - Math.max(at, begin),
  }))
}

const meanOf = (held: { raw: number; ms: number }[], ms: number) =>
  held.reduce((sum, { raw, ms: share }) => sum + raw * share, 0) / ms
