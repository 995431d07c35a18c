type Top = number | 'ocra' | 'icr'

/** `slope` 1 counts up and starts over, 2 counts up and down. OCR is taken over at once, or at the bottom or the top. */
export interface Waveform {
  readonly slope: 1 | 2
  readonly pwm: boolean
  readonly top: Top
  readonly takeover: 'now' | 'bottom' | 'top'
}

const wave = (slope: 1 | 2, pwm: boolean, top: Top, takeover: Waveform['takeover']): Waveform => ({
  slope,
  pwm,
  top,
  takeover,
})

/** By WGM2..0: ATmega328P table 15-8. The reserved ones count as normal. */
const waveforms8: readonly Waveform[] = [
  wave(1, false, 0xff, 'now'),
  wave(2, true, 0xff, 'top'),
  wave(1, false, 'ocra', 'now'),
  wave(1, true, 0xff, 'bottom'),
  wave(1, false, 0xff, 'now'),
  wave(2, true, 'ocra', 'top'),
  wave(1, false, 0xff, 'now'),
  wave(1, true, 'ocra', 'bottom'),
]

/** By WGM3..0: ATmega328P table 16-4. */
const waveforms16: readonly Waveform[] = [
  wave(1, false, 0xffff, 'now'),
  wave(2, true, 0xff, 'top'),
  wave(2, true, 0x1ff, 'top'),
  wave(2, true, 0x3ff, 'top'),
  wave(1, false, 'ocra', 'now'),
  wave(1, true, 0xff, 'bottom'),
  wave(1, true, 0x1ff, 'bottom'),
  wave(1, true, 0x3ff, 'bottom'),
  wave(2, true, 'icr', 'bottom'),
  wave(2, true, 'ocra', 'bottom'),
  wave(2, true, 'icr', 'top'),
  wave(2, true, 'ocra', 'top'),
  wave(1, false, 'icr', 'now'),
  wave(1, false, 0xffff, 'now'),
  wave(1, true, 'icr', 'bottom'),
  wave(1, true, 'ocra', 'bottom'),
]

/** How a timer of 8 or 16 bits counts in the mode that its WGM bits choose. */
export function waveform(bits: 8 | 16, mode: number): Waveform {
  const found = (bits === 16 ? waveforms16 : waveforms8)[mode]
  if (!found) throw new RangeError(`A timer of ${bits} bits has no mode ${mode}`)
  return found
}
