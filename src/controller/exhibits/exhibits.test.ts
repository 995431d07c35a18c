import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MakerhallError } from '../../shared/problem.ts'
import { createExhibits } from './exhibits.ts'
import { fakeChannels } from './fixtures/channels.ts'
import { manifest } from './fixtures/package.ts'
import type { ExhibitPackage } from './types.ts'

const minute = 60_000
const logger = { warn: vi.fn(), error: vi.fn() }

function hall({
  dataDir = mkdtempSync(join(tmpdir(), 'makerhall-data-')),
  clock = Date.now,
  changes = {},
} = {}) {
  const lab = manifest(changes)
  const channels = fakeChannels('lab', lab)
  const packages: ExhibitPackage[] = [
    { id: 'lab', folder: '/lab', manifest: lab, problems: [] },
    {
      id: 'broken',
      folder: '/broken',
      manifest: null,
      problems: [{ code: 'manifest.missing', message: 'The file is missing.', mend: 'Write it.' }],
    },
  ]
  const exhibits = createExhibits({
    packages,
    channels,
    dataDir,
    clock,
    monotonic: () => performance.now(),
    logger,
  })
  const facts: object[] = []
  const activity: object[] = []
  exhibits.onFact((fact) => facts.push(fact))
  exhibits.onActivity((one) => activity.push(one))
  return { exhibits, channels, dataDir, facts, activity, mode: () => exhibits.get('lab')?.mode }
}

const codeOf = (work: () => unknown): string | null => {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof MakerhallError ? error.problem.code : String(error)
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  logger.warn.mockClear()
  logger.error.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
})

async function playing(options = {}) {
  const one = hall(options)
  await one.exhibits.start()
  one.channels.quality('good')
  return one
}

describe('what stands here', () => {
  it('is told in the site’s order, the broken one as resting', async () => {
    const { exhibits } = await playing()
    expect(exhibits.list().map(({ id, mode, resting }) => [id, mode, resting?.code ?? null])).toEqual([
      ['lab', 'explore', null],
      ['broken', null, 'broken-package'],
    ])
    expect(exhibits.get('lab')?.touch).toEqual(['dial', 'button'])
    expect(exhibits.get('nobody')).toBeUndefined()
    expect(exhibits.package('broken')?.problems).toHaveLength(1)
  })
})

describe('rules', () => {
  it('let the dial control when it is turned, a finger next, and the dial again', async () => {
    const { exhibits, channels } = await playing()
    channels.read('dial', 4)
    expect(channels.written).toEqual([])
    channels.read('dial', 2)
    expect(channels.asked('voltage')).toBe(2)
    exhibits.touch('lab', 'dial', 4)
    expect(channels.asked('voltage')).toBe(4)
    channels.read('dial', 2.02)
    expect(channels.asked('voltage')).toBe(4)
    channels.read('dial', 2.5)
    expect(channels.asked('voltage')).toBe(2.5)
  })

  it('refuse what no scene may set, and what is outside', async () => {
    const { exhibits } = await playing()
    const touch = (channel: string, value: number | boolean) =>
      codeOf(() => exhibits.touch('lab', channel, value))
    expect(touch('voltage', 1)).toBe('channel.not-touchable')
    expect(touch('constructor', 1)).toBe('channel.not-touchable')
    expect(touch('dial', 6)).toBe('channel.range')
    expect(touch('dial', Number.NaN)).toBe('channel.range')
    expect(touch('dial', true)).toBe('channel.range')
    expect(touch('button', 1)).toBe('channel.range')
    expect(codeOf(() => exhibits.touch('nobody', 'dial', 1))).toBe('exhibit.unknown')
  })

  it('go on where one write fails', async () => {
    const { exhibits, channels } = await playing()
    const write = vi.spyOn(channels, 'write').mockImplementation(() => {
      throw new Error('no')
    })
    exhibits.touch('lab', 'dial', 4)
    expect(logger.error).toHaveBeenCalledOnce()
    write.mockRestore()
    exhibits.touch('lab', 'dial', 3)
    expect(channels.asked('voltage')).toBe(3)
  })

  it('make everything safe on reset, and wait until someone acts', async () => {
    const { exhibits, channels, activity } = await playing()
    for (const value of [1, 2, 2.1]) channels.read('dial', value)
    exhibits.touch('lab', 'dial', 4)
    exhibits.reset('lab')
    activity.length = 0
    expect(channels.get('lab', 'voltage')?.value).toBe(0)
    // Below an act from where the dial stood at the reset, and not from where it stood at the last act.
    for (const value of [2.12, 2.24, 1.96]) channels.read('dial', value)
    expect(channels.get('lab', 'voltage')?.value).toBe(0)
    expect(activity).toEqual([])
    channels.read('dial', 2.26)
    expect(channels.get('lab', 'voltage')?.value).toBe(2.26)
    expect(activity).toEqual([{ exhibit: 'lab', by: 'hardware' }])
  })

  it('take a dial that takes over from a finger for an act, be it less than one', async () => {
    const { exhibits, channels, activity } = await playing()
    channels.read('dial', 1)
    exhibits.touch('lab', 'dial', 4)
    channels.read('dial', 1.12)
    expect(channels.asked('voltage')).toBe(1.12)
    expect(activity).toEqual([{ exhibit: 'lab', by: 'hardware' }])
  })
})

