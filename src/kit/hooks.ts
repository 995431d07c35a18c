import { useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ChannelData, Quality, QualityReason } from '../shared/channel.ts'
import type { Language } from '../shared/language.ts'
import { type Sample, session } from './session.ts'
import { formatNumber, type TextValues, translate } from './text.ts'

export interface SceneChannel {
  /** In `unit`; a boolean for a digital channel; null while nothing is known. */
  value: ChannelData
  /** The value where it is a number, else null. */
  number: number | null
  unit: string
  quality: Quality
  reason: QualityReason | null
  /** ms since 1970, when it was measured or set. */
  at: number | null
  /** True while a limit holds the value away from what was asked. */
  clipped: boolean
  /** Gives a value in the hardware's stead; only for channels that the manifest declares as `touch`. */
  set: (value: number | boolean) => void
}

/** A channel of this exhibit as it is now. One that is not there is of bad quality, never an error. */
export function useChannel(name: string): SceneChannel {
  const channel = useStore(session.store, ({ channels }) => channels[name])
  const set = useCallback(
    (value: number | boolean) => session.send({ type: 'touch', channel: name, value }),
    [name],
  )
  return {
    value: channel?.value ?? null,
    number: typeof channel?.value === 'number' ? channel.value : null,
    unit: channel?.unit ?? '',
    quality: channel?.quality ?? 'bad',
    reason: channel ? channel.reason : 'no-reading',
    at: channel?.at ? Date.parse(channel.at) : null,
    clipped: channel?.clipped ?? false,
    set,
  }
}

/**
 * The channel's newest samples (12 s at full rate), oldest first. The array grows in place and does not render the
 * component again: it is meant for what draws at each frame.
 */
export function useChannelHistory(name: string): readonly Sample[] {
  return session.history(name)
}

/** Whole seconds since the channel was last measured, counted on while it is not good; null while it is. */
export function useAge({ quality, at }: Pick<SceneChannel, 'quality' | 'at'>): number | null {
  const away = quality === 'bad' && at !== null
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (!away) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [away])
  return away ? Math.max(0, Math.round((now - at) / 1000)) : null
}

/** The exhibit's mode, null until the page has told it. */
export function useMode(): string | null {
  return useStore(session.store, ({ exhibit }) => exhibit?.mode ?? null)
}

export function useLanguage(): Language {
  return useStore(session.store, ({ language }) => language)
}

export type Translate = (key: string, values?: TextValues) => string

/** The package's texts in the visitor's language. */
export function useText(): Translate {
  const texts = useStore(session.store, (scene) => scene.texts)
  const language = useLanguage()
  return useCallback((key, values) => translate(texts, language, key, values), [texts, language])
}

/** Writes numbers as the visitor's language does. */
export function useNumber(): (value: number, decimals?: number) => string {
  const language = useLanguage()
  return useCallback((value, decimals) => formatNumber(language, value, decimals), [language])
}

/** Reports that the visitor reached a stage of the manifest; the second time changes nothing. */
export function useStage(): (stage: string) => void {
  return session.reach
}

/** True where the visitor's system asks for less motion: show states, not journeys. */
export function useReducedMotion(): boolean {
  return useStore(session.store, ({ reducedMotion }) => reducedMotion)
}

/** 0 to 1, as the visitor set it. */
export function useVolume(): number {
  return useStore(session.store, ({ volume }) => volume)
}
