import { describe, expect, test } from 'vitest'
import { Host } from './host.ts'

/* The firmware at play on avr8js: what it drives and what it reports, in the board's own time. */

const volts = (counts: number) => ((counts + 0.5) / 1024) * 5

describe('outputs', () => {
  test('a pin is not driven before its mode and its limits are known, and begins at its safe state', () => {
    const host = new Host()
    expect(host.board.pin(8)).toBe('input')
    host.must({ command: 'mode', pin: 8, mode: 'output' })
    expect(host.board.pin(8)).toBe('input')
    expect(host.ask({ command: 'write', pin: 8, value: 1 })).toBe('no-limits')
    expect(host.board.pin(8)).toBe('input')
    host.must({ command: 'limits', pin: 8, min: 0, max: 1, safe: 1 })
    expect(host.board.pin(8)).toBe('high')
    host.must({ command: 'write', pin: 8, value: 0 })
    expect(host.board.pin(8)).toBe('low')
    host.must({ command: 'mode', pin: 8, mode: 'off' })
    expect(host.board.pin(8)).toBe('input')
  })

  test.each([3, 5, 6, 9, 10, 11])('PWM on pin %i has the duty that was written', (pin) => {
    const host = new Host()
    host.actuator(pin, 'pwm', 0, 255, 0)
    for (const value of [0, 32, 128, 200, 255]) {
      host.must({ command: 'write', pin, value })
      expect(host.board.measure(pin, 60).duty).toBeCloseTo(value / 255, 1)
    }
  })

  test('the same mode again changes nothing, another one lets go', () => {
    const host = new Host()
    host.actuator(9, 'pwm', 0, 255, 0)
    host.must({ command: 'write', pin: 9, value: 128 }, { command: 'mode', pin: 9, mode: 'pwm' })
    expect(host.board.measure(9, 60).duty).toBeCloseTo(0.5, 1)
    host.must({ command: 'mode', pin: 9, mode: 'output' })
    expect(host.board.pin(9)).toBe('input')
    expect(host.ask({ command: 'write', pin: 9, value: 1 })).toBe('no-limits')
  })

  test('new limits keep a value that is within them, and go to the safe state from one that is not', () => {
    const host = new Host()
    host.actuator(9, 'pwm', 0, 255, 0)
    host.must(
      { command: 'write', pin: 9, value: 128 },
      { command: 'limits', pin: 9, min: 0, max: 200, safe: 0 },
    )
    expect(host.board.measure(9, 60).duty).toBeCloseTo(0.5, 1)
    host.must({ command: 'limits', pin: 9, min: 0, max: 100, safe: 0 })
    expect(host.board.pin(9)).toBe('low')
  })

  test('servos get pulses of the length that was written, each 20 ms', () => {
    const host = new Host()
    host.actuator(7, 'servo', 1000, 2000, 1500)
    host.actuator(4, 'servo', 500, 2500, 0)
    host.must({ command: 'write', pin: 4, value: 700 })
    for (const [pin, micros] of [
      [7, 1500],
      [4, 700],
    ] as const) {
      const { pulses } = host.board.measure(pin, 200)
      expect(pulses.length).toBeGreaterThanOrEqual(9)
      expect(pulses.length).toBeLessThanOrEqual(11)
      for (const pulse of pulses) expect(Math.abs(pulse - micros)).toBeLessThan(8)
    }
    host.must({ command: 'safe' })
    host.board.run(30)
    expect(host.board.measure(4, 100)).toEqual({ duty: 0, pulses: [] })
  })

  test('servos and the PWM of their timer exclude each other by name', () => {
    const host = new Host()
    host.actuator(4, 'servo', 1000, 2000, 1500)
    expect(host.ask({ command: 'mode', pin: 9, mode: 'pwm' })).toBe('timer-conflict')
    expect(host.ask({ command: 'mode', pin: 10, mode: 'pwm' })).toBe('timer-conflict')
    host.must({ command: 'mode', pin: 4, mode: 'off' })
    host.actuator(9, 'pwm', 0, 255, 0)
    host.must({ command: 'write', pin: 9, value: 64 })
    expect(host.board.measure(9, 60).duty).toBeCloseTo(0.25, 1)
    expect(host.ask({ command: 'mode', pin: 4, mode: 'servo' })).toBe('timer-conflict')
  })

  test('a fifth servo is refused', () => {
    const host = new Host()
    for (const pin of [2, 3, 4, 5]) host.must({ command: 'mode', pin, mode: 'servo' })
    expect(host.ask({ command: 'mode', pin: 6, mode: 'servo' })).toBe('too-many-servos')
    expect(host.hello.capabilities.maxServos).toBe(4)
  })
})