describe('what is driven', () => {
  async function driving() {
    const one = await playing()
    const driven: string[] = []
    one.exhibits.onDriven((id) => driven.push(id))
    return { ...one, driven }
  }

  it('is told, whoever drives it: a turn, a touch, a technician', async () => {
    const { exhibits, channels, driven } = await driving()
    for (const value of [1, 2]) channels.read('dial', value)
    exhibits.touch('lab', 'dial', 4)
    channels.write('lab', 'voltage', 3)
    channels.write('lab', 'resistor', true)
    expect(driven).toEqual(['lab', 'lab', 'lab', 'lab'])
  })

  it('is nothing where an actuator is safe, or stays where it is', async () => {
    const { exhibits, channels, driven } = await driving()
    channels.read('dial', 2)
    channels.write('lab', 'voltage', 0)
    expect(driven).toEqual([])
    channels.write('lab', 'voltage', 3)
    channels.write('lab', 'voltage', 3)
    channels.quality('bad', 'no-board')
    channels.quality('good')
    exhibits.reset('lab')
    expect(driven).toEqual(['lab'])
  })
})

describe('activity', () => {
  it('tells a turn, a press and a presence, but not what a board says first', async () => {
    const { channels, activity } = await playing()
    for (const value of [1, 1.05, 2]) channels.read('dial', value)
    for (const value of [false, true]) channels.read('button', value)
    for (const value of [false, true]) channels.read('near', value)
    expect(activity).toEqual([
      { exhibit: 'lab', by: 'hardware' },
      { exhibit: 'lab', by: 'hardware' },
      { exhibit: 'lab', by: 'presence' },
    ])
  })

  it('is nobody’s when a board comes back or a calibration changes', async () => {
    const { channels, activity } = await playing()
    channels.read('dial', 1)
    channels.quality('bad', 'no-board')
    channels.quality('good')
    channels.read('dial', 4)
    channels.change('dial', 2)
    channels.read('dial', 2.05)
    expect(activity).toEqual([])
  })
})

describe('resting', () => {
  it('lasts while the board of a required channel is away, with actuators safe', async () => {
    const { exhibits, channels } = await playing()
    channels.read('dial', 2)
    const before = channels.safed.length
    channels.quality('bad', 'stale')
    expect(exhibits.get('lab')?.resting).toMatchObject({
      code: 'board-away',
      problems: [{ code: 'board.away' }],
    })
    expect(channels.safed.slice(before)).toEqual(['lab'])
    expect(codeOf(() => exhibits.touch('lab', 'dial', 1))).toBe('exhibit.resting')
    channels.quality('good')
    expect(exhibits.get('lab')?.resting).toBe(null)
  })

  it('begins at the start where the board is not there yet', async () => {
    const { exhibits, channels } = hall()
    await exhibits.start()
    expect(exhibits.get('lab')?.resting?.code).toBe('board-away')
    channels.quality('bad', 'no-reading')
    expect(exhibits.get('lab')?.resting).toBe(null)
  })

  it('does not come from a channel that is not required', async () => {
    const { exhibits } = await playing({
      changes: {
        channels: { ...manifest().channels, dial: { ...manifest().channels.dial, required: false } },
      },
    })
    expect(exhibits.get('lab')?.resting).toBe(null)
  })

  it('lasts after a failed scene until it is woken, and then goes on as it was', async () => {
    const { exhibits, channels } = await playing()
    const changes: (string | null)[] = []
    exhibits.onChange(({ resting }) => changes.push(resting?.code ?? null))
    exhibits.touch('lab', 'dial', 4)
    exhibits.rest('lab', 'scene-failed', [])
    exhibits.rest('lab', 'scene-failed', [])
    expect(channels.get('lab', 'voltage')?.value).toBe(0)
    exhibits.rest('lab', 'scene-failed', null)
    expect(channels.get('lab', 'voltage')?.value).toBe(4)
    expect(changes).toEqual(['scene-failed', null])
  })

  it('shows the graver cause first', async () => {
    const { exhibits, channels } = await playing()
    exhibits.rest('lab', 'scene-failed', [])
    channels.quality('bad', 'no-board')
    expect(exhibits.get('lab')?.resting?.code).toBe('board-away')
    channels.quality('good')
    expect(exhibits.get('lab')?.resting?.code).toBe('scene-failed')
  })
})

