import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BindingInterface } from '@serialport/bindings-interface'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Listeners } from '../../shared/listeners.ts'
import { silentLogger } from '../../shared/node/logger.ts'
import type { BoardEvents } from './base-board.ts'
import { FirmataBoard } from './firmata-board.ts'
import { ScriptedFirmata } from './testing/firmata-board.ts'
import { type Cable, plugCable } from './testing/pty.ts'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, stat: vi.fn(real.stat) }
})

const soon = { timeout: 15_000, interval: 5 }
const outputs = ['3', '5', '6', '9', '10', '11']

let folder: string
let cable: Cable
let far: ScriptedFirmata
let opened: number
let board: FirmataBoard

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firmata-'))
  cable = await plugCable(folder, 'port')
  far = new ScriptedFirmata((bytes) => cable.far.write(Buffer.from(bytes)))
  cable.far.on('data', (bytes: Buffer) => far.receive(bytes))
  opened = 0
  const events: BoardEvents = {
    status: new Listeners(silentLogger),
    reading: new Listeners(silentLogger),
    output: new Listeners(silentLogger),
  }
  const system: BindingInterface = SerialPort.binding
  const binding: BindingInterface = {
    ...system,
    open: (options) => {
      opened += 1
      return system.open(options)
    },
  }
  const site = { kind: 'firmata', id: 'old', port: cable.path } as const
  board = new FirmataBoard(site, binding, { events, clock: Date.now, logger: silentLogger })
  for (const pin of outputs) board.output(pin, { kind: 'pwm', min: 0, max: 255, safe: 5 })
})

afterEach(async () => {
  await board.stop()
  await cable.pull()
  await rm(folder, { recursive: true })
})

const becomesReady = () => vi.waitFor(() => expect(board.state).toBe('ready'), soon)
const driven = () => outputs.map((pin) => far.analog.get(Number(pin)))

it('A Firmata board’s outputs are all in their safe states when it has stopped', async () => {
  board.start()
  await becomesReady()
  for (const pin of outputs) board.io.pwmWrite(pin, 200)
  await vi.waitFor(() => expect(driven()).toEqual(outputs.map(() => 200)), soon)
  await board.stop()
  await vi.waitFor(() => expect(driven()).toEqual(outputs.map(() => 5)), soon)
})

it('A Firmata board that is being looked for is not looked for twice', async () => {
  vi.mocked(stat).mockImplementationOnce(async (path) => {
    await Promise.resolve()
    board.lookAgain()
    const { stat: real } = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
    return real(path)
  })
  board.start()
  await becomesReady()
  expect(opened).toBe(1)
})
