import { execFile } from 'node:child_process'
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { ReadlineParser } from '@serialport/parser-readline'
import { SerialPortStream } from '@serialport/stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Mcu } from '../../../shared/board.ts'
import { MakerhallError } from '../../../shared/problem.ts'
import { createVirtualBoard, type VirtualBoard, type VirtualBoardOptions } from './index.ts'

const probe = (mcu: Mcu) => fileURLToPath(new URL(`./fixtures/probe-${mcu}.hex`, import.meta.url))

let folder: string
let boards: VirtualBoard[]
let warnings: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'virtual-board-'))
  boards = []
  warnings = []
})

afterEach(async () => {
  await Promise.all(boards.map((board) => board.stop()))
  await rm(folder, { recursive: true })
})

function create(options: Partial<VirtualBoardOptions> = {}): VirtualBoard {
  const board = createVirtualBoard({
    id: 'bench',
    mcu: 'uno',
    hex: probe('uno'),
    eeprom: join(folder, 'boards', 'bench.eeprom'),
    parts: [],
    warn: (message) => warnings.push(message),
    ...options,
  })
  boards.push(board)
  return board
}

/** A port as the controller opens it, with its lines in the order in which they came. */
async function open(board: VirtualBoard, baudRate = 115_200) {
  const port = new SerialPortStream({ binding: board.binding, path: board.path, baudRate, autoOpen: false })
  const lines: string[] = []
  port.pipe(new ReadlineParser({ delimiter: '\n' })).on('data', (line: string) => lines.push(line))
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
  const line = async (expected: string) => {
    await vi.waitFor(() => expect(lines).toContain(expected), { timeout: 10_000, interval: 2 })
    lines.splice(0, lines.indexOf(expected) + 1)
  }
  const close = () => new Promise<void>((resolve) => port.close(() => resolve()))
  return { port, lines, line, close }
}

describe('through a real SerialPort stream', () => {
  test('a board says hello when its port is opened, and echoes', async () => {
    const board = create()
    expect(await board.binding.list()).toEqual([])
    await board.start()
    expect((await board.binding.list()).map(({ path }) => path)).toEqual(['virtual:bench'])
    const { port, line, close } = await open(board)
    await line('ready')
    port.write('hello there\n')
    await line('hello there')
    await close()
  })

  test('each opening resets the board, and raising DTR does', async () => {
    const board = create()
    await board.start()
    // Only a program that has run can be reset: one whose power has just come on would take both as one start.
    await vi.waitFor(async () => expect((await board.read('2')).mode).toBe('pullup'))
    const first = await open(board)
    await first.line('ready')
    first.port.write('f\n')
    await first.line('f2,1')
    await first.close()
    const second = await open(board)
    await second.line('ready')
    second.port.write('f\n')
    await second.line('f2,2')
    second.port.set({ dtr: false })
    second.port.set({ dtr: true })
    await second.line('ready')
    await second.close()
  })

  test('more than the line carries at once waits, arrives whole, and can be drained', async () => {
    const board = create()
    await board.start()
    const { port, line, close } = await open(board)
    await line('ready')
    const { boardSeconds: begun } = await board.load()
    await new Promise<void>((resolve) => port.write('\n'.repeat(6000), () => resolve()))
    await new Promise<void>((resolve, reject) => port.drain((error) => (error ? reject(error) : resolve())))
    // No faster than the line: 6,000 bytes of 10 bits.
    const { boardSeconds: ended } = await board.load()
    expect(ended - begun).toBeGreaterThan((6000 * 10) / 115_200 - 0.001)
    port.write('ok\n')
    await line('ok')
    await close()
  })

  test('a second opening is refused while the first lasts', async () => {
    const board = create()
    await board.start()
    const { close } = await open(board)
    await expect(open(board)).rejects.toThrow('Cannot lock port')
    await close()
    await (await open(board)).close()
  })

  test('what the board cannot speak is refused', async () => {
    const board = create()
    await board.start()
    const { binding, path } = board
    await expect(binding.open({ path, baudRate: 0 })).rejects.toThrow('0 baud')
    await expect(binding.open({ path, baudRate: 9600, parity: 'even' })).rejects.toThrow('no parity')
    await expect(binding.open({ path: 'virtual:other', baudRate: 9600 })).rejects.toThrow('No such file')
  })

  test('at another baud rate the line is garbage, and after an update it is not', async () => {
    const board = create()
    await board.start()
    const { port, lines, line, close } = await open(board, 9600)
    port.write('hello\n')
    await new Promise<void>((resolve) => port.drain(() => resolve()))
    expect(lines).not.toContain('ready')
    expect(lines).not.toContain('hello')
    await new Promise<void>((resolve, reject) =>
      port.update({ baudRate: 115_200 }, (error) => (error ? reject(error) : resolve())),
    )
    port.write('\nhello\n')
    await line('hello')
    await close()
  })

  test('a pulled plug closes the port with a disconnect; plugged in again it works', async () => {
    const board = create()
    await board.start()
    const { port, line } = await open(board)
    await line('ready')
    const closed = new Promise<unknown>((resolve) => port.once('close', resolve))
    board.unplug()
    expect(await closed).toMatchObject({ disconnected: true })
    expect(await board.binding.list()).toEqual([])
    await expect(open(board)).rejects.toThrow('No such file')
    board.plug()
    const again = await open(board)
    await again.line('ready')
    again.port.write('hello\n')
    await again.line('hello')
    await again.close()
  })
})

