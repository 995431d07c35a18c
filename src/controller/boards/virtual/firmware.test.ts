import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ReadlineParser } from '@serialport/parser-readline'
import { SerialPortStream } from '@serialport/stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type BoardLine,
  type Command,
  decodeLine,
  encodeCommand,
} from '../../../../firmware-protocol/index.ts'
import { Part } from '../../../shared/breadboard.ts'
import { createVirtualBoard, type VirtualBoard } from './index.ts'

/** A board with the product's own firmware, spoken to in its own protocol. */
describe.each(['uno', 'mega'] as const)('the firmware on a virtual %s', (mcu) => {
  let folder: string
  let board: VirtualBoard
  let port: SerialPortStream
  let heard: BoardLine[]
  let bad: string[]
  let nonce: string
  let seq: number

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'virtual-firmware-'))
    heard = []
    bad = []
    board = createVirtualBoard({
      id: mcu,
      mcu,
      hex: fileURLToPath(new URL(`../../../../firmware-protocol/hex/makerhall-${mcu}.hex`, import.meta.url)),
      eeprom: join(folder, 'board.eeprom'),
      parts: [
        Part.parse({
          part: 'potentiometer',
          id: 'dial',
          low: 'gnd',
          wiper: 'A0',
          high: 'vcc',
          ohms: 10_000,
          position: 0.25,
        }),
      ],
    })
    await board.start()
    port = new SerialPortStream({ binding: board.binding, path: board.path, baudRate: 115_200 })
    port.pipe(new ReadlineParser({ delimiter: '\n' })).on('data', (line: string) => {
      const decoded = decodeLine(line)
      if (decoded.ok) heard.push(decoded.line)
      else if (line !== '') bad.push(line)
    })
    const hello = await next('hello')
    expect(hello).toMatchObject({ mcu, protocol: 1, cause: 'external' })
    nonce = hello.nonce
    seq = hello.seq
  })

  afterEach(async () => {
    await board.stop()
    await rm(folder, { recursive: true })
    expect(bad).toEqual([])
  })

  async function next<Kind extends BoardLine['kind']>(
    kind: Kind,
    fits: (line: Extract<BoardLine, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<BoardLine, { kind: Kind }>> {
    const is = (line: BoardLine): line is Extract<BoardLine, { kind: Kind }> => line.kind === kind
    return vi.waitFor(
      () => {
        const found = heard.filter(is).find(fits)
        if (!found) throw new Error(`No ${kind} yet, but ${JSON.stringify(heard)}`)
        return found
      },
      { timeout: 10_000, interval: 2 },
    )
  }

  const send = (command: Command) => {
    seq++
    port.write(encodeCommand(command, seq, nonce))
    return seq
  }

  async function tell(command: Command): Promise<void> {
    const sent = send(command)
    await next('ack', (line) => line.seq === sent)
  }

  /** Waits for a report of A0 near `counts`, keeping the board alive meanwhile. */
  async function reported(pin: number, counts: number): Promise<void> {
    await next('report', ({ values }) =>
      values.some((each) => each.pin === pin && Math.abs(each.value - counts) <= 1),
    )
  }

  test('reports its dial, from the breadboard and then from a held pin', async () => {
    const a0 = mcu === 'uno' ? 14 : 54
    await tell({ command: 'mode', pin: a0, mode: 'analog' })
    await tell({ command: 'report', pin: a0, interval: 10, threshold: 2 })
    await reported(a0, 256)
    await board.hold('A0', { volts: 4 })
    await reported(a0, 819)
    await board.release('A0')
    heard = []
    await reported(a0, 256)
  })

  test('puts out PWM on pin 9, and takes it back when the heartbeat ends', async () => {
    await tell({ command: 'mode', pin: 9, mode: 'pwm' })
    await tell({ command: 'limits', pin: 9, min: 0, max: 200, safe: 0 })
    // The heartbeat may already be over on a machine that is busy: write again until it is seen.
    await vi.waitFor(
      async () => {
        await tell({ command: 'write', pin: 9, value: 102 })
        expect(await board.read('9')).toMatchObject({ mode: 'pwm' })
        expect((await board.read('9')).duty).toBeCloseTo(0.4, 2)
      },
      { timeout: 10_000, interval: 1 },
    )
    await next('safe', ({ cause }) => cause === 'heartbeat')
    expect((await board.read('9')).volts).toBe(0)
  })

  test('answers every one of many commands under way at once', async () => {
    const sent: number[] = []
    for (let round = 0; round < 10; round++) {
      const burst = Array.from({ length: 8 }, () => send({ command: 'beat' }))
      sent.push(...burst)
      await next('ack', (line) => line.seq === burst.at(-1))
    }
    const acknowledged = heard.filter((line) => line.kind === 'ack').map((line) => line.seq)
    expect(acknowledged).toEqual(sent)
  })

  test('keeps its identity in the EEPROM', async () => {
    await tell({ command: 'identify', identity: 'mh-0badcafe' })
    port.set({ dtr: false })
    port.set({ dtr: true })
    const hello = await next('hello', (line) => line.identity !== null)
    expect(hello).toMatchObject({ identity: 'mh-0badcafe' })
  })
})