describe('a lease', () => {
  it('ends by itself and tells when', async () => {
    const { exhibits, facts, mode } = await playing()
    const status = exhibits.setMode('lab', { mode: 'predict', minutes: 0.5 }, 'Anna')
    expect(status.lease).toEqual({
      mode: 'predict',
      back: 'explore',
      by: 'Anna',
      until: new Date(Date.now() + minute / 2).toISOString(),
    })
    vi.advanceTimersByTime(minute / 2 - 1)
    expect(mode()).toBe('predict')
    vi.advanceTimersByTime(2)
    expect(mode()).toBe('explore')
    expect(facts).toEqual([
      { type: 'mode.changed', exhibit: 'lab', mode: 'predict', why: 'lease' },
      { type: 'mode.changed', exhibit: 'lab', mode: 'explore', why: 'reverted' },
    ])
  })

  it('refuses what is not there and what is no time', async () => {
    const { exhibits } = await playing()
    const set = (id: string, mode: string, minutes: number) =>
      codeOf(() => exhibits.setMode(id, { mode, minutes }, 'Anna'))
    expect(set('nobody', 'predict', 1)).toBe('exhibit.unknown')
    expect(set('lab', 'nowhere', 1)).toBe('mode.unknown')
    expect(set('broken', 'explore', 1)).toBe('mode.unknown')
    for (const minutes of [0, -1, Number.NaN, 10_081])
      expect(set('lab', 'predict', minutes)).toBe('mode.minutes')
  })

  it('keeps visitors from choosing, and a visit’s end from changing the mode', async () => {
    const { exhibits, mode } = await playing()
    exhibits.chooseMode('lab', 'challenge')
    expect(mode()).toBe('challenge')
    exhibits.setMode('lab', { mode: 'predict', minutes: 1 }, 'Anna')
    expect(codeOf(() => exhibits.chooseMode('lab', 'explore'))).toBe('mode.leased')
    exhibits.reset('lab')
    expect(mode()).toBe('predict')
    exhibits.endLease('lab')
    expect(mode()).toBe('explore')
  })

  it('goes on after a restart for the rest of its time', async () => {
    const first = await playing()
    first.exhibits.setMode('lab', { mode: 'predict', minutes: 10 }, 'Anna')
    await first.exhibits.stop()
    vi.setSystemTime(Date.now() + 4 * minute)
    const second = await playing({ dataDir: first.dataDir })
    expect(second.mode()).toBe('predict')
    vi.advanceTimersByTime(6 * minute + 1)
    expect(second.mode()).toBe('explore')
    await second.exhibits.stop()
    const third = await playing({ dataDir: first.dataDir })
    expect([third.mode(), third.facts]).toEqual(['explore', []])
  })

  it.each([
    ['its end has passed', 11 * minute],
    ['the clock cannot be trusted', -minute],
  ])('reverts after a restart where %s', async (_, later) => {
    const first = await playing()
    first.exhibits.setMode('lab', { mode: 'predict', minutes: 10 }, 'Anna')
    await first.exhibits.stop()
    vi.setSystemTime(Date.now() + later)
    const second = await playing({ dataDir: first.dataDir })
    expect(second.mode()).toBe('explore')
    expect(second.facts).toEqual([{ type: 'mode.changed', exhibit: 'lab', mode: 'explore', why: 'reverted' }])
  })

  it('is lost with a file that cannot be understood, and nothing else is', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'makerhall-data-'))
    mkdirSync(join(dataDir, 'controller'))
    writeFileSync(join(dataDir, 'controller', 'modes.json'), '{"v":1,"leases":{"lab":{"mode":7}}}')
    const { exhibits, mode } = await playing({ dataDir })
    expect(mode()).toBe('explore')
    expect(logger.warn).toHaveBeenCalledOnce()
    expect(readdirSync(join(dataDir, 'controller'))).toEqual([expect.stringMatching(/^modes\.json\.broken-/)])
    exhibits.setMode('lab', { mode: 'predict', minutes: 10 }, 'Anna')
    await exhibits.stop()
    expect(readFileSync(join(dataDir, 'controller', 'modes.json'), 'utf8')).toContain('"predict"')
  })

  it('plays on where it cannot be kept', async () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), 'makerhall-data-')), 'file')
    writeFileSync(dataDir, '')
    const { exhibits, mode } = await playing({ dataDir })
    exhibits.setMode('lab', { mode: 'predict', minutes: 10 }, 'Anna')
    await exhibits.stop()
    expect(mode()).toBe('predict')
    expect(logger.error).toHaveBeenCalled()
  })
})

it('goes on where a listener fails', async () => {
  const { exhibits } = hall()
  const heard = vi.fn()
  exhibits.onChange(() => {
    throw new Error('mine')
  })
  exhibits.onChange(heard)
  await exhibits.start()
  expect(heard).toHaveBeenCalled()
  expect(logger.error).toHaveBeenCalled()
})

it('leaves nothing behind when it stops', async () => {
  const { exhibits, channels, dataDir } = await playing()
  exhibits.setMode('lab', { mode: 'predict', minutes: 10 }, 'Anna')
  expect(channels.listeners.size).toBe(1)
  expect(vi.getTimerCount()).toBe(1)
  await exhibits.stop()
  expect(channels.listeners.size).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  expect(existsSync(join(dataDir, 'controller', 'modes.json'))).toBe(true)
})
