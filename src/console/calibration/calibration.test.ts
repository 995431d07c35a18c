import { describe, expect, it } from 'vitest'
import { lineThrough, valueOn } from './line.ts'
import { type Sample, steadiness, window, withSample } from './steadiness.ts'

describe('steadiness', () => {
  it('waits until the readings reach back over the window', () => {
    expect(steadiness([], 1000)).toBeNull()
    expect(steadiness([{ at: 0, raw: 512 }], window - 1)).toBeNull()
    expect(steadiness([{ at: 0, raw: 512 }], window)).not.toBeNull()
  })

  it('takes a reading that the board need not repeat as held', () => {
    expect(steadiness([{ at: 0, raw: 512 }], 60_000)).toEqual({ mean: 512, noise: 0, steady: true })
  })

  it('weights each reading by how long it held', () => {
    const result = steadiness(
      [
        { at: 0, raw: 100 },
        { at: 1000, raw: 104 },
      ],
      window,
    )
    expect(result?.mean).toBeCloseTo((100 * 1000 + 104 * 500) / 1500)
  })

  it('passes a little noise and shows how much', () => {
    const samples = Array.from({ length: 200 }, (_, i) => ({ at: i * 10, raw: 512 + (i % 2 ? 1 : -1) }))
    const result = steadiness(samples, 2000)
    expect(result?.steady).toBe(true)
    expect(result?.noise).toBeCloseTo(1)
  })

  it('refuses a jump, strong noise and a slow drift', () => {
    const jump = [
      { at: 0, raw: 100 },
      { at: 1400, raw: 400 },
    ]
    expect(steadiness(jump, 1500)?.steady).toBe(false)
    const loud = Array.from({ length: 200 }, (_, i) => ({ at: i * 10, raw: 512 + (i % 2 ? 5 : -5) }))
    expect(steadiness(loud, 2000)?.steady).toBe(false)
    const drift = Array.from({ length: 200 }, (_, i) => ({ at: i * 10, raw: 512 + i * 0.05 }))
    expect(steadiness(drift, 2000)?.steady).toBe(false)
  })

  it('keeps no more samples than it needs', () => {
    let samples: Sample[] = []
    for (let i = 0; i < 1000; i += 1) samples = withSample(samples, { at: i * 10, raw: i })
    expect(samples.length).toBeLessThanOrEqual(window / 10 + 2)
    expect(steadiness(samples, 9990)).not.toBeNull()
  })
})

describe('the line through two points', () => {
  it('passes through both', () => {
    const line = lineThrough({ raw: 100, value: 0.5 }, { raw: 900, value: 4.5 })
    expect(line?.slope).toBeCloseTo(0.005)
    expect(line && valueOn(line, 500)).toBeCloseTo(2.5)
  })
  it('refuses equal points', () => {
    expect(lineThrough({ raw: 1, value: 1 }, { raw: 1, value: 2 })).toBeNull()
    expect(lineThrough({ raw: 1, value: 1 }, { raw: 2, value: 1 })).toBeNull()
  })
})
