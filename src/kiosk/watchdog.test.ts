import { describe, expect, it } from 'vitest'
import { limits, type Watch, type WatchEffect, type WatchEvent, watch, watchStep } from './watchdog.ts'

/** A frame whose scene answers as `alive` says, ticked each second until `until`. */
function live(until: number, alive: (second: number) => WatchEvent['type'] | null) {
  let state: Watch = watch(0)
  const effects: WatchEffect[] = []
  for (let second = 1; second <= until; second++) {
    const answer = alive(second)
    for (const type of [answer, 'tick' as const]) {
      if (!type) continue
      const next = watchStep(state, { type }, second * 1000)
      state = next.watch
      effects.push(...next.effects)
    }
  }
  const reports = effects.flatMap((effect) => (effect.do === 'report' ? [effect.why] : []))
  const pings = effects.filter((effect) => effect.do === 'ping').length
  return { state, reports, pings }
}

describe('the watchdog of a frame', () => {
  it('pings a living scene each second and leaves it alone', () => {
    const { state, reports, pings } = live(300, (second) => (second === 1 ? 'ready' : 'pong'))
    expect(state).toMatchObject({ phase: 'alive', failures: 0, load: 1 })
    expect(reports).toEqual([])
    expect(pings).toBe(300)
  })

  it('puts a scene to rest that does not become ready in 8 s', () => {
    expect(live(7, () => null).state.phase).toBe('loading')
    expect(live(8, () => null)).toMatchObject({ state: { phase: 'pausing' }, reports: ['not-loaded'] })
  })

  it('does not take a pong for being ready', () => {
    expect(live(8, () => 'pong').reports).toEqual(['not-loaded'])
  })

  it('puts a scene to rest that stops answering for 5 s, and loads it again after the pause', () => {
    const hung = (second: number) => (second === 1 ? 'ready' : second < 10 ? 'pong' : null)
    expect(live(13, hung).reports).toEqual([])
    expect(live(14, hung)).toMatchObject({ state: { phase: 'pausing', load: 1 }, reports: ['hung'] })
    expect(live(16, hung).state).toMatchObject({ phase: 'loading', load: 2, failures: 1 })
  })

  it('puts a scene to rest that throws', () => {
    const { state, reports } = live(3, (second) => (second === 1 ? 'ready' : second === 3 ? 'threw' : 'pong'))
    expect(state.phase).toBe('pausing')
    expect(reports).toEqual(['threw'])
  })

  it('gives up after pauses that grow, and stays so', () => {
    const { state, reports } = live(400, () => null)
    expect(state.phase).toBe('given-up')
    expect(reports).toHaveLength(limits.pauses.length + 1)
    expect(watchStep(state, { type: 'threw' }, 401_000)).toEqual({ watch: state, effects: [] })
  })

  it('forgets old failures of a scene that then lived for two minutes', () => {
    const { state } = live(140, (second) =>
      second === 2 ? 'threw' : second === 1 || second === 5 ? 'ready' : 'pong',
    )
    expect(state).toMatchObject({ phase: 'alive', failures: 0, load: 2 })
  })

  it('does not blame the scene for the machine’s sleep', () => {
    const { state } = live(10, (second) => (second === 1 ? 'ready' : 'pong'))
    const woken = watchStep(state, { type: 'tick' }, 3_600_000)
    expect(woken.watch.phase).toBe('alive')
    expect(woken.effects).toEqual([{ do: 'ping', n: 3_600_000 }])
  })
})