describe('what the hello promises', () => {
  test('every pin that it lists for a mode takes that mode, and no other one does', () => {
    const host = new Host()
    const { digital, analog, pwm, servo } = host.hello.capabilities
    const modes = { input: digital, pullup: digital, output: digital, analog, pwm, servo } as const
    for (const mode of ['input', 'pullup', 'output', 'analog', 'pwm', 'servo'] as const) {
      for (let pin = 0; pin < 24; pin += 1) {
        const answer = host.ask({ command: 'mode', pin, mode })
        expect(answer === 'ok', `${mode} on ${pin}: ${answer}`).toBe(modes[mode].includes(pin))
        if (answer === 'ok') host.must({ command: 'mode', pin, mode: 'off' })
      }
    }
  })
})

describe('analog inputs', () => {
  test('the first value comes at once, then changes of the threshold or more, no faster than asked', () => {
    const host = new Host()
    host.board.setVolts(0, volts(300))
    host.input(14, 'analog', 50, 4)
    host.board.run(8)
    expect(host.values(14)).toEqual([300])

    host.board.setVolts(0, volts(303))
    host.run(300)
    expect(host.values(14)).toEqual([300])

    let counts = 303
    host.board.onConversion(() => volts(counts))
    const from = host.mark
    for (let step = 0; step < 60; step += 1) {
      counts += 10
      host.ask({ command: 'beat' })
      host.board.run(7)
    }
    const times = host.reports(from).map(({ time }) => time)
    expect(times.length).toBeGreaterThan(8)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    for (const gap of gaps) expect(gap).toBeGreaterThan(48_000)
  })

  test('after a pause a change is reported within its stated latency', () => {
    const host = new Host()
    for (const pin of [14, 15]) host.input(pin, 'analog', 20, 4)
    host.run(50)
    for (let round = 0; round < 20; round += 1) {
      const from = host.mark
      host.board.setVolts(0, round % 2 ? 1 : 4)
      /* Two pins: a turn each 2.048 ms, 0.52 ms of conversion; three turns where one is half old; 2.6 ms of line. */
      const took = host.board.runUntil(() => host.values(14, from).length > 0, 20)
      expect(took).toBeLessThan(2 * 2.048 + 0.52 + 1.024 + 3)
      host.run(60 + round * 0.13)
    }
  })

  test('noise is averaged over four conversions, the first after a change of pin is not used', () => {
    const host = new Host()
    let conversion = 0
    host.board.onConversion((channel) => {
      conversion += 1
      const ofBurst = (conversion - 1) % 5
      return volts(ofBurst === 0 ? 0 : 500 + channel * 100 + ([-6, 6, -2, 2][ofBurst - 1] ?? 0))
    })
    host.input(14, 'analog', 20, 2)
    host.input(15, 'analog', 20, 2)
    host.run(400)
    expect(new Set(host.values(14))).toEqual(new Set([500]))
    expect(new Set(host.values(15))).toEqual(new Set([600]))
  })

  test('what is steady is told again each second, so that a lost report is made good', () => {
    const host = new Host()
    host.board.setVolts(0, volts(512))
    host.input(14, 'analog', 20, 4)
    host.run(3500)
    expect(host.values(14)).toEqual([512, 512, 512, 512])
    expect(host.reports().map(({ seq }) => seq)).toEqual([0, 1, 2, 3])
  })
})

