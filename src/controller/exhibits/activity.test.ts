import fc from 'fast-check'
import { expect, it } from 'vitest'
import { forgetBaseline, noBaselines, readActivity } from './activity.ts'
import { manifest } from './fixtures/package.ts'
import type { Value } from './rules.ts'

const lab = manifest()

function run(channel: string, values: (Value | 'away')[]) {
  let baselines = noBaselines
  return values.map((value) => {
    if (value === 'away') {
      baselines = forgetBaseline(baselines, channel)
      return null
    }
    const step = readActivity(lab, baselines, { channel, value })
    baselines = step.baselines
    return step.by
  })
}

it('takes a turn by the declared amount for an act, and not the first reading', () => {
  expect(run('dial', [2, 2.1, 2.2, 2.3, 2.4])).toEqual([null, null, 'hardware', null, 'hardware'])
})

it('is not woken by noise, however long it lasts', () => {
  const noise = fc.array(fc.double({ min: 2 - 0.07, max: 2 + 0.07, noNaN: true }), { maxLength: 200 })
  fc.assert(
    fc.property(noise, (values) => {
      expect(run('dial', values)).toEqual(values.map(() => null))
    }),
  )
})

it('takes the return of a board for nobody’s act', () => {
  expect(run('dial', [1, 'away', 4, 4.1])).toEqual([null, null, null, null])
  expect(run('button', [false, 'away', true])).toEqual([null, null, null])
})

it('hears a press when it begins', () => {
  expect(run('button', [true, false, true, true, false])).toEqual([null, null, 'hardware', null, null])
})

it('tells who comes near from who acts', () => {
  expect(run('near', [false, true])).toEqual([null, 'presence'])
})

it('takes no channel for activity that does not declare it', () => {
  expect(run('current', [0, 20])).toEqual([null, null])
})

it('takes a value that a new calibration changed for nobody’s act', () => {
  const { baselines } = readActivity(lab, noBaselines, { channel: 'dial', value: 1 })
  expect(readActivity(lab, baselines, { channel: 'dial', value: 4, fresh: true }).by).toBe(null)
})

it('takes hardware that took over for an act, and a presence for none', () => {
  const took = (channel: string, before: Value, value: Value) => {
    const { baselines } = readActivity(lab, noBaselines, { channel, value: before })
    return readActivity(lab, baselines, { channel, value, tookOver: true }).by
  }
  expect(took('dial', 2, 2.05)).toBe('hardware')
  expect(took('button', true, false)).toBe('hardware')
  expect(took('near', true, false)).toBe(null)
  expect(took('current', 1, 2)).toBe(null)
})
