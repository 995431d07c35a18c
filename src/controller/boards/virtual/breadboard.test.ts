import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Part } from '../../../shared/breadboard.ts'
import {
  atRest,
  createModel,
  type Drive,
  type Model,
  noiseAt,
  type Standing,
  step,
  voltsAt,
} from './breadboard.ts'

const ohmsLaw: Part[] = [
  { part: 'potentiometer', id: 'dial', low: 'gnd', wiper: 'A0', high: 'vcc', ohms: 10_000, position: 0.5 },
  { part: 'button', id: 'button', a: '2', b: 'gnd' },
  { part: 'resistor', id: 'rf', a: '9', b: 'f', ohms: 10_000 },
  { part: 'capacitor', id: 'cf', a: 'f', b: 'gnd', farads: 2.2e-6 },
  { part: 'follower', id: 'buffer', input: 'f', output: 'u' },
  { part: 'relay', id: 'switch', coil: '8', common: 'u', open: 'r1', closed: 'r2' },
  { part: 'resistor', id: 'low', a: 'r1', b: 'l', ohms: 220 },
  { part: 'resistor', id: 'high', a: 'r2', b: 'l', ohms: 470 },
  { part: 'lamp', id: 'lamp', a: 'l', b: 'A1', coldOhms: 30, hotOhms: 45, ratedAmps: 0.015 },
  { part: 'shunt', id: 'shunt', a: 'A1', b: 'gnd', ohms: 100 },
].map((part) => Part.parse(part))

const output = (volts: number): Drive => ({ volts, ohms: 25 })

/** Steps of 1 ms until nothing moves. */
function settle(model: Model, drives: ReadonlyMap<string, Drive>, from = atRest(model)): Standing {
  let standing = from
  for (let ms = 0; ms < 2000; ms++) {
    standing = step(model, standing, drives, 1e-3)
    if (standing.settled) return standing
  }
  throw new Error('The breadboard never settles')
}

/** By hand: u = (r + cold + k·i + shunt)·i, solved for i. */
function currentByHand(u: number, ohms: number): number {
  const fixed = ohms + 30 + 100
  const rise = (45 - 30) / 0.015
  return (-fixed + Math.sqrt(fixed ** 2 + 4 * rise * u)) / (2 * rise)
}

describe('the circuit of Ohm’s law', () => {
  const model = createModel(ohmsLaw, 1)

  test.each([
    [0.1, 0, 220],
    [0.8, 0, 220],
    [1, 0, 220],
    [0.8, 5, 470],
  ])('at a duty of %f and a coil of %f V is what it is by hand with %i Ω', (duty, coil, ohms) => {
    const standing = settle(
      model,
      new Map([
        ['9', output(5 * duty)],
        ['8', output(coil)],
      ]),
    )
    const amps = currentByHand(5 * duty, ohms)
    const near = (net: string, volts: number) =>
      expect(Math.abs((voltsAt(model, standing, net) ?? Number.NaN) - volts)).toBeLessThan(0.01 * volts)
    near('f', 5 * duty)
    near('u', 5 * duty)
    near('l', amps * (30 + 1000 * amps + 100))
    near('A1', amps * 100)
    near('A0', 2.5)
  })

  test('charges its capacitor as the exponential does', () => {
    let standing = atRest(model)
    const drives = new Map([['9', output(5)]])
    const tau = 10_025 * 2.2e-6
    for (let ms = 1; ms <= 60; ms++) {
      standing = step(model, standing, drives, 1e-3)
      const ideal = 5 * (1 - Math.exp(-(ms * 1e-3) / tau))
      expect(Math.abs((voltsAt(model, standing, 'f') ?? 0) - ideal)).toBeLessThan(0.05)
    }
    expect(standing.settled).toBe(false)
    expect(settle(model, drives, standing).settled).toBe(true)
  })

  test('more duty is more current', () => {
    const amps = (duty: number) =>
      voltsAt(model, settle(model, new Map([['9', output(5 * duty)]])), 'A1') ?? Number.NaN
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.98, noNaN: true }), (duty) => {
        expect(amps(duty + 0.02)).toBeGreaterThan(amps(duty))
      }),
      { numRuns: 30 },
    )
  })
})

