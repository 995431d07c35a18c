import { describe, expect, it } from 'vitest'
import { attempt, noAttempt } from './challenge.ts'
import { current, resistors } from './physics.ts'
import { howNear, newRound, type PredictEvent, predict } from './predict.ts'
import { emptyTrail, measure, reached, stretches, suppliedVolts, type Trail } from './trail.ts'

describe('the trail of measured points', () => {
  it('takes one point for each tenth of a volt', () => {
    const once = measure(emptyTrail, 'first', 1.02, 2.9, 0)
    expect(measure(once, 'first', 0.98, 2.8, 5)).toBe(once)
    expect(measure(once, 'first', 1.12, 3.1, 5).first).toHaveLength(2)
    expect(measure(once, 'second', 1.02, 1.7, 5).second).toHaveLength(1)
  })

  it('reaches its stages by points that are spread, not by many at one place', () => {
    const drawn = (trail: Trail, on: 'first' | 'second', voltages: number[]) =>
      voltages.reduce((t, v) => measure(t, on, v, current(v, resistors[on]), 0), trail)
    const crowded = drawn(emptyTrail, 'first', [1, 1.1, 1.2, 1.3, 1.4])
    expect(stretches(crowded.first)).toBe(1)
    expect(reached(crowded)).toEqual([])
    const spread = drawn(crowded, 'first', [0.2, 2, 2.6, 3.1])
    expect(reached(spread)).toEqual(['five-points'])
    expect(reached(drawn(spread, 'second', [1]))).toEqual(['both-resistors', 'five-points'])
    expect(reached(drawn(spread, 'second', [0, 1, 2, 3, 4]))).toContain('line')
  })

  it('knows the voltage behind the filter, and leaves out what is still on its way', () => {
    expect(suppliedVolts([], 10)).toBeNull()
    expect(suppliedVolts([{ heard: 20, value: 2 }], 10)).toBeNull()
    expect(suppliedVolts([{ heard: 0, value: 2 }], 10_000)).toBe(2)
    const jump = [
      { heard: 0, value: 1 },
      { heard: 1000, value: 3 },
    ]
    expect(suppliedVolts(jump, 1000 + 22)).toBeNull()
    expect(suppliedVolts(jump, 1000 + 200)).toBeNull()
    expect(suppliedVolts(jump, 1000 + 300)).toBe(3)
    const small = [
      { heard: 0, value: 1 },
      { heard: 1000, value: 1.2 },
    ]
    expect(suppliedVolts(small, 1000 + 44)).toBeCloseTo(1.2 - 0.2 * Math.exp(-2), 9)
    // A steady turn of 1.6 V/s in steps of 5 ms lags by the filter's time constant and half a step.
    const turn = Array.from({ length: 100 }, (_, n) => ({ heard: n * 5, value: n * 0.008 }))
    expect(suppliedVolts(turn, 495)).toBeCloseTo(0.792 - 1.6 * 0.0245, 3)
  })
})

describe('predict', () => {
  const run = (...events: PredictEvent[]) => events.reduce(predict, newRound(1))

  it('asks for a voltage of one’s own, then for a guess, then shows', () => {
    expect(run({ type: 'volts', volts: 1.1 }).phase).toBe('turn')
    const guessing = run({ type: 'volts', volts: 2 })
    expect(guessing.phase).toBe('guess')
    const seen = predict(predict(guessing, { type: 'guess', milliamps: 6 }), {
      type: 'see',
      volts: 2,
      measured: 5.6,
    })
    expect(seen).toMatchObject({ phase: 'seen', seen: { volts: 2, guess: 6, measured: 5.6 } })
  })

  it('shows nothing without a guess, nor without a measurement', () => {
    expect(run({ type: 'volts', volts: 2 }, { type: 'see', volts: 2, measured: 5.6 }).phase).toBe('guess')
    expect(
      run(
        { type: 'volts', volts: 2 },
        { type: 'guess', milliamps: 6 },
        { type: 'see', volts: 2, measured: null },
      ).phase,
    ).toBe('guess')
    expect(run({ type: 'guess', milliamps: 6 }).guess).toBeNull()
  })

  it('begins anew when asked, or when the dial is turned on', () => {
    const seen: PredictEvent[] = [
      { type: 'volts', volts: 2 },
      { type: 'guess', milliamps: 6 },
      { type: 'see', volts: 2, measured: 5.6 },
    ]
    expect(run(...seen, { type: 'volts', volts: 2.1 }).phase).toBe('seen')
    expect(run(...seen, { type: 'volts', volts: 2.6 })).toMatchObject({ phase: 'guess', guess: null })
    expect(run(...seen, { type: 'again', volts: 2 })).toEqual(newRound(2))
  })

  it('calls half a milliampere close', () => {
    expect(howNear({ volts: 2, guess: 6, measured: 5.5 })).toBe('close')
    expect(howNear({ volts: 2, guess: 6, measured: 4.6 })).toBe('near')
    expect(howNear({ volts: 2, guess: 6, measured: 9 })).toBe('far')
  })
})

describe('the challenge', () => {
  const hold = (...steps: [number | null, number][]) =>
    steps.reduce((state, [milliamps, now]) => attempt(state, milliamps, now), noAttempt)

  it('is won by two seconds within the band', () => {
    expect(hold([9.8, 0], [10.2, 1000])).toMatchObject({ held: 0.5, done: false })
    expect(hold([9.8, 0], [10.2, 1000], [10.25, 2000]).done).toBe(true)
  })

  it('is not won by passing through, nor by a value that cannot be trusted', () => {
    expect(hold([10, 0], [11, 1000], [10, 1500], [10, 2500]).done).toBe(false)
    expect(hold([10, 0], [null, 1000], [10, 2000])).toMatchObject({ held: 0, done: false })
  })

  it('stays won near the band, and can be tried again from afar', () => {
    const won: [number, number][] = [
      [10, 0],
      [10, 2000],
    ]
    expect(hold(...won, [9, 2500]).done).toBe(true)
    expect(hold(...won, [5, 2500])).toEqual(noAttempt)
  })
})
