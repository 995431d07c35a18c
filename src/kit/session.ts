import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ChannelValue } from '../shared/channel.ts'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { Language } from '../shared/language.ts'
import { SceneDown, type SceneUp, type Texts } from '../shared/scene.ts'

export interface Sample {
  /** ms since 1970, when it was measured or set: by the board's clock, or by the controller's. */
  at: number
  /** When the scene heard of it, by `performance.now()`: the one clock that all channels share. */
  heard: number
  value: number
}

/** What a scene knows: a projection of what the page tells it. `null` until the page has told. */
export interface Scene {
  scene: 'attract' | 'play' | null
  exhibit: ExhibitStatus | null
  channels: Readonly<Record<string, ChannelValue>>
  language: Language
  texts: Texts
  reducedMotion: boolean
  volume: number
}

export interface Session {
  store: StoreApi<Scene>
  /** The newest samples of a channel, oldest first; the array is the session's own and grows in place. */
  history(channel: string): readonly Sample[]
  /** Takes over a port that the page has sent; one before it is closed. */
  connect(port: MessagePort): void
  send(message: SceneUp): void
  /** Tells the page that someone acted, at most twice a second. */
  act(now: number): void
  /** Reports a stage, once. */
  reach(stage: string): void
  stop(): void
}

/** Twelve seconds at 50 readings a second. */
const keptSamples = 600
const actInterval = 500

/** One scene's link to the page around it: parses what comes, keeps it, sends what the scene reports. */
export function createSession(): Session {
  const store = createStore<Scene>(() => ({
    scene: null,
    exhibit: null,
    channels: {},
    language: 'lv',
    texts: {},
    reducedMotion: false,
    volume: 0,
  }))
  const histories = new Map<string, Sample[]>()
  const reached = new Set<string>()
  let port: MessagePort | null = null
  let lastAct = Number.NEGATIVE_INFINITY

  function historyOf(channel: string): Sample[] {
    const known = histories.get(channel)
    if (known) return known
    const made: Sample[] = []
    histories.set(channel, made)
    return made
  }

  function take(values: ChannelValue[]) {
    for (const { channel, value, at, quality } of values) {
      if (typeof value !== 'number' || at === null || quality === 'bad') continue
      const samples = historyOf(channel)
      const when = Date.parse(at)
      if (samples.at(-1)?.at === when) samples.pop()
      samples.push({ at: when, heard: performance.now(), value })
      if (samples.length > keptSamples) samples.splice(0, samples.length - keptSamples)
    }
    const named = Object.fromEntries(values.map((value) => [value.channel, value]))
    store.setState(({ channels }) => ({ channels: { ...channels, ...named } }))
  }

  const send = (message: SceneUp) => port?.postMessage(message)

  function hear({ data }: MessageEvent<unknown>) {
    const parsed = SceneDown.safeParse(data)
    if (!parsed.success) return
    const message = parsed.data
    switch (message.type) {
      case 'start': {
        const { type: _, channels, ...rest } = message
        store.setState(rest)
        take(channels)
        return
      }
      case 'channels':
        return take(message.channels)
      case 'exhibit':
        return store.setState({ exhibit: message.exhibit })
      case 'language':
        return store.setState({ language: message.language, texts: message.texts })
      case 'volume':
        return store.setState({ volume: message.volume })
      case 'ping':
        return send({ type: 'pong', n: message.n })
    }
  }

  return {
    store,
    history: historyOf,
    connect(next) {
      port?.close()
      port = next
      port.onmessage = hear
    },
    send,
    act(now) {
      if (now - lastAct < actInterval) return
      lastAct = now
      send({ type: 'act' })
    },
    reach(stage) {
      if (reached.has(stage)) return
      reached.add(stage)
      send({ type: 'stage', stage })
    },
    stop() {
      port?.close()
      port = null
    },
  }
}

/** The one session of a scene's frame. */
export const session = createSession()
