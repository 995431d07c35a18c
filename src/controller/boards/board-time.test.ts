import { describe, expect, it } from 'vitest'
import { BoardTime } from './board-time.ts'

describe('A board’s time', () => {
  it('takes the promptest line for now, and tells the age of a late one', () => {
    const time = new BoardTime()
    expect(time.age(1_000_000, 5_000)).toBe(0)
    const late = time.age(1_100_000, 5_120)
    expect(late).toBeGreaterThan(18)
    expect(late).toBeLessThanOrEqual(20)
    expect(time.age(1_200_000, 5_195)).toBe(0)
  })

  it('goes on over the wrap of 32 bits', () => {
    const time = new BoardTime()
    time.age(2 ** 32 - 10_000, 1_000)
    expect(time.age(15_000, 1_040)).toBeCloseTo(15, 0)
  })

  it('knows a line about something older', () => {
    const time = new BoardTime()
    time.age(1_000_000, 1_000)
    expect(time.age(970_000, 1_000)).toBeCloseTo(30, 0)
  })

  it.each([0.995, 1.005])('follows a clock that runs at %f of ours', (rate) => {
    const time = new BoardTime()
    let worst = 0
    for (let now = 0; now < 600_000; now += 100) worst = Math.max(worst, time.age(now * 1000 * rate, now))
    expect(worst).toBeLessThan(1)
  })

  it('begins anew after a reset', () => {
    const time = new BoardTime()
    time.age(9_000_000, 1_000)
    time.reset()
    expect(time.age(50_000, 1_500)).toBe(0)
  })
})
