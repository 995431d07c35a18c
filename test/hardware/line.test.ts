import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLine, encodeCommand } from '../../firmware-protocol/index.ts'
import { Host } from './host.ts'

/* What a bad line does to the board: nothing. avr8js, the board's own time. */

/** Random bytes that are the same in each run. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 16
  })
}

function hostWithActuators(): Host {
  const host = new Host()
  host.actuator(8, 'output', 0, 1, 0)
  host.actuator(9, 'pwm', 0, 255, 0)
  host.actuator(12, 'output', 0, 1, 1)
  return host
}

const counters = (host: Host) =>
  Object.fromEntries(
    host
      .ask({ command: 'stats' })
      .split(' ')
      .map((word) => word.split('='))
      .map(([name, value]) => [name ?? '', Number(value)]),
  )

describe('no command is carried out twice', () => {
  test('a repeat gets the same answer and does not undo what came after it', () => {
    const host = hostWithActuators()
    const on = host.line({ command: 'write', pin: 8, value: 1 })
    const off = host.line({ command: 'write', pin: 8, value: 0 })
    const first = host.board.ask(on)
    host.board.ask(off)
    expect(host.board.pin(8)).toBe('low')
    expect(host.board.ask(on)).toBe(first)
    expect(host.board.pin(8)).toBe('low')
  })

  test('a repeated refusal is refused in the same words, a repeated result has the same bytes', () => {
    const host = hostWithActuators()
    for (const command of [
      { command: 'write', pin: 9, value: 300 },
      { command: 'stats' },
      { command: 'calibration-read', slot: 2 },
    ] as const) {
      const line = host.line(command)
      const first = host.board.ask(line)
      host.board.run(20)
      expect(host.board.ask(line)).toBe(first)
    }
  })

  test('a repeat of what the board has forgotten is refused, never done', () => {
    const host = hostWithActuators()
    const on = host.line({ command: 'write', pin: 8, value: 1 })
    host.board.ask(on)
    host.must({ command: 'write', pin: 8, value: 0 })
    for (let beat = 0; beat < 8; beat += 1) host.must({ command: 'beat' })
    expect(host.board.ask(on)).toMatch(/ old-sequence\*/)
    expect(host.board.pin(8)).toBe('low')
  })

  test('numbers go on from 65535 with 0', () => {
    const host = hostWithActuators()
    const { nonce } = host.hello
    for (const seq of [30_000, 60_000, 65_535, 0, 1]) {
      const answer = host.board.ask(encodeCommand({ command: 'beat' }, seq, nonce))
      expect(answer).toMatch(new RegExp(`^A ${seq} `))
    }
    expect(host.board.ask(encodeCommand({ command: 'write', pin: 8, value: 1 }, 59_999, nonce))).toMatch(
      /old-sequence/,
    )
  })

  test('a write to the EEPROM that is repeated while it goes on is answered once', () => {
    const host = new Host()
    const line = host.line({ command: 'calibration-write', slot: 0, bytes: Uint8Array.of(1, 2, 3) })
    host.board.send(line)
    host.board.run(5)
    host.board.send(line)
    host.board.run(300)
    expect(host.board.said.length).toBe(1)
    expect(host.board.ask(line)).toBe(host.board.said[0])
  })

  test('in any order, with any repeats, the pin ends where the newest carried-out command left it', () => {
    const host = new Host()
    host.actuator(9, 'pwm', 0, 255, 0)
    host.actuator(8, 'output', 0, 1, 0)
    let value = 0
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 }), (order) => {
        const lines = Array.from({ length: 6 }, () => {
          value = 1 - value
          return host.line({ command: 'write', pin: 8, value })
        })
        let newest = -1
        let level: string = host.board.pin(8)
        for (const index of order) {
          const answer = decodeLine(host.board.ask(lines[index] ?? ''))
          expect(answer.ok).toBe(true)
          if (index > newest) {
            newest = index
            level = lines[index]?.includes(' 8 1*') ? 'high' : 'low'
          }
          expect(host.board.pin(8)).toBe(level)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('garbage moves no pin', () => {
  test('a hundred thousand bits of noise', () => {
    const host = hostWithActuators()
    host.must({ command: 'write', pin: 8, value: 1 })
    const before = host.board.pins()
    host.board.send(noise(1500, 7))
    for (let beat = 0; beat < 4; beat += 1) host.board.run(35)
    expect(host.board.sent).toBe(true)
    expect(host.board.pins()).toEqual(before)
    host.board.send('\n')
    host.board.run(3)
    const counted = counters(host)
    expect((counted.malformed ?? 0) + (counted['too-long'] ?? 0)).toBeGreaterThan(0)
    expect(counted.overrun).toBe(0)
  })

  test('every single bit of a write turned', () => {
    const host = hostWithActuators()
    const before = host.board.pins()
    const line = host.line({ command: 'write', pin: 8, value: 1 })
    const from = host.mark
    for (let at = 0; at < line.length - 1; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const bytes = new TextEncoder().encode(line)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        host.board.send(bytes)
      }
      host.board.runUntil(() => host.board.sent)
      host.board.send(host.line({ command: 'beat' }))
      host.board.runUntil(() => host.board.sent)
      expect(host.board.pins()).toEqual(before)
    }
    host.board.run(10)
    expect(host.board.lines(from).every(({ kind }) => kind === 'ack')).toBe(true)
  })

  test('half lines, and a command glued to one, and the next line is understood', () => {
    const host = hostWithActuators()
    const write = host.line({ command: 'write', pin: 8, value: 1 })
    for (let length = 1; length < write.length - 1; length += 1) {
      host.board.send(`${write.slice(0, length)}${write}`)
      host.board.runUntil(() => host.board.sent)
      host.board.run(3)
      expect(host.board.pin(8)).toBe('low')
    }
    host.board.ask(write)
    expect(host.board.pin(8)).toBe('high')
  })

  test('an answer comes through a flood, and the heartbeat is missed in it', () => {
    const host = hostWithActuators()
    host.must({ command: 'write', pin: 8, value: 1 })
    const from = host.mark
    const flood = noise(11_520, 3).map((byte) => (byte === 10 ? 11 : byte))
    host.board.send(flood)
    const took = host.board.runUntil(() => host.board.pin(8) === 'low', 500)
    expect(took).toBeLessThan(500)
    host.board.runUntil(() => host.board.sent)
    expect(host.board.lines(from).map(({ kind }) => kind)).toEqual(['safe'])
    host.board.send('\n')
    expect(host.ask({ command: 'beat' })).toBe('ok')
    expect(counters(host)).toMatchObject({ 'too-long': 1, overrun: 0 })
  })

  test('a flood of commands is answered in full', () => {
    const host = hostWithActuators()
    host.input(2, 'pullup', 0)
    host.input(14, 'analog', 0)
    const from = host.mark
    const lines = Array.from({ length: 200 }, (_, index) =>
      host.line({ command: 'write', pin: 9, value: index }),
    )
    host.board.send(lines.join(''))
    host.board.runUntil(() => host.board.sent)
    host.board.run(20)
    const acks = host.board.lines(from).filter(({ kind }) => kind === 'ack')
    expect(acks.length).toBe(200)
    expect(host.reports(from).length).toBeGreaterThan(0)
    expect(counters(host)).toMatchObject({ checksum: 0, malformed: 0, overrun: 0 })
  })
})