test('an input with a pull-up reads a button: open 5 V, held low 0 V', () => {
  const model = createModel(ohmsLaw, 1)
  expect(voltsAt(model, settle(model, new Map([['2', { volts: 5, ohms: 35_000 }]])), '2')).toBeCloseTo(5, 3)
  expect(voltsAt(model, settle(model, new Map([['2', { volts: 0, ohms: 0 }]])), '2')).toBe(0)
})

test('a relay pulls in above 2.5 V and lets go lower', () => {
  const model = createModel(ohmsLaw, 1)
  const at = (coil: number, from?: Standing) => settle(model, new Map([['8', output(coil)]]), from)
  const below = at(2.4)
  expect(below.closed.has('switch')).toBe(false)
  const above = at(2.6, below)
  expect(above.closed.has('switch')).toBe(true)
  expect(at(2.4, above).closed.has('switch')).toBe(true)
  expect(at(2.2, above).closed.has('switch')).toBe(false)
})

test('an LED takes its forward voltage, and nothing backwards', () => {
  const parts = [
    { part: 'resistor', id: 'r', a: '3', b: 'x', ohms: 300 },
    { part: 'led', id: 'd', anode: 'x', cathode: 'gnd', forwardVolts: 2 },
  ].map((part) => Part.parse(part))
  const model = createModel(parts, 1)
  const on = settle(model, new Map([['3', output(5)]]))
  expect(voltsAt(model, on, 'x')).toBeCloseTo(2 + (3 / 335) * 10, 6)
  expect(voltsAt(model, settle(model, new Map([['3', output(1.5)]])), 'x')).toBeCloseTo(1.5, 3)
})

test('a follower stays within its supply', () => {
  const parts = [
    { part: 'capacitor', id: 'c', a: '3', b: 'x', farads: 1e-6 },
    { part: 'resistor', id: 'r', a: 'x', b: 'vcc', ohms: 10_000 },
    { part: 'follower', id: 'b', input: 'x', output: 'y' },
    { part: 'resistor', id: 'l', a: 'y', b: 'gnd', ohms: 1000 },
  ].map((part) => Part.parse(part))
  const model = createModel(parts, 1)
  const high = step(model, settle(model, new Map([['3', output(0)]])), new Map([['3', output(5)]]), 1e-4)
  expect(voltsAt(model, high, 'x')).toBeGreaterThan(9)
  expect(voltsAt(model, high, 'y')).toBeCloseTo(5, 3)
})

test('nets that nothing drives are at 0 V and harm nothing', () => {
  const parts = [
    { part: 'resistor', id: 'alone', a: 'p', b: 'q', ohms: 100 },
    { part: 'follower', id: 'loop', input: 's', output: 's' },
    { part: 'potentiometer', id: 'end', low: 'gnd', wiper: 'w', high: 'vcc', ohms: 1000, position: 1 },
  ].map((part) => Part.parse(part))
  const model = createModel(parts, 1)
  const standing = settle(model, new Map())
  expect(voltsAt(model, standing, 'p')).toBe(0)
  expect(voltsAt(model, standing, 's')).toBe(0)
  expect(voltsAt(model, standing, 'w')).toBeCloseTo(5, 3)
  expect(voltsAt(model, standing, 'nowhere')).toBeNull()
})

