import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Mcu } from '../../../shared/board.ts'
import { Part } from '../../../shared/breadboard.ts'
import { chips } from './chips.ts'
import { Emulation } from './emulation.ts'
import { parseIntelHex } from './intel-hex.ts'

const MS = 16_000

function probe(mcu: Mcu, parts: readonly unknown[] = [], eeprom?: Uint8Array): Emulation {
  const chip = chips[mcu]
  const text = readFileSync(new URL(`./fixtures/probe-${mcu}.hex`, import.meta.url), 'latin1')
  const emulation = new Emulation({
    mcu,
    flash: parseIntelHex(text, chip.flashBytes, 'probe'),
    eeprom: eeprom ?? new Uint8Array(chip.eepromBytes).fill(0xff),
    parts: parts.map((part) => Part.parse(part)),
    seed: 1,
  })
  emulation.setBaudRate(115_200)
  return emulation
}

const run = (emulation: Emulation, ms: number) => emulation.run(emulation.cycles + Math.round(ms * MS))
const text = (emulation: Emulation) => new TextDecoder('latin1').decode(emulation.takeOutgoing())

/** Sends a line and gives the board up to 50 ms for its answer. */
function ask(emulation: Emulation, line: string): string {
  emulation.feed(new TextEncoder().encode(`${line}\n`))
  let answer = ''
  for (let ms = 0; ms < 50 && !answer.endsWith('\n'); ms++) {
    run(emulation, 1)
    answer += text(emulation)
  }
  return answer.trimEnd()
}

function started(mcu: Mcu, parts: readonly unknown[] = []): Emulation {
  const emulation = probe(mcu, parts)
  run(emulation, 5)
  expect(text(emulation)).toBe('ready\n')
  return emulation
}

describe.each(['uno', 'mega'] as const)('a probe on the %s', (mcu) => {
  test('echoes a line at the speed of 115,200 baud', () => {
    const board = started(mcu)
    const begun = board.cycles
    const line = 'The quick brown fox jumps over the lazy dog, again and again and again.'
    expect(ask(board, line)).toBe(line)
    // 10 bits a byte there and back, to the millisecond in which it was asked.
    const bytes = 2 * (line.length + 1)
    expect((board.cycles - begun) / MS).toBeGreaterThan((bytes * 10_000) / 117_647)
    expect((board.cycles - begun) / MS).toBeLessThan((bytes * 10_000) / 115_200 + 2)
  })

  test('loses no byte of lines of any length', () => {
    const board = started(mcu)
    let sent = ''
    let heard = ''
    for (let index = 0; index < 200; index++) {
      const line = `line ${index} ${'x'.repeat(index % 60)}.`
      sent += `${line}\n`
      heard += `${ask(board, line)}\n`
    }
    expect(heard).toBe(sent)
  })

  test('keeps time by its timer while it sleeps', () => {
    const board = started(mcu)
    const before = Number(ask(board, 't').slice(1))
    run(board, 1000)
    expect(board.quiet).toBe(true)
    const after = Number(ask(board, 't').slice(1))
    expect(after - before).toBeGreaterThanOrEqual(1000)
    expect(after - before).toBeLessThanOrEqual(1003)
  })

  test('measures the voltage on every analogue pin', () => {
    const board = started(mcu)
    const pins = [...chips[mcu].pins].filter(([, lead]) => lead.adc !== null)
    expect(pins).toHaveLength(mcu === 'uno' ? 8 : 16)
    for (const [pin, { adc }] of pins) {
      const volts = 0.3 * (adc ?? 0) + 0.1
      board.hold(pin, { volts })
      expect(ask(board, `a${adc}`)).toBe(`a${Math.floor((volts / 5) * 1024)}`)
    }
  })

  test('puts out PWM: duty and mean voltage', () => {
    const board = started(mcu)
    expect(board.read('9')).toMatchObject({ mode: 'input', duty: 0, volts: 0 })
    ask(board, 'p51')
    expect(board.read('9')).toMatchObject({ mode: 'pwm', duty: 0.2, held: false })
    expect(board.read('9').volts).toBeCloseTo(1, 6)
    board.hold('9', { volts: 3 })
    expect(board.read('9')).toMatchObject({ mode: 'pwm', duty: 0.2, volts: 3, level: 1, held: true })
    expect(board.release('9').volts).toBeCloseTo(1, 6)
  })

  test('reads a pin with pull-up, held low or left alone', () => {
    const board = started(mcu)
    expect(board.read('2')).toMatchObject({ mode: 'pullup', level: 1, volts: 5 })
    expect(ask(board, 'd')).toBe('d1')
    board.hold('2', { level: 0 })
    expect(ask(board, 'd')).toBe('d0')
    board.release('2')
    expect(ask(board, 'd')).toBe('d1')
  })

  test('writes and reads its EEPROM, to the last cell', () => {
    const board = started(mcu)
    const last = chips[mcu].eepromBytes - 1
    expect(board.takeEepromChanged()).toBe(false)
    expect(ask(board, `w${(3 << 8) | 42}`)).toBe(`w${(3 << 8) | 42}`)
    expect(board.takeEepromChanged()).toBe(true)
    expect(board.eeprom[3]).toBe(42)
    expect(ask(board, 'e3')).toBe('e42')
    board.eeprom[last] = 7
    expect(ask(board, `e${last}`)).toBe('e7')
  })

  test('a reset from outside starts it again and keeps its RAM; a loss of power does not', () => {
    const board = started(mcu)
    expect(ask(board, 'f')).toBe('f1,0')
    ask(board, 'p100')
    board.reset('external')
    expect(board.read('9')).toMatchObject({ mode: 'input', volts: 0 })
    run(board, 5)
    expect(text(board)).toBe('ready\n')
    expect(ask(board, 'f')).toBe('f2,1')
    board.power(false)
    run(board, 20)
    expect(text(board)).toBe('')
    expect(board.read('2').mode).toBe('input')
    board.power(true)
    run(board, 5)
    expect(text(board)).toBe('ready\n')
    expect(ask(board, 'f')).toBe('f1,0')
  })

  test('the watchdog interrupts again and again, or resets', () => {
    const board = started(mcu)
    ask(board, 'i')
    run(board, 100)
    expect(Number(ask(board, 'b').slice(1))).toBeGreaterThanOrEqual(6)
    ask(board, 'p100')
    for (let time = 1; time <= 3; time++) {
      expect(ask(board, 'x')).toBe('ready')
      expect(board.read('9').mode).toBe('input')
      expect(ask(board, 'f')).toBe(`f8,${time}`)
    }
  })

  test('at another baud rate both sides read garbage', () => {
    const board = started(mcu)
    board.setBaudRate(57_600)
    const answer = ask(board, 'hello')
    expect(answer).not.toContain('hello')
    run(board, 50)
    text(board)
    board.setBaudRate(115_200)
    ask(board, '')
    expect(ask(board, 'hello')).toBe('hello')
  })
})

