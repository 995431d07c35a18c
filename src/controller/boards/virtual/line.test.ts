import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAt } from './line.ts'

const byte = fc.integer({ min: 0, max: 255 })

test('speeds that agree within 4 % carry every byte', () => {
  fc.assert(
    fc.property(byte, fc.double({ min: 0.961, max: 1.039, noNaN: true }), (value, ratio) => {
      expect(readAt(value, 115_200 * ratio, 115_200)).toEqual([{ byte: value, framed: true }])
    }),
  )
})

test('a receiver twice as fast sees every bit twice', () => {
  // Start, then bits 1 and 0 (lowest first) twice each: 0 0 | 1 1 0 0 0 0 0 0, its stop bit falls on a zero.
  expect(readAt(0b0000_0001, 57_600, 115_200)[0]).toEqual({ byte: 0b0000_0110, framed: false })
})

test('a receiver half as fast makes one byte of it', () => {
  fc.assert(
    fc.property(byte, (value) => {
      expect(readAt(value, 115_200, 57_600)).toHaveLength(1)
    }),
  )
})

test('a receiver of any speed comes to an end', () => {
  fc.assert(
    fc.property(
      byte,
      fc.integer({ min: 50, max: 2_000_000 }),
      fc.integer({ min: 50, max: 2_000_000 }),
      (value, a, b) => {
        for (const frame of readAt(value, a, b)) expect(frame.byte).toBeLessThan(256)
      },
    ),
  )
})
