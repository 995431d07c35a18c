import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Refusal } from './refusal.ts'
import { afterFailure, createSlowDown, type Guesses, sourceOf } from './slow-down.ts'

const failTimes = (times: number, now = 0) => {
  let guesses: Guesses | undefined
  for (let n = 0; n < times; n++) guesses = afterFailure(guesses, now)
  return guesses
}

describe('wrong guesses', () => {
  it('cost nothing four times, then 1 s, 2 s, 4 s … 60 s', () => {
    const pauses = [1, 4, 5, 6, 7, 8, 9, 10, 11, 30].map((times) => failTimes(times)?.until)
    expect(pauses).toEqual([0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  })

  it('are forgiven, one for each quiet minute', () => {
    const many = failTimes(8)
    expect(afterFailure(many, 3 * 60_000)).toMatchObject({ failures: 6 })
    expect(afterFailure(many, 60 * 60_000)).toMatchObject({ failures: 1, until: 60 * 60_000 })
  })

  it('never make a source wait longer than a minute, nor for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120_000)), (pauses) => {
        let now = 0
        let guesses: Guesses | undefined
        for (const pause of pauses) {
          now += pause
          guesses = afterFailure(guesses, now)
          expect(guesses.until - now).toBeLessThanOrEqual(60_000)
        }
      }),
    )
  })
})

describe('a source', () => {
  it.each([
    ['192.168.1.7', '192.168.1.7'],
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
  ])('%s is %s', (address, source) => expect(sourceOf(address)).toBe(source))
})

describe('slowing down', () => {
  const wrong = async () => null
  const right = async () => 'in'
  const retryAfter = (error: unknown) => (error instanceof Refusal ? [error.status, error.retryAfter] : error)

  it('refuses the source that guesses, with the time to wait, and nobody else', async () => {
    let now = 0
    const slowDown = createSlowDown(() => now)
    for (let n = 0; n < 5; n++) expect(await slowDown.attempt('10.0.0.1', wrong)).toBeNull()
    expect(await slowDown.attempt('10.0.0.1', right).catch(retryAfter)).toEqual([429, 1])
    expect(await slowDown.attempt('10.0.0.2', right)).toBe('in')
    now = 1000
    expect(await slowDown.attempt('10.0.0.1', right)).toBe('in')
    // The next wrong one waits longer: being right once does not wash the others away.
    expect(await slowDown.attempt('10.0.0.1', wrong)).toBeNull()
    expect(await slowDown.attempt('10.0.0.1', right).catch(retryAfter)).toEqual([429, 2])
  })

  it('does not wait for a wall clock that was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T10:00:00Z') })
    try {
      const slowDown = createSlowDown()
      for (let n = 0; n < 5; n++) await slowDown.attempt('10.0.0.1', wrong)
      vi.setSystemTime(Date.parse('2026-11-23T09:00:00Z'))
      expect(await slowDown.attempt('10.0.0.1', right).catch(retryAfter)).toEqual([429, 1])
    } finally {
      vi.useRealTimers()
    }
  })

  it('hears many at once one after another', async () => {
    const slowDown = createSlowDown(() => 0)
    let heard = 0
    const tries = Array.from({ length: 40 }, () =>
      slowDown
        .attempt('10.0.0.1', async () => {
          heard += 1
          return null
        })
        .catch(() => 'refused'),
    )
    const answers = await Promise.all(tries)
    expect(heard).toBe(5)
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(35)
  })

  it('goes on after a try that failed for another reason, which is no wrong guess', async () => {
    const slowDown = createSlowDown(() => 0)
    for (let n = 0; n < 20; n++) {
      await expect(
        slowDown.attempt('10.0.0.1', async () => {
          throw new Error('the disk')
        }),
      ).rejects.toThrow('the disk')
    }
    expect(await slowDown.attempt('10.0.0.1', right)).toBe('in')
  })
})
