import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BoardLine,
  type Command,
  crc16,
  decodeBytes,
  decodeCommand,
  decodeLine,
  encodeBoardLine,
  encodeBytes,
  encodeCommand,
  longestLine,
} from './index.ts'
import vectors from './vectors.json' with { type: 'json' }
import { boardErrors, pinModes } from './words.ts'

const uint16 = fc.integer({ min: 0, max: 0xffff })
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const hexDigits = (digits: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...digits), minLength: length, maxLength: length })
const nonce = hexDigits('0123456789ABCDEF', 4)
const identity = hexDigits('0123456789abcdef', 8).map((digits) => `mh-${digits}`)

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom<Command>({ command: 'beat' }, { command: 'safe' }, { command: 'stats' }),
  fc.record({ command: fc.constant('mode' as const), pin: uint16, mode: fc.constantFrom(...pinModes) }),
  fc.record({ command: fc.constant('limits' as const), pin: uint16, min: uint16, max: uint16, safe: uint16 }),
  fc.record({ command: fc.constant('report' as const), pin: uint16, interval: uint16, threshold: uint16 }),
  fc.record({ command: fc.constant('write' as const), pin: uint16, value: uint16 }),
  fc.record(
    { command: fc.constant('identify' as const), identity, replaces: identity },
    { requiredKeys: ['command', 'identity'] },
  ),
  fc.record({ command: fc.constant('calibration-read' as const), slot: uint16 }),
  fc.record({
    command: fc.constant('calibration-write' as const),
    slot: uint16,
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
)

const pins = (count: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 69 }), { maxLength: count })
    .map((list) => list.sort((a, b) => a - b))
const small = fc.integer({ min: 0, max: 99 })
const word = fc.stringMatching(/^[a-z][a-z-]{0,11}$/)

const boardLine: fc.Arbitrary<BoardLine> = fc.oneof(
  fc.record({
    kind: fc.constant('hello' as const),
    protocol: fc.constant(1),
    firmware: fc.constantFrom('1.0.0', '10.20.3'),
    identity: fc.option(identity),
    nonce,
    seq: uint16,
    mcu: fc.constantFrom('uno' as const, 'mega' as const),
    cause: fc.constantFrom('power', 'watchdog'),
    capabilities: fc.record({
      digital: pins(3),
      analog: pins(2),
      pwm: pins(2),
      servo: pins(1),
      analogBase: small,
      maxInterval: small,
      maxReports: small,
      maxServos: small,
      calibrationSlots: small,
    }),
  }),
  fc.record({
    kind: fc.constant('foreign-hello' as const),
    protocol: fc.integer({ min: 2, max: 65_535 }),
    firmware: fc.constantFrom('2.0.0', '7.1'),
  }),
  fc.record({
    kind: fc.constant('ack' as const),
    seq: uint16,
    time: uint32,
    result: fc.array(word, { maxLength: 6 }),
  }),
  fc.record({
    kind: fc.constant('refusal' as const),
    seq: uint16,
    time: uint32,
    error: fc.constantFrom(...Object.keys(boardErrors)),
  }),
  fc.record({
    kind: fc.constant('report' as const),
    seq: uint16,
    time: uint32,
    values: fc.array(fc.record({ pin: fc.integer({ min: 0, max: 255 }), value: uint16 }), {
      minLength: 1,
      maxLength: 9,
    }),
  }),
  fc.record({ kind: fc.constant('safe' as const), time: uint32, cause: word }),
)

/** Calibration bytes stand in the vectors as they stand in a line. */
const readable = (command: object) =>
  'bytes' in command && command.bytes instanceof Uint8Array
    ? { ...command, bytes: encodeBytes(command.bytes) }
    : command

describe('the vectors', () => {
  test.each(vectors.checksums)('the checksum of $text is $crc', ({ text, crc }) => {
    expect(crc16(text)).toBe(Number.parseInt(crc, 16))
  })

  test.each(vectors.commands)('the command $line', ({ line, nonce, seq, command }) => {
    const decoded = decodeCommand(line)
    if (!decoded.ok) throw new Error(decoded.error)
    expect({ ...decoded, command: readable(decoded.command) }).toEqual({ ok: true, nonce, seq, command })
    expect(encodeCommand(decoded.command, seq, nonce)).toBe(`${line}\n`)
  })

  test.each(vectors.boardLines)('the board line $line', ({ line, means }) => {
    expect(decodeLine(line)).toEqual({ ok: true, line: means })
    expect(decodeLine(`${line}\n`)).toEqual({ ok: true, line: means })
  })

  test.each(vectors.rejected)('$why is rejected', ({ line, error }) => {
    expect(decodeCommand(line)).toEqual({ ok: false, error })
    expect(decodeLine(line).ok).toBe(false)
  })
})

