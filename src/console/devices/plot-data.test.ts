import { describe, expect, it } from 'vitest'
import type { ChannelValue } from '../../shared/channel.ts'
import { createRecorder, recorded } from '../live/recorder.ts'
import { plotData, secondsTable } from './plot-data.ts'

const value = (v: number | boolean): ChannelValue => ({
  exhibit: 'e',
  channel: 'c',
  value: v,
  unit: 'V',
  quality: 'good',
  reason: null,
  at: null,
  since: '2026-11-23T12:00:00Z',
  raw: null,
  binding: null,
  clipped: false,
  writable: false,
})

describe('the recorder', () => {
  it('keeps a minute, and the reading that held at its beginning', () => {
    const recorder = createRecorder()
    for (let at = 0; at <= 2 * recorded; at += 1000)
      recorder.hear({ type: 'patch', channels: [value(at)] }, at)
    const kept = recorder.of('e', 'c')
    expect(kept[0]?.at).toBe(recorded - 1000)
    expect(kept.at(-1)?.at).toBe(2 * recorded)
    recorder.clear()
    expect(recorder.of('e', 'c')).toEqual([])
  })

  it('plots a switch as 0 and 1 and leaves other messages alone', () => {
    const recorder = createRecorder()
    recorder.hear({ type: 'patch', channels: [value(true)] }, 1)
    recorder.hear({ type: 'tick', at: '2026-11-23T12:00:00Z' }, 2)
    expect(recorder.of('e', 'c')).toEqual([{ at: 1, value: 1, raw: null }])
  })
})

describe('plot data', () => {
  const readings = [
    { at: 1000, value: 1, raw: null },
    { at: 5000, value: 2, raw: null },
    { at: 9000, value: 3, raw: null },
  ]
  it('begins with what held and ends with what holds', () => {
    expect(plotData(readings, 10_000, 3)).toEqual([
      [-3, -1, 0],
      [2, 3, 3],
    ])
    expect(plotData([], 10_000, 3)).toEqual([[], []])
  })
  it('tells each second what held in it', () => {
    expect(secondsTable(readings, 10_000, 3)).toEqual([
      { ago: 0, value: 3 },
      { ago: 1, value: 3 },
      { ago: 2, value: 2 },
    ])
    expect(secondsTable(readings, 500, 1)).toEqual([{ ago: 0, value: null }])
  })
})
