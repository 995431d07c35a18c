import { describe, expect, it } from 'vitest'
import { isMoving, place, settle } from './plot-drawing.ts'

const axis = { ticks: [], label: '', unit: '' }
const axes = { x: { ...axis, min: 0, max: 5 }, y: { ...axis, min: 0, max: 15 } }

describe('a plot', () => {
  it('puts values on its axes, upwards', () => {
    const origin = place(axes, 0, 0)
    const far = place(axes, 5, 15)
    expect(far.left).toBeGreaterThan(origin.left)
    expect(far.top).toBeLessThan(origin.top)
    expect(place(axes, 2.5, 7.5).left).toBeCloseTo((origin.left + far.left) / 2, 9)
  })

  it('brings the live point to what was measured within 300 ms, and then rests', () => {
    const goal = { x: 1, y: 1 }
    let shown: { x: number; y: number } | null = { x: 0, y: 0 }
    for (let ms = 0; ms < 300; ms += 16) shown = settle(shown, goal, 16)
    expect(shown).toBe(goal)
    expect(settle(null, goal, 16)).toBe(goal)
    expect(settle(goal, null, 16)).toBeNull()
  })

  it('moves while the newest point of a line is landing', () => {
    const series = [{ id: 'a', name: '', mark: 'round' as const, points: [{ x: 1, y: 1, at: 1000 }] }]
    expect(isMoving({ ...axes, series }, 1500)).toBe(true)
    expect(isMoving({ ...axes, series }, 1800)).toBe(false)
  })
})
