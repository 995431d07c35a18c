import { describe, expect, it } from 'vitest'
import type { Calibration } from '../../shared/channel.ts'
import { ChannelSpec } from '../../shared/manifest.ts'
import { inputQuality, isInput, rawLimits, rawOf, slewStep, toValue } from './scale.ts'
import { arm, button, dial, lamp, voltage } from './testing/manifest.ts'

const input = (spec: unknown) => {
  const parsed = ChannelSpec.parse(spec)
  if (!isInput(parsed)) throw new Error('not an input')
  return parsed
}
const output = (spec: unknown) => {
  const parsed = ChannelSpec.parse(spec)
  if (isInput(parsed)) throw new Error('not an output')
  return parsed
}
const calibration = (slope: number, offset: number): Calibration => ({
  version: 1,
  identity: 'mh-00000001',
  pin: 'A0',
  points: [],
  slope,
  offset,
  author: 'a',
  at: '2026-11-23T12:00:00Z',
})

describe('A reading', () => {
  it('has the manifest’s unit', () => {
    expect(toValue(input(dial), 1023, null)).toBeCloseTo(5)
    expect(toValue(input(dial), 0, null)).toBe(0)
  })

  it('is seen through the calibration, where there is one', () => {
    expect(toValue(input(dial), 100, calibration(0.01, -0.5))).toBeCloseTo(0.5)
  })

  it('is true for a button to ground that is pressed', () => {
    expect(toValue(input(button), 0, null)).toBe(true)
    expect(toValue(input({ ...button, pullup: false }), 0, null)).toBe(false)
  })

  it.each([
    [2.5, null, 'good', null],
    [5.004, null, 'good', null],
    [5.2, null, 'uncertain', 'out-of-range'],
    [-0.1, null, 'uncertain', 'out-of-range'],
    [Number.NaN, null, 'uncertain', 'out-of-range'],
  ] as const)('of %f V is %s %s', (value, none, quality, reason) => {
    expect(inputQuality(input(dial), value, none)).toEqual({ quality, reason })
  })

  it('is uncertain where a calibration is asked for and missing', () => {
    const spec = input({ ...dial, calibration: { kind: 'two-point', required: true } })
    expect(inputQuality(spec, 1, null).reason).toBe('uncalibrated')
    expect(inputQuality(spec, 1, calibration(1, 0)).reason).toBeNull()
  })
})

describe('What is written to a pin', () => {
  it.each([
    [voltage, 2.5, 128],
    [voltage, 99, 255],
    [voltage, -1, 0],
    [arm, 0, 1000],
    [arm, 90, 1900],
    [lamp, true, 0],
    [lamp, false, 1],
    [{ ...lamp, activeLow: false }, true, 1],
  ] as const)('%o at %s is %i', (spec, value, raw) => {
    expect(rawOf(output(spec), value)).toBe(raw)
  })

  it('has limits that the board keeps, whichever way the scale runs', () => {
    expect(rawLimits(output(voltage))).toEqual({ min: 0, max: 255, safe: 0 })
    expect(rawLimits(output(arm))).toEqual({ min: 1000, max: 1900, safe: 1450 })
    expect(rawLimits(output({ ...voltage, range: [0, 2], scale: { slope: -5 / 255, offset: 5 } }))).toEqual({
      min: 153,
      max: 255,
      safe: 255,
    })
    expect(rawLimits(output(lamp))).toEqual({ min: 0, max: 1, safe: 1 })
  })
})

it('A slew arrives exactly, from either side', () => {
  expect(slewStep(0, 10, 100, 20)).toBe(2)
  expect(slewStep(10, 0, 100, 20)).toBe(8)
  expect(slewStep(9.5, 10, 100, 20)).toBe(10)
})