describe('pins', () => {
  test('are read, held and released while no one has the port open', async () => {
    const board = create()
    await board.start()
    await vi.waitFor(async () => expect((await board.read('2')).mode).toBe('pullup'))
    expect(await board.hold('2', { level: 0 })).toEqual({
      pin: '2',
      mode: 'pullup',
      level: 0,
      volts: 0,
      duty: 0,
      held: true,
    })
    expect(await board.release('2')).toMatchObject({ level: 1, held: false })
    expect(await board.hold('A0', { volts: 2.5 })).toMatchObject({ volts: 2.5 })
  })

  test('a held analogue pin is what the program measures', async () => {
    const board = create({ mcu: 'mega', hex: probe('mega') })
    await board.start()
    await board.hold('A9', { volts: 2.5 })
    const { port, line, close } = await open(board)
    await line('ready')
    port.write('a9\n')
    await line('a512')
    await close()
  })

  test('that the board has not are refused by name', async () => {
    const board = create()
    await board.start()
    await expect(board.read('A9')).rejects.toMatchObject({ problem: { code: 'virtual.no-such-pin' } })
  })

  test('are told of when they change; a failing listener stops no other', async () => {
    const board = create()
    await board.start()
    const told: string[] = []
    const off = board.onPin(() => {
      throw new Error('a listener of someone else')
    })
    board.onPin(({ pin, volts }) => told.push(`${pin} ${volts}`))
    await board.hold('A3', { volts: 1.25 })
    await vi.waitFor(() => expect(told).toContain('A3 1.25'))
    off()
    expect(warnings[0]).toContain('a listener of someone else')
  })
})

