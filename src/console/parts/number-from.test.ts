import { describe, expect, it } from 'vitest'
import { numberFrom } from './number-from.ts'

describe('a number as people type it', () => {
  it.each([
    ['4,5', 4.5],
    ['4.5', 4.5],
    [' 1 000,25 ', 1000.25],
    ['−3', -3],
    [',5', 0.5],
    ['0', 0],
  ])('%s', (text, value) => expect(numberFrom(text)).toBe(value))
  it.each(['', 'abc', '1,2,3', '1.000,5', '1e3', '-'])('refuses %j', (text) =>
    expect(numberFrom(text)).toBeNull(),
  )
})
