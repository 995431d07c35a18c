import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReadlineParser } from '@serialport/parser-readline'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Site, type SiteInput } from '../../shared/site.ts'
import { createBoards } from './boards.ts'
import { ScriptedFirmata } from './testing/firmata-board.ts'
import { type Cable, plugCable } from './testing/pty.ts'
import { ScriptedBoard } from './testing/scripted-board.ts'
import type { Boards, Reading } from './types.ts'
import { createVirtualBoard, type VirtualBoard } from './virtual/index.ts'

const soon = { timeout: 15_000, interval: 5 }

let folder: string
let boards: Boards | null
let readings: Reading[]
let notes: string[]
const cables: Cable[] = []
const virtuals = new Map<string, VirtualBoard>()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boards-'))
  boards = null
  listed = []
})

afterEach(async () => {
  await boards?.stop()
  for (const cable of cables.splice(0)) await cable.pull()
  virtuals.clear()
  await rm(folder, { recursive: true })
})

/** What the operating system lists: never a port of the machine that the tests run on. */
let listed: string[] = []
const binding = {
  ...SerialPort.binding,
  list: async () =>
    listed.map((path) => ({
      path,
      manufacturer: undefined,
      serialNumber: undefined,
      pnpId: undefined,
      locationId: undefined,
      productId: undefined,
      vendorId: undefined,
    })),
}

function make(site: Omit<SiteInput, 'exhibits'>): Boards {
  readings = []
  notes = []
  const made = createBoards({
    site: Site.parse({ ...site, exhibits: [{ id: 'any', board: 'any' }] }),
    dataDir: folder,
    parts: {},
    binding,
    virtualBoard: (options) => {
      const board = createVirtualBoard(options)
      virtuals.set(options.id, board)
      return board
    },
  })
  made.onReading((reading) => readings.push(reading))
  made.onOutput(({ board, what }) => notes.push(`${board} ${what}`))
  boards = made
  return made
}

async function cable(name: string): Promise<Cable> {
  const plugged = await plugCable(folder, name)
  cables.push(plugged)
  return plugged
}

function scripted(port: Cable, identity: string | null): ScriptedBoard {
  const board = new ScriptedBoard(identity, (line) => port.far.write(line))
  port.far.pipe(new ReadlineParser({ delimiter: '\n' })).on('data', (line: string) => board.receive(line))
  return board
}

function firmata(port: Cable): ScriptedFirmata {
  const board = new ScriptedFirmata((bytes) => port.far.write(Buffer.from(bytes)))
  port.far.on('data', (bytes: Buffer) => board.receive(bytes))
  return board
}

const status = (id: string) => boards?.list().find((board) => board.id === id)
const becomes = (id: string, state: string) =>
  vi.waitFor(() => expect(status(id)).toMatchObject({ state }), soon)

describe('A virtual board', () => {
  beforeEach(async () => {
    const made = make({ boards: [{ kind: 'virtual', id: 'uno' }] })
    made.board('uno')?.input('A0', { kind: 'analog', interval: 10, threshold: 1 })
    made.board('uno')?.output('9', { kind: 'pwm', min: 0, max: 200, safe: 10 })
    await made.start()
    await becomes('uno', 'ready')
  })

  it('runs the real firmware: volts become counts, a duty becomes volts', async () => {
    const pins = boards?.pins('uno')
    await pins?.hold('A0', { volts: 2 })
    await vi.waitFor(() => expect(readings.at(-1)?.raw).toBeCloseTo((2 / 5) * 1023, -1), soon)
    expect(Math.abs((readings.at(-1)?.at ?? 0) - Date.now())).toBeLessThan(60_000)
    boards?.board('uno')?.io.pwmWrite(9, 128)
    await vi.waitFor(async () => expect((await pins?.read('9'))?.duty).toBeCloseTo(128 / 255, 2), soon)
  })

  it('refuses what lies outside the limits, itself', async () => {
    boards?.board('uno')?.io.pwmWrite(9, 255)
    await vi.waitFor(() => expect(notes).toEqual(['uno refused']), soon)
    expect((await boards?.pins('uno')?.read('9'))?.duty).toBeCloseTo(10 / 255, 2)
    expect(status('uno')?.counters.refused).toBe(1)
  })

  it('comes back by itself, as it was, after its plug was pulled', async () => {
    boards?.board('uno')?.io.pwmWrite(9, 100)
    const identity = status('uno')?.identity
    virtuals.get('uno')?.unplug()
    await becomes('uno', 'lost')
    expect(status('uno')).toMatchObject({ port: null, problem: { code: 'board.gone' } })
    virtuals.get('uno')?.plug()
    await becomes('uno', 'ready')
    expect(status('uno')).toMatchObject({ identity, problem: null, counters: { reconnects: 1 } })
    expect((await boards?.pins('uno')?.read('9'))?.duty).toBeCloseTo(100 / 255, 2)
  })

  it('goes to its safe states, when told to', async () => {
    boards?.board('uno')?.io.pwmWrite(9, 100)
    const duty = async () => (await boards?.pins('uno')?.read('9'))?.duty
    await vi.waitFor(async () => expect(await duty()).toBeCloseTo(100 / 255, 2), soon)
    boards?.board('uno')?.safe()
    await vi.waitFor(async () => expect(await duty()).toBeCloseTo(10 / 255, 2), soon)
    await vi.waitFor(() => expect(notes).toContain('uno safe-state'), soon)
  })

  it('keeps its identity over a restart of everything', async () => {
    const identity = status('uno')?.identity
    expect(identity).toMatch(/^mh-[0-9a-f]{8}$/)
    await boards?.stop()
    await make({ boards: [{ kind: 'virtual', id: 'uno' }] }).start()
    await becomes('uno', 'ready')
    expect(status('uno')?.identity).toBe(identity)
    expect(JSON.parse(await readFile(join(folder, 'controller', 'boards.json'), 'utf8'))).toEqual({
      makerhall: 1,
      identities: { uno: identity },
    })
  })

  it('leaves nothing behind when it stops', async () => {
    await boards?.stop()
    const open = process.getActiveResourcesInfo()
    expect(open).not.toContain('MessagePort')
    expect(open.filter((resource) => resource === 'Timeout')).toEqual([])
  })
})