describe('for any input', () => {
  test('a command comes back as it went', () => {
    fc.assert(
      fc.property(command, uint16, nonce, (given, seq, nonce) => {
        const line = encodeCommand(given, seq, nonce)
        expect(line.length).toBeLessThanOrEqual(longestLine)
        expect(line).toMatch(/^[ -~]+\n$/)
        expect(decodeCommand(line)).toEqual({ ok: true, command: given, seq, nonce })
      }),
    )
  })

  test('a board line comes back as it went', () => {
    fc.assert(
      fc.property(boardLine, (given) => {
        expect(decodeLine(encodeBoardLine(given))).toEqual({ ok: true, line: given })
      }),
    )
  })

  test('nothing throws', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'HBMLRWSAE 0123456789=-,*ABCDEF\n\r'), maxLength: 130 }),
    )
    fc.assert(
      fc.property(text, (line) => {
        decodeLine(line)
        decodeCommand(line)
        decodeBytes(line)
      }),
      { numRuns: 2000 },
    )
  })

  test('a line with one or two bits turned is rejected', () => {
    const line = fc.tuple(command, uint16, nonce).map((given) => encodeCommand(...given))
    const bit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 }))
    fc.assert(
      fc.property(line, fc.array(bit, { minLength: 1, maxLength: 2 }), (line, bits) => {
        const codes = Array.from(line, (character) => character.charCodeAt(0))
        for (const [at, mask] of bits)
          codes[at % codes.length] = (codes[at % codes.length] ?? 0) ^ (1 << mask)
        const turned = String.fromCharCode(...codes)
        fc.pre(turned !== line)
        expect(decodeCommand(turned).ok).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})

test('what does not fit the protocol is the caller’s mistake', () => {
  expect(() => encodeCommand({ command: 'write', pin: 9, value: -1 }, 1, '3F2A')).toThrow(RangeError)
  expect(() => encodeCommand({ command: 'write', pin: 9, value: 0.5 }, 1, '3F2A')).toThrow(RangeError)
  expect(() => encodeCommand({ command: 'beat' }, 65_536, '3F2A')).toThrow(RangeError)
  expect(() => encodeCommand({ command: 'beat' }, 1, '3f2a')).toThrow(RangeError)
  expect(() => encodeCommand({ command: 'identify', identity: 'me' }, 1, '3F2A')).toThrow(RangeError)
  const bytes = new Uint8Array(41)
  expect(() => encodeCommand({ command: 'calibration-write', slot: 0, bytes }, 1, '3F2A')).toThrow(RangeError)
  expect(() => encodeBoardLine({ kind: 'report', seq: 1, time: 1, values: [] })).toThrow(RangeError)
  expect(() => encodeBoardLine({ kind: 'ack', seq: 1, time: 1, result: ['x'.repeat(200)] })).toThrow(
    RangeError,
  )
})

test('a hello with fields of a later firmware is understood', () => {
  const line = vectors.boardLines[0]?.line ?? ''
  const body = `${line.slice(0, -5)} z=5 burst=1`
  const decoded = decodeLine(`${body}*${crc16(body).toString(16).toUpperCase().padStart(4, '0')}`)
  expect(decoded).toMatchObject({ ok: true, line: { kind: 'hello', nonce: '0001' } })
})

describe('PROTOCOL.md', () => {
  const document = readFileSync(new URL('PROTOCOL.md', import.meta.url), 'utf8')

  test('every line that it shows is sound', () => {
    const shown = [...document.matchAll(/^ {4}([<>] )?(\S.*\*[0-9A-F]{4})$/gm)]
    expect(shown.length).toBeGreaterThan(15)
    for (const [, side, line = ''] of shown) {
      const decoded = side === '< ' ? decodeLine(line) : decodeCommand(line)
      expect(decoded.ok, line).toBe(true)
    }
  })

  test('it names every error and every mode', () => {
    for (const name of [...Object.keys(boardErrors), ...pinModes]) expect(document).toContain(`\`${name}\``)
  })
})
