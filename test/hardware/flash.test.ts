import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFirmware } from '../../firmware-protocol/build.ts'
import { crc16 } from '../../firmware-protocol/index.ts'
import { buildRunner, millisecond, SimavrBoard } from './simavr.ts'

/* A maker's road: avrdude, as docs/firmware.md says, through the bootloader that most old Nanos have. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const bootloader = '/usr/share/arduino/hardware/arduino/avr/bootloaders/atmega/ATmegaBOOT_168_atmega328.hex'
const baud = 57_600

const folder = mkdtempSync(join(tmpdir(), 'makerhall-flash-test-'))
let runner: ReturnType<typeof buildRunner>
const board = new SimavrBoard()
let path = ''

beforeAll(async () => {
  runner = buildRunner()
  path = await board.power(runner.program, 'atmega328p', bootloader, baud)
})
afterAll(async () => {
  await board.stop()
  runner.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** The document's own command, with this port, and perhaps another file. */
async function avrdude(hex?: string): Promise<string> {
  const document = readFileSync(new URL('../../docs/firmware.md', import.meta.url), 'utf8')
  const command = new RegExp(`^avrdude .*-b ${baud} .*$`, 'm').exec(document)?.[0] ?? ''
  const words = command
    .replace(/-P \S+/, `-P ${path}`)
    .split(' ')
    .slice(1)
  const given = words.map((word) => (hex ? word.replace(/flash:w:.*:i/, `flash:w:${hex}:i`) : word))
  const child = spawn('avrdude', given, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part))
  const [code] = await once(child, 'close')
  expect(code, output).toBe(0)
  return output
}

test('avrdude writes and verifies the committed hex, and it says hello', async () => {
  const from = board.mark
  expect(await avrdude()).toMatch(/bytes of flash verified/)
  const hello = await board.starts(from)
  expect(hello).toMatchObject({ mcu: 'uno', identity: null })
})

test('a hang with this bootloader below it ends in a restart of the sketch, time after time', async () => {
  const { file } = buildFirmware('uno', folder, ['MAKERHALL_TEST_HANG'])
  const flashed = board.mark
  await avrdude(file)
  await board.starts(flashed)
  board.tell('dtr 0')
  await board.open(path)
  for (let round = 0; round < 3; round += 1) {
    const hello = await board.hello()
    const from = board.mark
    const body = `X ${hello.nonce} 1`
    board.send(`${body}*${crc16(body).toString(16).toUpperCase().padStart(4, '0')}\n`)
    const heard = await board.happens('heard', () => true, from)
    const again = await board.says(({ kind }) => kind === 'hello', from)
    expect(again.text).toMatch(/ watchdog /)
    expect(again.cycle - heard.cycle).toBeLessThan(500 * millisecond)
    expect(board.happened.slice(from).some(({ what }) => what === 'reset')).toBe(false)
  }
})