describe('digital inputs', () => {
  test('a first edge is reported at once, its bouncing not, and the end of it never missed', () => {
    const host = new Host()
    host.board.setPin(2, true)
    host.input(2, 'pullup', 0)
    host.run(40)
    expect(host.values(2)).toEqual([1])
    const from = host.mark
    const began = host.board.cpu.cycles
    for (let bounce = 0; bounce < 7; bounce += 1) {
      host.board.setPin(2, bounce % 2 === 1)
      host.board.run(bounce === 0 ? 1.1 : 0.4)
    }
    host.board.runUntil(() => host.values(2, from).length > 0, 10)
    expect((host.board.cpu.cycles - began) / 16_000).toBeLessThan(1.1 + 2.6)
    host.board.run(30)
    expect(host.values(2, from)).toEqual([0])
    host.board.setPin(2, true)
    host.board.run(3)
    host.board.setPin(2, false)
    host.board.run(30)
    expect(host.values(2, from)).toEqual([0, 1, 0])
  })

  test('several pins that change together come in one line', () => {
    const host = new Host()
    for (const pin of [2, 4, 7]) host.input(pin, 'input', 0)
    host.run(30)
    const from = host.mark
    for (const pin of [2, 4, 7]) host.board.setPin(pin, true)
    host.board.run(15)
    const [only, ...more] = host.reports(from)
    expect(only?.values.map(({ pin, value }) => `${pin}=${value}`).sort()).toEqual(['2=1', '4=1', '7=1'])
    expect(more).toEqual([])
  })
})

describe('reporting places', () => {
  test('sixteen pins report, in lines that fit; a seventeenth is refused; a pin that is let go makes room', () => {
    const host = new Host()
    for (let pin = 2; pin < 18; pin += 1) host.input(pin, 'input', 100)
    host.must({ command: 'mode', pin: 18, mode: 'analog' })
    const setup = { command: 'report', pin: 18, interval: 100, threshold: 1 } as const
    expect(host.ask(setup)).toBe('too-many-reports')
    const from = host.mark
    for (let pin = 2; pin < 18; pin += 1) host.board.setPin(pin, true)
    host.run(300)
    for (let pin = 2; pin < 18; pin += 1) expect(host.values(pin, from)).toEqual([1])
    host.must({ command: 'mode', pin: 5, mode: 'off' }, setup)
    const later = host.mark
    host.run(1200)
    expect(host.values(5, later)).toEqual([])
    expect(host.values(18, later).length).toBeGreaterThan(0)
  })

  test('an analog pin that takes over a place never shows another pin’s value', () => {
    const host = new Host()
    host.board.setVolts(0, volts(100))
    host.board.setVolts(1, volts(900))
    for (let round = 0; round < 20; round += 1) {
      host.input(14, 'analog', 0)
      host.input(15, 'analog', 0)
      host.board.run(2 + round * 0.37)
      host.must({ command: 'mode', pin: 14, mode: 'off' }, { command: 'mode', pin: 15, mode: 'off' })
    }
    expect(new Set(host.values(14))).toEqual(new Set([100]))
    expect(new Set(host.values(15))).toEqual(new Set([900]))
  })
})

describe('sleep', () => {
  const awake = (host: Host) => {
    host.board.run(50)
    host.board.asleep = 0
    const begin = host.board.cpu.cycles
    host.board.run(1000)
    return 1 - host.board.asleep / (host.board.cpu.cycles - begin)
  }

  test('a board with nothing to do is awake for less than 5 % of the time', () => {
    expect(awake(new Host())).toBeLessThan(0.05)
  })

  test('with two dials, a button and two outputs it is awake for less than 18 %', () => {
    const host = new Host()
    host.input(14, 'analog', 20, 2)
    host.input(15, 'analog', 20, 2)
    host.input(2, 'pullup', 0)
    host.actuator(9, 'pwm', 0, 255, 0)
    host.actuator(8, 'output', 0, 1, 0)
    expect(awake(host)).toBeLessThan(0.18)
  })
})