test('the circuit of Ohm’s law measures its current on the chip', () => {
  const board = started('uno', [
    { part: 'resistor', id: 'rf', a: '9', b: 'f', ohms: 10_000 },
    { part: 'capacitor', id: 'cf', a: 'f', b: 'gnd', farads: 2.2e-6 },
    { part: 'follower', id: 'buffer', input: 'f', output: 'u' },
    { part: 'relay', id: 'switch', coil: '8', common: 'u', open: 'r1', closed: 'r2' },
    { part: 'resistor', id: 'low', a: 'r1', b: 'l', ohms: 220 },
    { part: 'resistor', id: 'high', a: 'r2', b: 'l', ohms: 470 },
    { part: 'lamp', id: 'lamp', a: 'l', b: 'A1', coldOhms: 30, hotOhms: 45, ratedAmps: 0.015 },
    { part: 'shunt', id: 'shunt', a: 'A1', b: 'gnd', ohms: 100 },
  ])
  const counts = (ohms: number, volts: number) => {
    const fixed = ohms + 130
    const amps = (-fixed + Math.sqrt(fixed ** 2 + 4000 * volts)) / 2000
    return ((amps * 100) / 5) * 1024
  }
  ask(board, 'p204')
  const early = Number(ask(board, 'a1').slice(1))
  expect(early).toBeLessThan(counts(220, 4) / 2)
  run(board, 400)
  expect(Math.abs(Number(ask(board, 'a1').slice(1)) - counts(220, 4))).toBeLessThan(2)
  ask(board, 'r1')
  expect(board.read('8')).toMatchObject({ mode: 'output', level: 1 })
  expect(Math.abs(Number(ask(board, 'a1').slice(1)) - counts(470, 4))).toBeLessThan(2)
  run(board, 400)
  board.hold('9', { level: 0 })
  run(board, 400)
  expect(ask(board, 'a1')).toBe('a0')
})
