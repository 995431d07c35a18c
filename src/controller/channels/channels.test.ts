import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChannelValue } from '../../shared/channel.ts'
import { MakerhallError } from '../../shared/problem.ts'
import { createChannels } from './channels.ts'
import { FakeBoards } from './testing/fake-boards.ts'
import { arm, button, dial, lamp, manifestWith, voltage } from './testing/manifest.ts'
import type { Channels } from './types.ts'

const manifest = manifestWith({ dial, button, voltage, lamp, arm })
const points: [{ raw: number; value: number }, { raw: number; value: number }] = [
  { raw: 0, value: 0 },
  { raw: 1000, value: 10 },
]

let folder: string
let boards: FakeBoards
let channels: Channels
let heard: [ChannelValue, boolean][]

async function make(identities: Record<string, string | null>, board = 'uno'): Promise<void> {
  boards = new FakeBoards(identities)
  const bindings = Object.fromEntries(
    Object.entries(manifest.channels).map(([name, { pin }]) => [name, { board, pin }]),
  )
  channels = createChannels({
    exhibits: [{ id: 'ohms-law', manifest, bindings }],
    boards,
    dataDir: folder,
  })
  heard = []
  channels.onValue((value, measured) => heard.push([value, measured]))
  await channels.start()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'channels-'))
  await make({ uno: 'mh-00000001' })
})

afterEach(async () => {
  await channels.stop()
  await rm(folder, { recursive: true })
})

const get = (channel: string) => channels.get('ohms-law', channel)
const write = (channel: string, value: number | boolean) => channels.write('ohms-law', channel, value)
const written = () => boards.board('uno')?.written
async function codeOf(action: () => unknown): Promise<string | null> {
  try {
    await action()
    return null
  } catch (error) {
    return error instanceof MakerhallError ? error.problem.code : String(error)
  }
}

describe('A sensor', () => {
  it('is set up as its manifest says', () => {
    expect(boards.board('uno')?.inputs).toEqual(
      new Map([
        ['A0', { kind: 'analog', interval: 20, threshold: 2 }],
        ['2', { kind: 'digital', interval: 20, pullup: true }],
      ]),
    )
  })

  it('has a value with its unit as soon as it was read, and says why when it has not', () => {
    expect(get('dial')).toMatchObject({ value: null, quality: 'bad', reason: 'no-board', at: null })
    boards.becomes('uno', 'ready')
    expect(get('dial')).toMatchObject({ value: null, quality: 'bad', reason: 'no-reading' })
    boards.reads('uno', 'A0', 1023, 1_700_000_000_000)
    expect(get('dial')).toMatchObject({
      value: 5,
      raw: 1023,
      unit: 'V',
      quality: 'good',
      reason: null,
      at: '2023-11-14T22:13:20.000Z',
      binding: { board: 'uno', pin: 'A0' },
      writable: false,
    })
    expect(heard.at(-1)).toMatchObject([{ channel: 'dial', value: 5 }, true])
  })

  it('tells each change once', () => {
    boards.becomes('uno', 'ready')
    boards.reads('uno', 'A0', 100)
    const before = heard.length
    boards.reads('uno', 'A0', 100)
    expect(heard).toHaveLength(before)
  })

  it('keeps its last value, greyed, while its board is away or silent', () => {
    boards.becomes('uno', 'ready')
    boards.reads('uno', 'A0', 1023)
    boards.becomes('uno', 'lost', 'board.mute')
    expect(get('dial')).toMatchObject({ value: 5, quality: 'bad', reason: 'stale' })
    boards.becomes('uno', 'lost', 'board.gone')
    expect(get('dial')).toMatchObject({ value: 5, quality: 'bad', reason: 'no-board' })
    boards.becomes('uno', 'ready')
    expect(get('dial')).toMatchObject({ value: 5, quality: 'bad', reason: 'no-reading' })
    boards.reads('uno', 'A0', 1023)
    expect(get('dial')).toMatchObject({ quality: 'good' })
  })

  it('cannot be written', async () => {
    expect(await codeOf(() => write('dial', 1))).toBe('channel.not-writable')
    expect(await codeOf(() => write('nothing', 1))).toBe('channel.unknown')
  })
})

