import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildFirmware } from '../../firmware-protocol/build.ts'
import { crc16, encodeCommand } from '../../firmware-protocol/index.ts'
import { buildRunner, millisecond, SimavrBoard } from './simavr.ts'

/*
 * Resets, the watchdog and the safe state on simavr, which models them as the chip does. Everything is measured in
 * the chip's own cycles, so a busy machine changes nothing.
 */

const boards = {
  uno: { mcu: 'atmega328p', out: 8, pin: 'B0', relay: 12, relayPin: 'B4', pwm: 9, pwmPin: 'B1', dial: 14 },
  mega: { mcu: 'atmega2560', out: 8, pin: 'H5', relay: 22, relayPin: 'A0', pwm: 9, pwmPin: 'H6', dial: 54 },
} as const
const hex = (name: string) =>
  fileURLToPath(new URL(`../../firmware-protocol/hex/makerhall-${name}.hex`, import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'makerhall-reset-test-'))
let runner: ReturnType<typeof buildRunner>
let board = new SimavrBoard()

beforeAll(() => {
  runner = buildRunner()
})
afterEach(() => board.stop())
afterAll(() => {
  runner.remove()
  rmSync(folder, { recursive: true, force: true })
})

const sealed = (body: string) => `${body}*${crc16(body).toString(16).toUpperCase().padStart(4, '0')}\n`

async function start(name: keyof typeof boards, file = hex(name)): Promise<SimavrBoard> {
  board = new SimavrBoard()
  await board.start(runner.program, boards[name].mcu, file)
  return board
}

/** A lamp (safe: off), a relay that switches on when low (safe: high) and a PWM output, all at work. */
async function startAtWork(name: keyof typeof boards, file = hex(name)): Promise<SimavrBoard> {
  const { out, relay, pwm } = boards[name]
  await start(name, file)
  await board.must(
    { command: 'mode', pin: out, mode: 'output' },
    { command: 'limits', pin: out, min: 0, max: 1, safe: 0 },
    { command: 'mode', pin: relay, mode: 'output' },
    { command: 'limits', pin: relay, min: 0, max: 1, safe: 1 },
    { command: 'mode', pin: pwm, mode: 'pwm' },
    { command: 'limits', pin: pwm, min: 0, max: 255, safe: 0 },
    { command: 'write', pin: relay, value: 0 },
    { command: 'write', pin: pwm, value: 200 },
    { command: 'write', pin: out, value: 1 },
  )
  return board
}

