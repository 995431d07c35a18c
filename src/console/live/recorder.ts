import type { ChannelValue } from '../../shared/channel.ts'
import type { LiveDown } from '../../shared/live.ts'

export interface Reading {
  /** When this page heard it, in ms since 1970. */
  at: number
  value: number | null
  raw: number | null
}

/** How far back readings are kept, in ms. */
export const recorded = 60_000
/** A board at its fastest reports every 1 ms; a page keeps no more than this of one channel. */
const most = 12_000

/** Every reading of the last minute by channel, at board rate, for plots and steadiness. Outside of React. */
export interface Recorder {
  hear(message: LiveDown, now: number): void
  of(exhibit: string, channel: string): readonly Reading[]
  clear(): void
}

export function createRecorder(): Recorder {
  const readings = new Map<string, Reading[]>()

  function take(value: ChannelValue, now: number) {
    const key = `${value.exhibit}/${value.channel}`
    const kept = readings.get(key) ?? []
    readings.set(key, kept)
    kept.push({ at: now, value: value.value === null ? null : Number(value.value), raw: value.raw })
    // The last reading before the minute is kept: it holds until the first one inside.
    while (kept.length > most || (kept[1] !== undefined && kept[1].at < now - recorded)) kept.shift()
  }

  return {
    hear(message, now) {
      const channels = message.type === 'snapshot' ? message.state.channels : []
      const changed = message.type === 'patch' ? (message.channels ?? []) : channels
      for (const value of changed) take(value, now)
    },
    of: (exhibit, channel) => readings.get(`${exhibit}/${channel}`) ?? [],
    clear: () => readings.clear(),
  }
}