it('A virtual board without its firmware says what to do, and the others go on', async () => {
  const made = createBoards({
    site: Site.parse({
      boards: [
        { kind: 'virtual', id: 'broken' },
        { kind: 'virtual', id: 'sound' },
      ],
      exhibits: [{ id: 'any', board: 'any' }],
    }),
    dataDir: folder,
    parts: {},
    virtualBoard: (options) =>
      createVirtualBoard(options.id === 'broken' ? { ...options, hex: join(folder, 'no.hex') } : options),
  })
  boards = made
  await made.start()
  await becomes('sound', 'ready')
  expect(status('broken')).toMatchObject({
    state: 'searching',
    problem: { code: 'virtual.hex-unreadable', mend: expect.stringContaining('npm run firmware') },
  })
})

describe('A board at a written port', () => {
  it('is met, set up, read and driven', async () => {
    const port = await cable('a')
    const board = scripted(port, 'mh-0000000a')
    const made = make({ boards: [{ kind: 'makerhall', id: 'left', port: port.path }] })
    made.board('left')?.input('A1', { kind: 'analog', interval: 10, threshold: 1 })
    made.board('left')?.output('9', { kind: 'pwm', min: 0, max: 255, safe: 0 })
    await made.start()
    await becomes('left', 'ready')
    expect(status('left')).toMatchObject({ identity: 'mh-0000000a', firmware: '1.0.0', port: port.path })
    board.report([{ pin: 15, value: 700 }])
    await vi.waitFor(() => expect(readings).toMatchObject([{ board: 'left', pin: 'A1', raw: 700 }]), soon)
    made.board('left')?.io.pwmWrite(9, 55)
    await vi.waitFor(() => expect(board.written).toEqual({ 9: 55 }), soon)
  })

  it('takes garbage, half lines and floods without a word of it reaching anyone', async () => {
    const port = await cable('a')
    const board = scripted(port, 'mh-0000000a')
    const made = make({ boards: [{ kind: 'makerhall', id: 'left', port: port.path }] })
    made.board('left')?.input('A0', { kind: 'analog', interval: 10, threshold: 1 })
    await made.start()
    await becomes('left', 'ready')
    const done = board.done.length
    const sent = (bytes: string | Buffer) => new Promise((resolve) => port.far.write(bytes, resolve))
    await sent('R 1 1000 14=1023*0000\n')
    await sent('nonsense\nR 1 10')
    await sent('\n')
    await sent(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))
    for (let i = 0; i < 50; i += 1) await sent(Buffer.alloc(4096, 0x55))
    await sent('\n')
    board.report([{ pin: 14, value: 300 }])
    await vi.waitFor(() => expect(readings).toHaveLength(1), soon)
    expect(readings).toMatchObject([{ raw: 300 }])
    expect(board.done).toHaveLength(done)
    expect(status('left')?.counters).toMatchObject({ badChecksum: 1 })
    expect(status('left')?.counters.malformed).toBeGreaterThanOrEqual(3)
    expect(status('left')?.counters.tooLong).toBeGreaterThanOrEqual(1)
    expect(status('left')?.state).toBe('ready')
  })

  it.each([
    ['silent', 'board.silent', { isSilent: true }],
    ['old-protocol', 'board.old-protocol', { protocol: 9 }],
  ] as const)('that is %s says so', async (state, code, spoiled) => {
    const port = await cable('a')
    Object.assign(scripted(port, 'mh-0000000a'), spoiled)
    await make({ boards: [{ kind: 'makerhall', id: 'left', port: port.path }] }).start()
    await becomes('left', state)
    expect(status('left')?.problem).toMatchObject({ code, mend: expect.stringMatching(/[Ff]lash/) })
  })

  it('with another firmware says so', async () => {
    const port = await cable('a')
    const other = firmata(port)
    other.start()
    port.far.on('data', () => other.start())
    await make({ boards: [{ kind: 'makerhall', id: 'left', port: port.path }] }).start()
    await becomes('left', 'wrong-firmware')
    expect(status('left')?.problem?.mend).toContain('kind firmata')
  })

  it('is found as soon as its port comes, and when it stops answering and starts again', async () => {
    await make({ boards: [{ kind: 'makerhall', id: 'left', port: join(folder, 'a') }] }).start()
    await vi.waitFor(() => expect(status('left')?.problem?.code).toBe('board.not-found'), soon)
    const board = scripted(await cable('a'), 'mh-0000000a')
    await becomes('left', 'ready')
    board.isSilent = true
    await becomes('left', 'lost')
    expect(status('left')?.problem?.code).toBe('board.mute')
    board.isSilent = false
    await becomes('left', 'ready')
  })

  it('is told to be safe, as the last thing, before its port closes', async () => {
    const port = await cable('a')
    const board = scripted(port, 'mh-0000000a')
    const made = make({ boards: [{ kind: 'makerhall', id: 'left', port: port.path }] })
    for (const pin of ['3', '5', '6'])
      made.board('left')?.output(pin, { kind: 'pwm', min: 0, max: 255, safe: 0 })
    await made.start()
    await becomes('left', 'ready')
    // One is under way when it stops, the others may still wait.
    for (const pin of [3, 5, 6]) made.board('left')?.io.pwmWrite(pin, 200)
    await made.stop()
    await vi.waitFor(() => expect(board.done.at(-1)).toEqual({ command: 'safe' }), soon)
  })

  it('gets an identity if it has none', async () => {
    const port = await cable('a')
    const board = scripted(port, null)
    await make({ boards: [{ kind: 'makerhall', id: 'left', port: port.path }] }).start()
    await becomes('left', 'ready')
    expect(board.identity).toMatch(/^mh-[0-9a-f]{8}$/)
    expect(status('left')?.identity).toBe(board.identity)
  })
})

