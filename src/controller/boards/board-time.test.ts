import { describe, expect, it } from 'vitest'
import { BoardTime } from './board-time.ts'

/** The greatest age told of lines that all come at once, of a board that is at `board(now)` ms of its own time. */
function worstAge(time: BoardTime, board: (now: number) => number, from = 0, to = 600_000): number {
  let worst = 0
  for (let now = from; now < to; now += 100)
    worst = Math.max(worst, time.age((board(now) * 1000) % 2 ** 32, now))
  return worst
}

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

  it.each([0.99, 0.995, 1.005, 1.01])('follows a clock that runs at %f of ours', (rate) => {
    const time = new BoardTime()
    const worst = worstAge(time, (now) => now * rate)
    expect(worst).toBeLessThan(1)
  })

  it('follows a board that falls back by a tenth, a few spans behind at most', () => {
    expect(worstAge(new BoardTime(), (now) => now * 0.9)).toBeLessThan(400)
  })

  it.each([0.99, 1, 1.01])('forgets a stall of a board at %f of our rate within two spans', (rate) => {
    const time = new BoardTime()
    const stall = 7_000
    const board = (now: number) => (now - (now >= 60_000 ? stall : 0)) * rate
    worstAge(time, board, 0, 60_000)
    expect(worstAge(time, board, 60_000, 60_200)).toBeGreaterThan(6_000)
    worstAge(time, board, 60_200, 60_000 + 2 * BoardTime.span + 200)
    expect(worstAge(time, board, 60_000 + 2 * BoardTime.span + 200, 120_000)).toBeLessThan(1)
  })

  it('knows how old the lines are that waited while we stalled', () => {
    const time = new BoardTime()
    worstAge(time, (now) => now, 0, 60_000)
    for (let sent = 60_000; sent < 65_000; sent += 100) {
      const age = time.age(sent * 1000, 65_000)
      expect(Math.abs(age - (65_000 - sent))).toBeLessThan(5_000 * BoardTime.drift + 2)
    }
  })

  it('never says that something is measured later than it is told', () => {
    const time = new BoardTime()
    const jitter = [40, 0, 3, 900, 12, 300, 1]
    for (let i = 0; i < 5_000; i += 1) {
      const now = i * 20
      expect(time.age((now - (jitter[i % jitter.length] ?? 0)) * 1010, now)).toBeGreaterThanOrEqual(0)
    }
  })

  it('begins anew after a reset', () => {
    const time = new BoardTime()
    time.age(9_000_000, 1_000)
    time.reset()
    expect(time.age(50_000, 1_500)).toBe(0)
  })
})
