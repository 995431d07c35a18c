import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangesOf } from './ranges.ts'

const one = 'b5b7f1c8-7c1e-4d43-9a53-0f8c6c3a0001'
const two = 'b5b7f1c8-7c1e-4d43-9a53-0f8c6c3a0002'

test('keys become the shortest ranges, by stream, in whatever order they come', () => {
  const keys = [5, 1, 2, 2, 3, 9].map((seq) => ({ stream: one, seq }))
  expect(rangesOf([...keys, { stream: two, seq: 4 }])).toEqual({
    [one]: [
      [1, 3],
      [5, 5],
      [9, 9],
    ],
    [two]: [[4, 4]],
  })
})

test('ranges name exactly the keys', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (seqs) => {
      const ranges = rangesOf(seqs.map((seq) => ({ stream: one, seq })))[one] ?? []
      const named = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n))
      expect(named).toEqual(seqs.sort((a, b) => a - b))
    }),
  )
})
