import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packetLengths } from './packet-lengths.ts'

/** A packet whose body has so many bytes: all zero, which would be headers if they were read as such. */
function packet(bytes: number): Buffer {
  const header = [0x30]
  for (let left = bytes; header.length === 1 || left > 0; left = Math.floor(left / 128)) {
    header.push((left % 128) + (left >= 128 ? 128 : 0))
  }
  return Buffer.concat([Buffer.from(header), Buffer.alloc(bytes)])
}

test('the declared lengths are found however the stream is cut', () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.constantFrom(127, 128, 16_383, 16_384)), { minLength: 1 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 40_000 }), (bodies, cut) => {
      const stream = Buffer.concat(bodies.map(packet))
      const lengthsIn = packetLengths()
      let longest = 0
      for (let at = 0; at < stream.length; at += cut) {
        longest = Math.max(longest, lengthsIn(stream.subarray(at, at + cut)))
      }
      expect(longest).toBe(Math.max(...bodies))
    }),
    { numRuns: 50 },
  )
})

test('a length is known before its packet has come', () => {
  expect(packetLengths()(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))).toBe(268_435_455)
})
