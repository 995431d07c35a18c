import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginLease,
  chooseMode,
  endLease,
  type ModeState,
  passTime,
  resetMode,
  restoreMode,
} from './modes.ts'

const modes = ['explore', 'predict', 'challenge']
const usual: ModeState = { mode: 'explore', lease: null }
const at = (mono: number, wall = 1_000_000 + mono) => ({ wall, mono })
const lesson = { mode: 'predict', minutes: 10, by: 'Anna' }
const minute = 60_000

describe('a lease', () => {
  it('sets its mode and reverts at its end', () => {
    const { state, why } = beginLease(usual, lesson, at(0))
    expect([state.mode, why]).toEqual(['predict', 'lease'])
    expect(passTime(state, 10 * minute - 1)).toEqual({ state, why: null })
    expect(passTime(state, 10 * minute)).toEqual({ state: usual, why: 'reverted' })
  })

  it('takes another’s place and goes back to what was before the first', () => {
    const first = beginLease(usual, lesson, at(0)).state
    const second = beginLease(first, { ...lesson, mode: 'challenge', minutes: 1 }, at(minute)).state
    expect(passTime(second, 2 * minute).state).toEqual(usual)
  })

  it('can be ended before its time', () => {
    expect(endLease(beginLease(usual, lesson, at(0)).state)).toEqual({ state: usual, why: 'ended' })
    expect(endLease(usual)).toEqual({ state: usual, why: null })
  })

  it('does not let go of its mode for a visitor, nor for a visit’s end', () => {
    const leased = beginLease(usual, lesson, at(0)).state
    expect(chooseMode(leased, 'challenge')).toBe(leased)
    expect(resetMode(leased, 'explore').mode).toBe('predict')
  })

  it('ends in the default where the visitor who had chosen otherwise is gone', () => {
    const chosen = chooseMode(usual, 'challenge')
    const leased = resetMode(beginLease(chosen, lesson, at(0)).state, 'explore')
    expect(endLease(leased).state).toEqual(usual)
  })
})

describe('a visitor’s own choice', () => {
  it('holds until the visit ends', () => {
    expect(resetMode(chooseMode(usual, 'challenge'), 'explore')).toEqual(usual)
  })
})

describe('a start', () => {
  const begun = 5_000_000
  const kept = { mode: 'predict', by: 'Anna', begun, until: begun + 10 * minute }

  it('goes on for the rest of the time', () => {
    const { state } = restoreMode(modes, kept, { wall: begun + 4 * minute, mono: 7 })
    expect(state.mode).toBe('predict')
    expect(passTime(state, 7 + 6 * minute - 1).why).toBe(null)
    expect(passTime(state, 7 + 6 * minute).why).toBe('reverted')
  })

  it('reverts after the end', () => {
    expect(restoreMode(modes, kept, { wall: kept.until, mono: 0 })).toEqual({ state: usual, why: 'reverted' })
  })

  it('reverts where the clock stands before the beginning', () => {
    expect(restoreMode(modes, kept, { wall: 0, mono: 0 })).toEqual({ state: usual, why: 'reverted' })
  })

  it('reverts where the mode is no longer there', () => {
    expect(restoreMode(['explore'], kept, { wall: begun, mono: 0 }).why).toBe('reverted')
  })

  it('begins in the default mode without a lease', () => {
    expect(restoreMode(modes, undefined, at(0))).toEqual({ state: usual, why: null })
  })
})

describe('whatever happens', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('lease' as const),
      mode: fc.constantFrom(...modes),
      minutes: fc.double({ min: 0.001, max: 60, noNaN: true }),
    }),
    fc.record({ do: fc.constant('choose' as const), mode: fc.constantFrom(...modes) }),
    fc.record({ do: fc.constantFrom('end' as const, 'reset' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 120 * minute }) }),
    /** The clock is set; what counts is not moved by it. */
    fc.record({
      do: fc.constant('clock' as const),
      by: fc.integer({ min: -120 * minute, max: 120 * minute }),
    }),
    fc.record({ do: fc.constant('restart' as const), down: fc.integer({ min: 0, max: 120 * minute }) }),
  )

  it('no lease lasts longer than it was given, over restarts and a clock that is set', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state = usual
        let mono = 0
        let wall = 1_800_000_000_000
        let running = 0
        let granted = Number.POSITIVE_INFINITY
        for (const one of steps) {
          const now = { mono, wall }
          if (one.do === 'lease') {
            state = beginLease(state, { ...one, by: 'Anna' }, now).state
            granted = one.minutes * minute
            running = 0
          }
          if (one.do === 'choose') state = chooseMode(state, one.mode)
          if (one.do === 'end') state = endLease(state).state
          if (one.do === 'reset') state = resetMode(state, 'explore')
          if (one.do === 'clock') wall += one.by
          if (one.do === 'wait') {
            mono += one.ms
            wall += one.ms
            running += one.ms
            state = passTime(state, mono).state
            if (state.lease) expect(running).toBeLessThan(granted + 1)
          }
          if (one.do === 'restart') {
            wall += one.down
            const kept = state.lease ?? undefined
            state = restoreMode(modes, kept, { mono: 0, wall }).state
            mono = 0
            // A clock set back within the lease can give back at most what had passed; never more than was granted.
            if (state.lease) {
              expect(state.lease.ends).toBeLessThanOrEqual(granted + 1)
              running = 0
              granted = state.lease.ends
            } else expect(state.mode).toBe('explore')
          }
        }
      }),
    )
  })

  it('a lease’s rest never ends later on the wall than it said', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: -600, max: 1200 }),
        (minutes, later) => {
          const { lease } = beginLease(usual, { ...lesson, minutes }, at(0)).state
          const wall = (lease?.begun ?? 0) + later * minute
          const { state } = restoreMode(modes, lease ?? undefined, { wall, mono: 0 })
          if (state.lease) expect(wall + state.lease.ends).toBe(lease?.until)
          else expect(later < 0 || later >= minutes).toBe(true)
        },
      ),
    )
  })
})