describe('tolerance and noise', () => {
  const parts = ['a', 'b'].map((id) =>
    Part.parse({ part: 'shunt', id, a: id, b: 'gnd', ohms: 100, tolerance: 0.05, noise: 0.01 }),
  )
  const ohms = (model: Model, id: string) =>
    model.parts.find((part) => part.id === id && part.part === 'shunt' && part.ohms)

  test('the same seed draws the same part, whatever else stands on the board', () => {
    expect(createModel(parts, 7).parts[1]).toEqual(createModel(parts.slice(1), 7).parts[0])
    expect(createModel(parts, 7).parts[1]).not.toEqual(createModel(parts, 8).parts[1])
    expect(ohms(createModel(parts, 7), 'a')).not.toEqual(ohms(createModel(parts, 7), 'b'))
  })

  test('a part stays within its tolerance', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const part of createModel(parts, seed).parts) {
          if (part.part === 'shunt') expect(Math.abs(part.ohms / 100 - 1)).toBeLessThanOrEqual(0.05)
        }
      }),
    )
  })

  test('noise has the strength that the part says', () => {
    const model = createModel(parts, 7)
    const draws = Array.from({ length: 4000 }, () => noiseAt(model, 'a'))
    const rms = Math.sqrt(draws.reduce((sum, value) => sum + value ** 2, 0) / draws.length)
    expect(rms).toBeGreaterThan(0.0095)
    expect(rms).toBeLessThan(0.0105)
    expect(noiseAt(model, 'c')).toBe(0)
  })
})

/** A random network of resistors, lamps and LEDs between five nets, the ground and the supply. */
const networks = fc.array(
  fc
    .record({
      kind: fc.constantFrom('resistor', 'lamp', 'led'),
      a: fc.constantFrom('gnd', 'vcc', 'n1', 'n2', 'n3', 'n4', 'n5'),
      b: fc.constantFrom('gnd', 'vcc', 'n1', 'n2', 'n3', 'n4', 'n5'),
      ohms: fc.integer({ min: 10, max: 100_000 }),
    })
    .filter(({ a, b }) => a !== b),
  { minLength: 1, maxLength: 12 },
)

test('what flows into a net flows out of it', () => {
  fc.assert(
    fc.property(networks, fc.double({ min: 0, max: 5, noNaN: true }), (network, drive) => {
      const parts = network.map(({ kind, a, b, ohms }, index) => {
        const id = `p${index}`
        if (kind === 'lamp') {
          return Part.parse({ part: 'lamp', id, a, b, coldOhms: ohms, hotOhms: 3 * ohms, ratedAmps: 0.02 })
        }
        if (kind === 'led') return Part.parse({ part: 'led', id, anode: a, cathode: b, forwardVolts: 1.8 })
        return Part.parse({ part: 'resistor', id, a, b, ohms })
      })
      const model = createModel(parts, 1)
      const standing = step(model, atRest(model), new Map([['n1', output(drive)]]), 1e-3)
      const volts = (net: string) => voltsAt(model, standing, net) ?? 0
      const into = new Map([...model.nets.keys()].map((net) => [net, -1e-10 * volts(net)]))
      const flow = (from: string, to: string, amps: number) => {
        into.set(from, (into.get(from) ?? 0) - amps)
        into.set(to, (into.get(to) ?? 0) + amps)
      }
      for (const part of parts) {
        if (part.part === 'resistor') flow(part.a, part.b, (volts(part.a) - volts(part.b)) / part.ohms)
        if (part.part === 'lamp') {
          const across = volts(part.a) - volts(part.b)
          const rise = (part.hotOhms - part.coldOhms) / part.ratedAmps
          const amps =
            (-part.coldOhms + Math.sqrt(part.coldOhms ** 2 + 4 * rise * Math.abs(across))) / (2 * rise)
          flow(part.a, part.b, Math.sign(across) * amps)
        }
        if (part.part === 'led') {
          const over = volts(part.anode) - volts(part.cathode) - part.forwardVolts
          flow(part.anode, part.cathode, Math.max(0, over) / 10)
        }
      }
      if (model.nets.has('n1')) into.set('n1', (into.get('n1') ?? 0) + (drive - volts('n1')) / 25)
      for (const [net, amps] of into) {
        if (net !== 'gnd' && net !== 'vcc') expect(Math.abs(amps)).toBeLessThan(1e-6)
      }
    }),
    { numRuns: 300 },
  )
})
