import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MakerhallError } from '../../shared/problem.ts'
import { emptyCalibrations, findPin, lineThrough, withCalibration, withoutLatest } from './calibration.ts'

const codeOf = (action: () => unknown): string | null => {
  try {
    action()
    return null
  } catch (error) {
    return error instanceof MakerhallError ? error.problem.code : String(error)
  }
}

describe('The line through two points', () => {
  it('goes through both', () => {
    const number = fc.integer({ min: 0, max: 1023 })
    const value = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(number, number, value, value, (rawA, rawB, valueA, valueB) => {
        fc.pre(rawA !== rawB && valueA !== valueB)
        const { slope, offset } = lineThrough([
          { raw: rawA, value: valueA },
          { raw: rawB, value: valueB },
        ])
        expect(slope * rawA + offset).toBeCloseTo(valueA, 6)
        expect(slope * rawB + offset).toBeCloseTo(valueB, 6)
      }),
    )
  })

  it.each([
    [
      { raw: 5, value: 1 },
      { raw: 5, value: 2 },
    ],
    [
      { raw: 5, value: 1 },
      { raw: 5.5, value: 2 },
    ],
    [
      { raw: 5, value: 1 },
      { raw: 900, value: 1 },
    ],
    [
      { raw: 5, value: 1 },
      { raw: 900, value: Number.POSITIVE_INFINITY },
    ],
    [
      { raw: 5, value: 1 },
      { raw: 900, value: Number.NaN },
    ],
  ])('is refused for %o and %o', (a, b) => {
    expect(codeOf(() => lineThrough([a, b]))).toBe('calibration.equal-points')
  })
})

describe('Calibrations', () => {
  const at = '2026-11-23T12:00:00.000Z'
  const save = (file: typeof emptyCalibrations, identity: string, value: number) =>
    withCalibration(file, {
      identity,
      pin: 'A0',
      points: [
        { raw: 0, value: 0 },
        { raw: 100, value },
      ],
      author: 'Ilze',
      at,
    })

  it('are kept per board and pin, each with its version', () => {
    const file = save(save(save(emptyCalibrations, 'mh-1', 1), 'mh-1', 2), 'mh-2', 3)
    expect(findPin(file, 'mh-1', 'A0')?.versions).toMatchObject([
      { version: 2, slope: 0.02, author: 'Ilze', at },
      { version: 1, slope: 0.01 },
    ])
    expect(findPin(file, 'mh-2', 'A0')?.versions).toMatchObject([{ version: 1, slope: 0.03 }])
    expect(findPin(file, 'mh-2', 'A1')).toBeUndefined()
  })

  it('go back one step, and never use a version twice', () => {
    const twice = save(save(emptyCalibrations, 'mh-1', 1), 'mh-1', 2)
    const back = withoutLatest(twice, 'mh-1', 'A0')
    expect(findPin(back, 'mh-1', 'A0')?.versions.map(({ version }) => version)).toEqual([1])
    expect(findPin(save(back, 'mh-1', 3), 'mh-1', 'A0')?.versions.map(({ version }) => version)).toEqual([
      3, 1,
    ])
    const none = withoutLatest(withoutLatest(back, 'mh-1', 'A0'), 'mh-1', 'A0')
    expect(findPin(none, 'mh-1', 'A0')?.versions).toEqual([])
    expect(withoutLatest(emptyCalibrations, 'mh-1', 'A0')).toBe(emptyCalibrations)
  })
})
