import { describe, expect, it } from 'vitest'
import { loopSeconds, moment } from './performance.ts'

describe('the attract loop', () => {
  it('ends as it begins, dark and without a hand', () => {
    for (const seconds of [0, loopSeconds, 5 * loopSeconds]) {
      expect(moment(seconds)).toEqual({ volts: 0, hand: 0 })
    }
  })

  it('turns the dial only while the hand is there', () => {
    for (let t = 0; t < loopSeconds; t += 0.05) {
      const { volts, hand } = moment(t)
      if (volts > 0) expect(hand).toBe(1)
    }
    expect(moment(4.4).volts).toBeCloseTo(4.6, 9)
  })
})
