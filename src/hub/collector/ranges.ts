import type { Committed } from '../../shared/mqtt.ts'

/** The shortest list of ranges (both ends included) that names these keys, by stream. */
export function rangesOf(keys: readonly { stream: string; seq: number }[]): Committed['streams'] {
  const streams: Record<string, number[]> = {}
  for (const { stream, seq } of keys) {
    streams[stream] ??= []
    streams[stream].push(seq)
  }
  return Object.fromEntries(Object.entries(streams).map(([stream, seqs]) => [stream, merged(seqs)]))
}

function merged(seqs: number[]): [number, number][] {
  const ranges: [number, number][] = []
  for (const seq of seqs.sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && seq <= last[1] + 1) last[1] = seq
    else ranges.push([seq, seq])
  }
  return ranges
}
