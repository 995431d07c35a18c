import { useMemo } from 'react'
import { session } from './session.ts'

/** One scale for all exhibits, so that five in a room go together: D major without its half steps, in Hz. */
const scale = [293.66, 329.63, 369.99, 440, 493.88, 587.33, 659.26, 739.99, 880, 987.77]

let audio: AudioContext | null = null

/**
 * Sounds one note of the common scale, softly struck. Silent until the visitor has touched this frame, as browsers ask.
 * @param step 0 (lowest) to 9
 * @param delay seconds from now
 */
function playNote(step: number, delay = 0) {
  const { volume } = session.store.getState()
  if (volume === 0 || !navigator.userActivation.hasBeenActive) return
  audio ??= new AudioContext()
  const begins = audio.currentTime + delay
  const voice = audio.createOscillator()
  const loudness = audio.createGain()
  voice.type = 'triangle'
  voice.frequency.value = scale[Math.min(scale.length - 1, Math.max(0, Math.round(step)))] ?? 440
  loudness.gain.setValueAtTime(0, begins)
  loudness.gain.linearRampToValueAtTime(0.25 * volume ** 2, begins + 0.012)
  loudness.gain.exponentialRampToValueAtTime(0.0001, begins + 0.9)
  voice.connect(loudness).connect(audio.destination)
  voice.start(begins)
  voice.stop(begins + 1)
}

export interface Sound {
  note: typeof playNote
  /** Something was reached: three notes upwards. */
  reached: () => void
}

/** What is heard must also be seen: a sound never says something alone. */
export function useSound(): Sound {
  return useMemo(
    () => ({
      note: playNote,
      reached: () => [2, 4, 7].forEach((step, n) => void playNote(step, n * 0.11)),
    }),
    [],
  )
}