describe('A board that the site file names by its id alone', () => {
  it('is found at whatever port is listed, but not at one that is excluded', async () => {
    const [a, b] = [await cable('a'), await cable('b')]
    const printer = scripted(a, 'mh-00000001')
    scripted(b, 'mh-00000002')
    listed = [a.path, b.path]
    await make({ boards: [{ kind: 'makerhall', id: 'any' }], exclude: [a.path] }).start()
    await becomes('any', 'ready')
    expect(status('any')).toMatchObject({ identity: 'mh-00000002', port: b.path })
    expect(printer.hellos).toBe(0)
  })

  it('is found again at another port', async () => {
    const a = await cable('a')
    scripted(a, 'mh-00000001')
    listed = [a.path]
    await make({ boards: [{ kind: 'makerhall', id: 'any' }] }).start()
    await becomes('any', 'ready')
    await a.pull()
    await becomes('any', 'lost')
    const c = await cable('c')
    scripted(c, 'mh-00000001')
    listed = [c.path]
    await becomes('any', 'ready')
    expect(status('any')?.port).toBe(c.path)
  })
})

describe('Two boards', () => {
  it('are told apart when their ports are swapped', async () => {
    const [a, b] = [await cable('a'), await cable('b')]
    scripted(a, 'mh-000000bb')
    scripted(b, 'mh-000000aa')
    await mkdir(join(folder, 'controller'))
    const identities = { left: 'mh-000000aa', right: 'mh-000000bb' }
    await writeFile(join(folder, 'controller', 'boards.json'), JSON.stringify({ makerhall: 1, identities }))
    await make({
      boards: [
        { kind: 'makerhall', id: 'left', port: a.path },
        { kind: 'makerhall', id: 'right', port: b.path },
      ],
    }).start()
    await becomes('left', 'ready')
    await becomes('right', 'ready')
    expect(status('left')).toMatchObject({ identity: 'mh-000000aa', port: b.path })
    expect(status('right')).toMatchObject({ identity: 'mh-000000bb', port: a.path })
  })

  it('with the same identity are both refused, until one is gone', async () => {
    const [a, b] = [await cable('a'), await cable('b')]
    scripted(a, 'mh-000000aa')
    scripted(b, 'mh-000000aa')
    await make({
      boards: [
        { kind: 'makerhall', id: 'left', port: a.path },
        { kind: 'makerhall', id: 'right', port: b.path },
      ],
    }).start()
    await vi.waitFor(
      () =>
        expect(boards?.list().map(({ state, problem }) => [state, problem?.code])).toEqual([
          ['searching', 'board.same-identity'],
          ['searching', 'board.same-identity'],
        ]),
      soon,
    )
    await b.pull()
    await vi.waitFor(() => expect(boards?.list().some(({ state }) => state === 'ready')).toBe(true), soon)
  })

  it('that the site file does not name are left alone, until someone looks again', async () => {
    const port = await cable('a')
    const stranger = scripted(port, 'mh-0000cafe')
    await make({
      boards: [{ kind: 'makerhall', id: 'left', identity: 'mh-0000000a' }],
      ports: [port.path],
    }).start()
    await vi.waitFor(() => expect(status('left')?.problem?.message).toContain('mh-0000cafe'), soon)
    const { hellos } = stranger
    stranger.identity = 'mh-0000000a'
    boards?.lookAgain()
    await becomes('left', 'ready')
    expect(stranger.hellos).toBe(hellos + 1)
  })
})

