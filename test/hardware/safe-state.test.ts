import { describe, expect, test } from 'vitest'
import { encodeCommand, heartbeatTimeout } from '../../firmware-protocol/index.ts'
import { Host } from './host.ts'

/* A controller that falls silent, on avr8js: measured in the cycles of the board. */

const promised = 500

function lamp(): Host {
  const host = new Host()
  host.actuator(8, 'output', 0, 1, 0)
  host.actuator(9, 'pwm', 0, 255, 0)
  /* An active-low relay: off is high. */
  host.actuator(12, 'output', 0, 1, 1)
  host.must(
    { command: 'write', pin: 8, value: 1 },
    { command: 'write', pin: 9, value: 200 },
    { command: 'write', pin: 12, value: 0 },
  )
  return host
}

describe('the safe state', () => {
  test('comes within 500 ms of the last heartbeat, at whatever moment of the board’s millisecond it came', () => {
    const host = lamp()
    for (let round = 0; round < 12; round += 1) {
      host.must({ command: 'write', pin: 8, value: 1 }, { command: 'write', pin: 12, value: 0 })
      host.board.run(round * 0.09)
      const from = host.mark
      host.board.send(host.line({ command: 'beat' }))
      host.board.runUntil(() => host.board.sent)
      const took = host.board.runUntil(() => host.board.pin(8) === 'low', 1000)
      expect(took).toBeLessThan(promised)
      expect(took).toBeGreaterThan(heartbeatTimeout - 2)
      host.board.run(5)
      expect(host.board.pin(12)).toBe('high')
      expect(host.board.measure(9, 10).duty).toBe(0)
      expect(host.board.lines(from).slice(1)).toMatchObject([{ kind: 'safe', cause: 'heartbeat' }])
    }
  })

  test('stays away while commands come, whichever they are', () => {
    const host = lamp()
    for (let round = 0; round < 10; round += 1) {
      host.board.run(350)
      host.ask(round % 2 ? { command: 'stats' } : { command: 'write', pin: 9, value: 300 })
      expect(host.board.pin(8)).toBe('high')
    }
    expect(host.board.lines().some(({ kind }) => kind === 'safe')).toBe(false)
  })

  test('is not put off by a hello, by a stale command or by a broken one', () => {
    const host = lamp()
    const from = host.mark
    const broken = host.line({ command: 'beat' }).replace('*', '* ')
    for (let round = 0; round < 10; round += 1) {
      host.board.send(encodeCommand({ command: 'hello' }, 0, ''))
      host.board.send(encodeCommand({ command: 'beat' }, 900, 'FFFF'))
      host.board.send(broken)
      host.board.run(50)
    }
    expect(host.board.pin(8)).toBe('low')
    expect(new Set(host.board.lines(from).map(({ kind }) => kind))).toEqual(
      new Set(['hello', 'refusal', 'safe']),
    )
  })

  test('is told once, and left again by the next write', () => {
    const host = lamp()
    const from = host.mark
    host.board.run(3000)
    expect(host.board.lines(from).map(({ kind }) => kind)).toEqual(['safe'])
    host.must({ command: 'write', pin: 8, value: 1 })
    expect(host.board.pin(8)).toBe('high')
  })

  test('comes at once on command', () => {
    const host = lamp()
    const from = host.mark
    host.must({ command: 'safe' })
    expect([host.board.pin(8), host.board.pin(12)]).toEqual(['low', 'high'])
    host.board.run(5)
    expect(host.board.lines(from)).toMatchObject([{ kind: 'ack' }, { kind: 'safe', cause: 'command' }])
  })

  test('is nobody’s business on a board without actuators', () => {
    const host = new Host()
    host.input(2, 'pullup', 0)
    host.board.run(1500)
    expect(host.board.lines().some(({ kind }) => kind === 'safe')).toBe(false)
  })
})