describe.each(['uno', 'mega'] as const)('%s', (name) => {
  const { pin, relayPin, out, dial } = boards[name]

  test('says hello as it starts and has an analog pin report', async () => {
    await start(name)
    const hello = await board.hello()
    expect(hello).toMatchObject({ mcu: name, cause: 'power', identity: null })
    expect(hello.capabilities.analogBase).toBe(name === 'uno' ? 14 : 54)
    const from = board.mark
    board.tell(`adc ${dial - hello.capabilities.analogBase} 2500`)
    await board.must(
      { command: 'mode', pin: dial, mode: 'analog' },
      { command: 'report', pin: dial, interval: 20, threshold: 4 },
    )
    const isHalf = (value: number) => value >= 510 && value <= 513
    await board.says((line) => line.kind === 'report' && line.values.some(({ value }) => isHalf(value)), from)
  })

  test('puts its outputs into their safe states within 500 ms of the last heartbeat', async () => {
    await startAtWork(name)
    const heard = board.happened.findLast(({ what }) => what === 'heard')?.cycle ?? 0
    const from = board.mark
    const lamp = await board.happens('pin', (text) => text === `${pin} out low`, from)
    const relay = await board.happens('pin', (text) => text === `${relayPin} out high`, from)
    for (const { cycle } of [lamp, relay]) {
      expect(cycle - heard).toBeLessThan(500 * millisecond)
      expect(cycle - heard).toBeGreaterThan(390 * millisecond)
    }
    await board.says((line) => line.kind === 'safe' && line.cause === 'heartbeat', 0)
  })

  test('comes back from its reset pin with a new nonce, undriven pins, and what it was given to keep', async () => {
    await startAtWork(name)
    const kept = Uint8Array.from({ length: 40 }, (_, index) => index)
    await board.must(
      { command: 'identify', identity: 'mh-0a1b2c3d' },
      { command: 'calibration-write', slot: 2, bytes: kept },
      { command: 'calibration-write', slot: 2, bytes: kept.slice(1) },
    )
    const old = board.nonce
    const from = board.mark
    board.tell('reset')
    const hello = await board.starts(from)
    expect(hello).toMatchObject({ identity: 'mh-0a1b2c3d', cause: 'external', seq: 0 })
    expect(hello.nonce).not.toBe(old)
    const read = { command: 'calibration-read', slot: 2 } as const
    expect(await board.ask(read)).toMatch(/^0102/)

    /* The newer copy of slot 2 breaks: the older one counts. */
    await board.writeEeprom(192 + 2 * 96 + 48 + 20, 0xff)
    expect(await board.ask(read)).toMatch(/^000102/)
    expect(board.happened.slice(from).some(({ text }) => / out /.test(text))).toBe(false)
  })

  test('does nothing for a command of before the reset', async () => {
    await startAtWork(name)
    const old = board.nonce
    const from = board.mark
    board.tell('reset')
    await board.starts(from)
    board.send(encodeCommand({ command: 'mode', pin: out, mode: 'output' }, 1, old))
    await board.says((line) => line.kind === 'refusal' && line.error === 'stale', from)
    expect(await board.ask({ command: 'write', pin: out, value: 1 })).toBe('wrong-mode')
  })

  test('hangs: the watchdog makes the outputs safe, the sketch starts again, and can hang again', async () => {
    const { file } = buildFirmware(name, folder, ['MAKERHALL_TEST_HANG'])
    await startAtWork(name, file)
    for (let round = 0; round < 3; round += 1) {
      const old = board.nonce
      const from = board.mark
      /* `X` is a command of the test build alone: an endless loop. */
      board.send(sealed(`X ${old} 100`))
      const lamp = board.happens('pin', (text) => text === `${pin} out low`, from)
      const relay = board.happens('pin', (text) => text === `${relayPin} out high`, from)
      const heard = await board.happens('heard', () => true, from)
      for (const { cycle } of [await lamp, await relay]) {
        expect(cycle - heard.cycle).toBeLessThan(500 * millisecond)
      }
      const hello = await board.starts(from)
      expect(hello).toMatchObject({ cause: 'watchdog', seq: 0 })
      expect(hello.nonce).not.toBe(old)
      await board.says((line) => line.kind === 'safe' && line.cause === 'watchdog', from)
      /* No reset of the chip: pins keep their safe states until they are set up anew. */
      const since = board.happened.slice(from).filter(({ what }) => what === 'pin' || what === 'reset')
      expect(since.map(({ text }) => text)).not.toContain(`${relayPin} in high`)
      expect(since.map(({ text }) => text)).not.toContain(`${relayPin} in low`)
      expect(since.some(({ what }) => what === 'reset')).toBe(false)

      const { relay: relayNumber } = boards[name]
      await board.must(
        { command: 'mode', pin: relayNumber, mode: 'output' },
        { command: 'limits', pin: relayNumber, min: 0, max: 1, safe: 1 },
        { command: 'write', pin: relayNumber, value: 0 },
        { command: 'mode', pin: out, mode: 'output' },
        { command: 'limits', pin: out, min: 0, max: 1, safe: 0 },
        { command: 'write', pin: out, value: 1 },
      )
    }
  })
})

test('the watchdog is armed for an interrupt and never for a reset', async () => {
  const wdtcsr = 0x60
  const [interrupt, reset] = [0x40, 0x08]
  await start('uno')
  expect((await board.peek(wdtcsr)) & (interrupt | reset)).toBe(interrupt)
})

test('the Mega’s upper eight analog pins have their own bit', async () => {
  const adcsrb = 0x7b
  const mux5 = 8
  await start('mega')
  for (const [pin, bit] of [
    [61, 0],
    [62, mux5],
    [69, mux5],
  ] as const) {
    const from = board.mark
    await board.must(
      { command: 'mode', pin, mode: 'analog' },
      { command: 'report', pin, interval: 0, threshold: 1 },
    )
    await board.says((line) => line.kind === 'report', from)
    expect((await board.peek(adcsrb)) & mux5).toBe(bit)
    await board.must({ command: 'mode', pin, mode: 'off' })
  }
})