describe('An actuator', () => {
  beforeEach(() => boards.becomes('uno', 'ready'))

  it('gives the board its limits and its safe state', () => {
    expect(boards.board('uno')?.outputs).toEqual(
      new Map([
        ['9', { kind: 'pwm', min: 0, max: 255, safe: 0 }],
        ['7', { kind: 'digital', min: 0, max: 1, safe: 1 }],
        ['10', { kind: 'servo', min: 1000, max: 1900, safe: 1450 }],
      ]),
    )
  })

  it('is driven through its Johnny-Five component', () => {
    expect(write('voltage', 2.5)).toMatchObject({ value: 2.5, raw: 128, quality: 'good', clipped: false })
    expect(write('lamp', true)).toMatchObject({ value: true, raw: 0 })
    expect(written()).toEqual([
      ['9', 128],
      ['7', 0],
    ])
  })

  it('is clipped to its range, and says so', async () => {
    expect(write('voltage', 12)).toMatchObject({ value: 5, raw: 255, clipped: true })
    expect(write('voltage', 4)).toMatchObject({ value: 4, clipped: false })
    expect(channels.range('ohms-law', 'voltage')).toEqual([0, 5])
    expect(channels.range('ohms-law', 'lamp')).toBeNull()
    expect(await codeOf(() => write('voltage', Number.NaN))).toBe('channel.not-a-number')
    expect(await codeOf(() => write('voltage', true))).toBe('channel.not-a-number')
  })

  it('moves no faster than its slew rate', async () => {
    expect(write('arm', 50)).toMatchObject({ value: 45, clipped: true })
    await vi.waitFor(() => expect(get('arm')).toMatchObject({ value: 50, clipped: false, raw: 1500 }))
    const steps = written()?.map(([, raw]) => raw) ?? []
    expect(steps.length).toBeGreaterThan(2)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
  })

  it('tells of a refusal and of the safe state until it is written again', () => {
    write('voltage', 1)
    boards.notes('uno', '9', 'refused')
    expect(get('voltage')).toMatchObject({ quality: 'bad', reason: 'refused' })
    expect(get('lamp')).toMatchObject({ quality: 'good' })
    expect(write('voltage', 1)).toMatchObject({ quality: 'good' })
    expect(written()).toEqual([
      ['9', 51],
      ['9', 51],
    ])
    boards.notes('uno', null, 'safe-state')
    expect(get('lamp')).toMatchObject({ quality: 'bad', reason: 'safe-state' })
    boards.notes('uno', null, 'restored')
    expect(get('lamp')).toMatchObject({ quality: 'good' })
  })

  it('keeps what was asked while the board is away', () => {
    boards.becomes('uno', 'lost')
    expect(write('voltage', 3)).toMatchObject({ value: 3, quality: 'bad', reason: 'no-board' })
    boards.becomes('uno', 'ready')
    expect(get('voltage')).toMatchObject({ value: 3, quality: 'good' })
  })

  it('with a slew rate starts from its safe state when the board is back', async () => {
    write('arm', 50)
    await vi.waitFor(() => expect(get('arm')).toMatchObject({ value: 50 }))
    boards.becomes('uno', 'lost')
    expect(get('arm')).toMatchObject({ value: 45, clipped: true })
    expect(written()?.at(-1)).toEqual(['10', 1450])
    boards.becomes('uno', 'ready')
    await vi.waitFor(() => expect(get('arm')).toMatchObject({ value: 50, clipped: false }))
  })

  it('goes to its safe state with its exhibit', () => {
    write('voltage', 3)
    write('lamp', true)
    channels.safe('ohms-law')
    expect(get('voltage')).toMatchObject({ value: 0, raw: 0 })
    expect(get('lamp')).toMatchObject({ value: false, raw: 1 })
    expect(written()?.slice(-3)).toEqual([
      ['9', 0],
      ['7', 1],
      ['10', 1450],
    ])
  })
})

describe('A calibration', () => {
  beforeEach(() => {
    boards.becomes('uno', 'ready')
    boards.reads('uno', 'A0', 500)
  })

  it('changes the value at once, and is taken back one step', async () => {
    const saved = await channels.calibrate('ohms-law', 'dial', points, 'Ilze')
    expect(saved).toMatchObject({ current: { version: 1, slope: 0.01, author: 'Ilze' }, history: [] })
    expect(get('dial')).toMatchObject({ value: 5, raw: 500 })
    const other: typeof points = [points[0], { raw: 1000, value: 5 }]
    expect((await channels.calibrate('ohms-law', 'dial', other, 'Jānis')).history).toMatchObject([
      { version: 1 },
    ])
    expect(get('dial')).toMatchObject({ value: 2.5 })
    await channels.undoCalibration('ohms-law', 'dial')
    expect(get('dial')).toMatchObject({ value: 5 })
    expect(await channels.undoCalibration('ohms-law', 'dial')).toEqual({ current: null, history: [] })
    expect(get('dial')?.value).toBeCloseTo((500 * 5) / 1023)
  })

  it('survives a restart, and goes with its board to another name and port', async () => {
    await channels.calibrate('ohms-law', 'dial', points, 'Ilze')
    await channels.stop()
    await make({ uno: 'mh-00000002', other: 'mh-00000001' }, 'other')
    boards.becomes('other', 'ready')
    boards.reads('other', 'A0', 500)
    expect(get('dial')).toMatchObject({ value: 5 })
    await channels.stop()
    await make({ uno: 'mh-00000002' })
    boards.becomes('uno', 'ready')
    boards.reads('uno', 'A0', 500)
    expect(get('dial')?.value).toBeCloseTo((500 * 5) / 1023)
  })

  it('says what is wrong with it', async () => {
    const equal: typeof points = [points[0], { raw: 0, value: 3 }]
    expect(await codeOf(() => channels.calibrate('ohms-law', 'dial', equal, 'Ilze'))).toBe(
      'calibration.equal-points',
    )
    expect(await codeOf(() => channels.calibrate('ohms-law', 'button', points, 'Ilze'))).toBe(
      'calibration.not-calibratable',
    )
    expect(channels.calibration('ohms-law', 'dial')).toEqual({ current: null, history: [] })
  })

  it('needs a board that was met', async () => {
    await channels.stop()
    await make({ uno: null })
    expect(await codeOf(() => channels.calibrate('ohms-law', 'dial', points, 'Ilze'))).toBe(
      'calibration.no-board',
    )
  })

  it('file that is broken is set aside', async () => {
    await channels.calibrate('ohms-law', 'dial', points, 'Ilze')
    await channels.stop()
    await writeFile(join(folder, 'controller', 'calibration.json'), '{"makerhall": 1, "pi')
    await make({ uno: 'mh-00000001' })
    expect(channels.calibration('ohms-law', 'dial').current).toBeNull()
    const files = await readdir(join(folder, 'controller'))
    expect(files.filter((name) => name.startsWith('calibration.json.broken-'))).toHaveLength(1)
  })
})
