import { type SceneChannel, useChannel, useChannelHistory } from '@makerhall/kit'
import type { Resistor } from '../trail.ts'

export interface Measurement {
  dial: SceneChannel
  voltage: SceneChannel
  current: SceneChannel
  button: SceneChannel
  /** Which resistor is in the loop: the second while the relay (the channel `resistor`) has pulled in. */
  chosen: Resistor
  /** V as set; 0 while nothing is known. */
  volts: number
  /** mA as measured, the mean of a fifth of a second; null while it cannot be trusted. */
  milliamps: number | null
}

/** ms: long enough to calm the last digit, short enough to be felt as now. */
const calm = 200

/** What the circuit says at this moment. */
export function useMeasurement(): Measurement {
  const dial = useChannel('dial')
  const voltage = useChannel('voltage')
  const current = useChannel('current')
  const button = useChannel('button')
  const resistor = useChannel('resistor')
  const history = useChannelHistory('current')
  const known = current.quality === 'bad' ? null : current.number
  return {
    dial,
    voltage,
    current,
    button,
    chosen: resistor.value === true ? 'second' : 'first',
    volts: voltage.number ?? 0,
    milliamps: known === null ? null : mean(history, known),
  }
}

function mean(samples: readonly { at: number; value: number }[], latest: number): number {
  const last = samples.at(-1)
  if (!last) return latest
  const recent = samples.filter(({ at }) => last.at - at < calm)
  return recent.reduce((sum, { value }) => sum + value, 0) / recent.length
}
