import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { PinHold } from '../board.ts'
import { ModeChange } from '../exhibit.ts'
import { complaintOf, describePath, limitsAt } from './range.ts'

describe('the range of a field', () => {
  it.each([
    ['in a union', PinHold, ['volts'], [0, 5]],
    ['with an open end', ModeChange, ['minutes'], [0, 10_080]],
    ['of a text', ModeChange, ['mode'], null],
    ['that is not there', ModeChange, ['colour'], null],
    ['in a tuple', z.object({ points: z.tuple([z.number().min(1).max(2)]) }), ['points', 0], [1, 2]],
    ['in a list', z.array(z.object({ a: z.number().min(-1).max(1) })), [7, 'a'], [-1, 1]],
    ['with one end', z.object({ a: z.number().min(3) }), ['a'], null],
  ] as const)('%s', (_, schema, path, range) => expect(limitsAt(schema, path)?.range ?? null).toEqual(range))

  it('tells an open end from a closed one', () => {
    expect(limitsAt(ModeChange, ['minutes'])).toEqual({ range: [0, 10_080], above: true, below: false })
  })
})

describe('the complaint that helps most', () => {
  const about = (value: unknown) => {
    const { error } = PinHold.safeParse(value)
    const { path, code } = complaintOf(error?.issues ?? [])
    return [describePath(path), code]
  }
  it('is of the branch that was meant', () => {
    expect(about({ volts: 9 })).toEqual(['volts', 'too_big'])
    expect(about({ volts: -1 })).toEqual(['volts', 'too_small'])
    expect(about({ level: 3 })[0]).toBe('level')
  })
  it('names the place as people write it', () => {
    expect(describePath(['points', 1, 'raw'])).toBe('points[1].raw')
    expect(describePath([])).toBe('')
  })
})
