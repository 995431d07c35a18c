import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { angleOf, bearing, keyed, sweep, turnBetween, turned } from './turning.ts'

describe('a knob', () => {
  it('points to seven o’clock at its lower end and to five at its upper', () => {
    expect(angleOf(0, 0, 5)).toBe(sweep.from)
    expect(angleOf(2.5, 0, 5)).toBe(0)
    expect(angleOf(9, 0, 5)).toBe(sweep.to)
  })

  it('knows where a finger is', () => {
    const centre = { x: 100, y: 100 }
    expect(bearing(centre, { x: 100, y: 0 })).toBe(0)
    expect(bearing(centre, { x: 200, y: 100 })).toBe(90)
    expect(bearing(centre, { x: 0, y: 100 })).toBe(-90)
  })

  it('turns the short way, over the seam too', () => {
    expect(turnBetween(170, -170)).toBe(20)
    expect(turnBetween(-170, 170)).toBe(-20)
    expect(turnBetween(10, 30)).toBe(20)
  })

  it('never leaves its range and does not move by a touch alone', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5, noNaN: true }), fc.integer({ min: -900, max: 900 }), (v, d) => {
        const after = turned(v, d, 0, 5)
        expect(after).toBeGreaterThanOrEqual(0)
        expect(after).toBeLessThanOrEqual(5)
        expect(turned(v, 0, 0, 5)).toBe(v)
      }),
    )
  })

  it('follows a whole sweep from end to end', () => {
    expect(turned(0, 280, 0, 5)).toBe(5)
    expect(turned(5, -140, 0, 5)).toBe(2.5)
  })
})

describe('a slider’s keys', () => {
  const range = { min: 0, max: 5, step: 0.1, page: 0.5 }
  it('moves by steps and pages, to its ends, within its range', () => {
    expect(keyed('ArrowUp', 1, range)).toBeCloseTo(1.1, 9)
    expect(keyed('ArrowLeft', 0.05, range)).toBe(0)
    expect(keyed('PageUp', 1.2, range)).toBeCloseTo(1.7, 9)
    expect(keyed('PageDown', 0.2, range)).toBe(0)
    expect(keyed('Home', 3, range)).toBe(0)
    expect(keyed('End', 3, range)).toBe(5)
    expect(keyed('Tab', 3, range)).toBeNull()
  })
})
