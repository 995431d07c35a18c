import { Manifest } from '../../../shared/manifest.ts'

/** A manifest with these channels and nothing else of interest. */
export const manifestWith = (channels: Record<string, Record<string, unknown>>, id = 'ohms-law'): Manifest =>
  Manifest.parse({
    makerhall: 1,
    id,
    version: '1.0.0',
    licence: 'MIT',
    authors: ['Makerhall'],
    hue: 40,
    languages: ['en'],
    scenes: { attract: 'scenes/attract.js', play: 'scenes/play.js' },
    modes: [{ id: 'explore' }],
    learning: { ages: [8, 14], minutes: 3, leastSeconds: 30 },
    channels,
  })

export const dial = {
  kind: 'analog-in',
  pin: 'A0',
  unit: 'V',
  range: [0, 5],
  scale: { slope: 5 / 1023 },
  calibration: { kind: 'two-point' },
}
export const button = { kind: 'digital-in', pin: '2' }
export const voltage = {
  kind: 'pwm-out',
  pin: '9',
  unit: 'V',
  range: [0, 5],
  scale: { slope: 5 / 255 },
  safe: 0,
}
export const lamp = { kind: 'digital-out', pin: '7', activeLow: true }
export const arm = {
  kind: 'servo-out',
  pin: '10',
  unit: '°',
  range: [0, 90],
  scale: { slope: 0.1, offset: -100 },
  safe: 45,
  slew: 100,
}