describe('its EEPROM file', () => {
  const file = () => join(folder, 'boards', 'bench.eeprom')

  test('is written soon after a change, and outlives the board', async () => {
    const board = create()
    await board.start()
    const { port, line } = await open(board)
    await line('ready')
    port.write('w1322\n')
    await line('w1322')
    await vi.waitFor(async () => expect((await readFile(file()))[5]).toBe(42))
    await board.stop()
    const heir = create()
    await heir.start()
    const again = await open(heir)
    await again.line('ready')
    again.port.write('e5\n')
    await again.line('e42')
  })

  test('of a wrong size is set aside and begun anew', async () => {
    const board = create({ eeprom: join(folder, 'short.eeprom') })
    await writeFile(join(folder, 'short.eeprom'), 'too short')
    await board.start()
    await board.stop()
    const names = (await readdir(folder)).toSorted()
    expect(names[1]).toMatch(/^short\.eeprom\.broken-\d+$/)
    expect((await readFile(join(folder, 'short.eeprom'))).length).toBe(1024)
    expect(warnings).toEqual([expect.stringContaining('9 bytes instead of 1024')])
  })

  test('that cannot be written is warned about, and the board plays on', async () => {
    await writeFile(join(folder, 'boards'), 'a file where the folder should be')
    const board = create()
    await board.start()
    const { port, line } = await open(board)
    await line('ready')
    port.write('w1322\n')
    await line('w1322')
    await board.stop()
    expect(warnings.at(-1)).toContain('could not be written')
  })
})

describe('its life', () => {
  test('a hex file that is missing or damaged is named', async () => {
    const missing = create({ hex: join(folder, 'none.hex') })
    await expect(missing.start()).rejects.toMatchObject({
      problem: { code: 'virtual.hex-unreadable', file: join(folder, 'none.hex') },
    })
    const text = await readFile(probe('uno'), 'latin1')
    for (const damaged of [text.slice(0, 400), text.replace('0C94', '0C95'), 'no hex at all\n']) {
      await writeFile(join(folder, 'damaged.hex'), damaged)
      const board = create({ hex: join(folder, 'damaged.hex') })
      await expect(board.start()).rejects.toMatchObject({ problem: { code: 'virtual.hex-invalid' } })
    }
  })

  test('stopped, nothing of it keeps a process alive', async () => {
    const script = `
      import { createVirtualBoard } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      const board = createVirtualBoard(${JSON.stringify({
        id: 'bench',
        mcu: 'uno',
        hex: probe('uno'),
        eeprom: join(folder, 'bench.eeprom'),
        parts: [],
      })})
      await board.start()
      const port = await board.binding.open({ path: board.path, baudRate: 115200 })
      const read = port.read(Buffer.alloc(64), 0, 64).catch((error) => error)
      await read
      const pending = port.read(Buffer.alloc(64), 0, 64).catch((error) => error.disconnected)
      await board.stop()
      console.log(await pending)
    `
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
    expect(stdout).toBe('true\n')
  })

  test('stopped, it can be started again', async () => {
    const board = create()
    await board.start()
    const { port, line } = await open(board)
    await line('ready')
    const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
    await board.stop()
    await closed
    await expect(board.read('2')).rejects.toBeInstanceOf(MakerhallError)
    await access(join(folder, 'boards', 'bench.eeprom'))
    await board.start()
    await (await open(board)).line('ready')
  })

  test('a thread that ends by itself is started again, with what was held', async () => {
    const posted = vi.spyOn(Worker.prototype, 'postMessage')
    const board = create()
    await board.start()
    await board.hold('A0', { volts: 1 })
    const { port, line } = await open(board)
    await line('ready')
    const closed = new Promise<unknown>((resolve) => port.once('close', resolve))
    const worker = posted.mock.contexts[0]
    posted.mockRestore()
    if (worker instanceof Worker) await worker.terminate()
    expect(await closed).toMatchObject({ disconnected: true })
    await vi.waitFor(async () => expect(await board.binding.list()).toHaveLength(1), { timeout: 10_000 })
    const again = await open(board)
    await again.line('ready')
    expect(await board.read('A0')).toMatchObject({ volts: 1, held: true })
    expect(warnings).toEqual([expect.stringContaining('broke down and starts again')])
  })

  test('stopped while it starts, it is stopped', async () => {
    const board = create()
    const starting = board.start()
    await board.stop()
    await starting
    await expect(board.read('2')).rejects.toMatchObject({ problem: { code: 'virtual.stopped' } })
  })

  test('stopping twice, or before a start, is nothing', async () => {
    const board = create()
    await board.stop()
    await board.start()
    await Promise.all([board.stop(), board.stop()])
  })
})