describe('A Firmata board', () => {
  it('is read and driven by the same door', async () => {
    const port = await cable('f')
    const board = firmata(port)
    const made = make({ boards: [{ kind: 'firmata', id: 'old', port: port.path }] })
    made.board('old')?.input('A2', { kind: 'analog', interval: 1, threshold: 2 })
    made.board('old')?.input('7', { kind: 'digital', interval: 1, pullup: true })
    made.board('old')?.output('9', { kind: 'pwm', min: 0, max: 100, safe: 5 })
    await made.start()
    await becomes('old', 'ready')
    expect(status('old')).toMatchObject({
      identity: `firmata:${port.path}`,
      firmware: 'StandardFirmata.ino 2.5',
    })
    await vi.waitFor(() => expect(board.analog.get(9)).toBe(5), soon)
    board.measure(2, 900)
    board.levels(0, 0b1000_0000)
    await vi.waitFor(
      () =>
        expect(readings.map(({ pin, raw }) => [pin, raw])).toEqual([
          ['A2', 900],
          ['7', 1],
        ]),
      soon,
    )
    made.board('old')?.io.pwmWrite(9, 250)
    await vi.waitFor(() => expect(board.analog.get(9)).toBe(100), soon)
  })

  it('comes back as it was, when its port does, and is lost when it hangs', async () => {
    const port = await cable('f')
    firmata(port)
    const made = make({ boards: [{ kind: 'firmata', id: 'old', port: port.path }] })
    made.board('old')?.output('9', { kind: 'pwm', min: 0, max: 255, safe: 0 })
    await made.start()
    await becomes('old', 'ready')
    made.board('old')?.io.pwmWrite(9, 77)
    await port.pull()
    await becomes('old', 'lost')
    const next = firmata(await cable('f'))
    await becomes('old', 'ready')
    await vi.waitFor(() => expect(next.analog.get(9)).toBe(77), soon)
    next.isSilent = true
    await becomes('old', 'lost')
    expect(status('old')?.problem?.code).toBe('board.mute')
  })

  it('bears garbage and messages without an end', async () => {
    const port = await cable('f')
    const board = firmata(port)
    const made = make({ boards: [{ kind: 'firmata', id: 'old', port: port.path }] })
    made.board('old')?.input('A0', { kind: 'analog', interval: 1, threshold: 1 })
    await made.start()
    await becomes('old', 'ready')
    const sent = (bytes: number[] | Buffer) =>
      new Promise((resolve) => port.far.write(Buffer.from(bytes), resolve))
    await sent([0xf0, 0x6e, 99, 1, 1, 0xf7])
    await sent([0xf0, 0x6a, ...Array(60).fill(1), 0xf7])
    await vi.waitFor(() => expect(status('old')?.counters.malformed).toBeGreaterThanOrEqual(1), soon)
    // Its answers to our version requests would break the message off.
    board.isSilent = true
    await sent([0xf0, 0x71])
    for (let i = 0; i < 10; i += 1) await sent(Buffer.alloc(4096, 0x11))
    await sent([0xf7])
    board.isSilent = false
    board.measure(0, 321)
    await vi.waitFor(() => expect(readings.at(-1)?.raw).toBe(321), soon)
    expect(status('old')).toMatchObject({ state: 'ready' })
    expect(status('old')?.counters.tooLong).toBeGreaterThanOrEqual(1)
  })
})
