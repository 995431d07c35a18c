import type { Part } from '../../../shared/breadboard.ts'
import { LinearSystem } from './linear.ts'
import { createRandom, gaussian, hash, type Random } from './random.ts'

export const SUPPLY_VOLTS = 5

/** What joins each net to ground so that a floating one has a voltage (0 V) at all: 10 GΩ. */
const LEAK_SIEMENS = 1e-10
/** A closed contact: 50 mΩ. */
const CONTACT_SIEMENS = 20
/** A follower's output, ideal but for 10 mΩ, so that it may meet another source. */
const FOLLOWER_SIEMENS = 100
/** The resistance of an LED beyond its forward voltage, in ohms. */
const LED_OHMS = 10
/** A relay pulls in above 2.5 V, and lets go a little below. */
const PULL_IN_VOLTS = 2.5
const DROP_OUT_VOLTS = 2.3
const TOLERATED_VOLTS = 1e-9
const MAX_ITERATIONS = 60
/** A capacitor that moves more slowly than this has settled, in volts a second: 20 µV short of its end at 20 ms. */
const SETTLED_RATE = 1e-3

/** What drives a net from outside of the breadboard: a voltage behind a resistance; 0 Ω is an ideal source. */
export interface Drive {
  readonly volts: number
  readonly ohms: number
}

/** A breadboard made ready to be solved: its nets in order, its parts with the values that this board's seed drew. */
export interface Model {
  readonly nets: ReadonlyMap<string, number>
  readonly parts: readonly Part[]
  readonly random: Random
}

/** Where a breadboard stands. `volts` is by the model's net order. */
export interface Standing {
  readonly volts: Float64Array
  /** By part id: a relay that has pulled in, a button that is pressed, an LED that conducts. */
  readonly closed: ReadonlySet<string>
  /** By potentiometer id, 0 to 1. */
  readonly positions: ReadonlyMap<string, number>
  /** False while a capacitor still charges or a relay has just moved: solve again soon. */
  readonly settled: boolean
}

const wellKnown: Readonly<Record<string, number>> = { gnd: 0, vcc: SUPPLY_VOLTS }

/**
 * Draws every part's value within its tolerance: the same seed and part id give the same part, whatever else stands on
 * the board.
 */
export function createModel(parts: readonly Part[], seed: number): Model {
  const nets = new Map<string, number>()
  for (const part of parts) {
    for (const net of netsOf(part)) if (!nets.has(net)) nets.set(net, nets.size)
  }
  return {
    nets,
    parts: parts.map((part) => drawn(part, createRandom(hash(`${seed}:${part.id}`)))),
    random: createRandom(hash(`${seed}:noise`)),
  }
}

/** The breadboard as power comes on: capacitors empty, relays at rest, potentiometers where they stand at first. */
export function atRest(model: Model): Standing {
  const positions = new Map<string, number>()
  for (const part of model.parts) if (part.part === 'potentiometer') positions.set(part.id, part.position)
  return { volts: new Float64Array(model.nets.size), closed: new Set(), positions, settled: false }
}

/** A net's voltage; null for a net that no part stands on. */
export function voltsAt(model: Model, standing: Standing, net: string): number | null {
  const fixed = wellKnown[net]
  if (fixed !== undefined) return fixed
  const index = model.nets.get(net)
  return index === undefined ? null : (standing.volts[index] ?? 0)
}

/** One draw of the noise on a net, in volts: what its potentiometers' wipers and shunts add to a measurement. */
export function noiseAt(model: Model, net: string): number {
  let power = 0
  for (const part of model.parts) {
    if (part.part === 'potentiometer' && part.wiper === net) power += part.noise ** 2
    if (part.part === 'shunt' && (part.a === net || part.b === net)) power += part.noise ** 2
  }
  return power === 0 ? 0 : Math.sqrt(power) * gaussian(model.random)
}

/**
 * The breadboard `seconds` later (at least 1 µs is counted), driven as given: nodal analysis with ideal sources taken out as
 * known nets, capacitors by backward Euler, lamps by Newton's method, LEDs and followers at their rails by trying
 * their states, relays after the rest has settled.
 */
export function step(
  model: Model,
  before: Standing,
  drives: ReadonlyMap<string, Drive>,
  seconds: number,
): Standing {
  const elapsed = Math.max(seconds, 1e-6)
  const closed = new Set(before.closed)
  let volts = before.volts
  let moved = false
  for (let round = 0; round <= model.parts.length; round++) {
    volts = settleNonlinear(model, before, volts, closed, drives, elapsed)
    const changed = moveRelays(model, volts, closed)
    moved ||= changed
    if (!changed) break
  }
  const drift = model.parts.some(
    (part) =>
      part.part === 'capacitor' &&
      Math.abs(across(model, volts, part.a, part.b) - across(model, before.volts, part.a, part.b)) >
        SETTLED_RATE * elapsed,
  )
  return { volts, closed, positions: before.positions, settled: !drift && !moved }
}

function settleNonlinear(
  model: Model,
  before: Standing,
  start: Float64Array,
  closed: Set<string>,
  drives: ReadonlyMap<string, Drive>,
  seconds: number,
): Float64Array {
  let volts = start
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const next = solveOnce(model, before, volts, closed, drives, seconds)
    const switched = switchDiodes(model, next, closed)
    const largest = next.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (volts[index] ?? 0))),
      0,
    )
    volts = next
    if (!switched && largest < TOLERATED_VOLTS) break
  }
  return volts
}

/** Stamps every part as conductances and currents at `guess` and solves for all nets at once. */
function solveOnce(
  model: Model,
  before: Standing,
  guess: Float64Array,
  closed: ReadonlySet<string>,
  drives: ReadonlyMap<string, Drive>,
  seconds: number,
): Float64Array {
  const system = new LinearSystem(model.nets.size)
  const at = (net: string) => model.nets.get(net) ?? 0
  const conduct = (a: string, b: string, siemens: number) => {
    system.add(at(a), at(a), siemens)
    system.add(at(b), at(b), siemens)
    system.add(at(a), at(b), -siemens)
    system.add(at(b), at(a), -siemens)
  }
  /** A current source that takes from a and gives to b. */
  const push = (a: string, b: string, amps: number) => {
    system.addRight(at(a), -amps)
    system.addRight(at(b), amps)
  }
  for (const part of model.parts) {
    switch (part.part) {
      case 'resistor':
      case 'shunt':
        conduct(part.a, part.b, 1 / part.ohms)
        break
      case 'potentiometer': {
        // A wiper never quite reaches the end of its track.
        const position = Math.min(1 - 1e-6, Math.max(1e-6, before.positions.get(part.id) ?? part.position))
        conduct(part.low, part.wiper, 1 / (part.ohms * position))
        conduct(part.wiper, part.high, 1 / (part.ohms * (1 - position)))
        break
      }
      case 'capacitor': {
        const siemens = part.farads / seconds
        conduct(part.a, part.b, siemens)
        push(part.b, part.a, siemens * across(model, before.volts, part.a, part.b))
        break
      }
      case 'button':
        if (closed.has(part.id)) conduct(part.a, part.b, CONTACT_SIEMENS)
        break
      case 'relay':
        conduct(part.common, closed.has(part.id) ? part.closed : part.open, CONTACT_SIEMENS)
        break
      case 'follower': {
        const input = guess[at(part.input)] ?? 0
        system.add(at(part.output), at(part.output), FOLLOWER_SIEMENS)
        if (input < 0) break
        if (input > SUPPLY_VOLTS) system.addRight(at(part.output), FOLLOWER_SIEMENS * SUPPLY_VOLTS)
        else system.add(at(part.output), at(part.input), -FOLLOWER_SIEMENS)
        break
      }
      case 'lamp': {
        const { siemens, amps } = lampAt(part, across(model, guess, part.a, part.b))
        conduct(part.a, part.b, siemens)
        push(part.a, part.b, amps)
        break
      }
      case 'led':
        if (!closed.has(part.id)) break
        conduct(part.anode, part.cathode, 1 / LED_OHMS)
        push(part.cathode, part.anode, part.forwardVolts / LED_OHMS)
        break
    }
  }
  for (const [net, row] of model.nets) {
    const drive = drives.get(net)
    const ideal = wellKnown[net] ?? (drive?.ohms === 0 ? drive.volts : undefined)
    system.add(row, row, LEAK_SIEMENS)
    if (drive && drive.ohms > 0) {
      system.add(row, row, 1 / drive.ohms)
      system.addRight(row, drive.volts / drive.ohms)
    }
    if (ideal !== undefined) system.fix(row, ideal)
  }
  return system.solve()
}

/** The volts from b to a. */
function across(model: Model, volts: Float64Array, a: string, b: string): number {
  return (volts[model.nets.get(a) ?? 0] ?? 0) - (volts[model.nets.get(b) ?? 0] ?? 0)
}

/**
 * A lamp at `volts`: its current solves (cold + k·|i|)·|i| = |v|; what is returned is the tangent there, a conductance with
 * a current source beside it.
 */
function lampAt(lamp: Extract<Part, { part: 'lamp' }>, volts: number): { siemens: number; amps: number } {
  const rise = Math.max(0, (lamp.hotOhms - lamp.coldOhms) / lamp.ratedAmps)
  const magnitude =
    (2 * Math.abs(volts)) / (lamp.coldOhms + Math.sqrt(lamp.coldOhms ** 2 + 4 * rise * Math.abs(volts)))
  const siemens = 1 / (lamp.coldOhms + 2 * rise * magnitude)
  return { siemens, amps: Math.sign(volts) * magnitude - siemens * volts }
}

/** An LED conducts above its forward voltage; says whether one has changed its mind. */
function switchDiodes(model: Model, volts: Float64Array, closed: Set<string>): boolean {
  let switched = false
  for (const part of model.parts) {
    if (part.part !== 'led') continue
    const forward = across(model, volts, part.anode, part.cathode) - part.forwardVolts
    const on = closed.has(part.id)
    if (on === forward > 0) continue
    // Within rounding it stays as it is, or it would switch for ever.
    if (Math.abs(forward) < 1e-9) continue
    switched = true
    if (on) closed.delete(part.id)
    else closed.add(part.id)
  }
  return switched
}

function moveRelays(model: Model, volts: Float64Array, closed: Set<string>): boolean {
  let moved = false
  for (const part of model.parts) {
    if (part.part !== 'relay') continue
    const coil = volts[model.nets.get(part.coil) ?? 0] ?? 0
    const on = closed.has(part.id)
    if (!on && coil > PULL_IN_VOLTS) closed.add(part.id)
    else if (on && coil < DROP_OUT_VOLTS) closed.delete(part.id)
    else continue
    moved = true
  }
  return moved
}

function netsOf(part: Part): string[] {
  switch (part.part) {
    case 'potentiometer':
      return [part.low, part.wiper, part.high]
    case 'follower':
      return [part.input, part.output]
    case 'relay':
      return [part.coil, part.common, part.open, part.closed]
    case 'led':
      return [part.anode, part.cathode]
    default:
      return [part.a, part.b]
  }
}

function drawn(part: Part, random: Random): Part {
  const factor = 'tolerance' in part ? 1 + part.tolerance * (2 * random() - 1) : 1
  switch (part.part) {
    case 'potentiometer':
    case 'resistor':
    case 'shunt':
      return { ...part, ohms: part.ohms * factor }
    case 'capacitor':
      return { ...part, farads: part.farads * factor }
    case 'lamp':
      return { ...part, coldOhms: part.coldOhms * factor, hotOhms: part.hotOhms * factor }
    case 'led':
      return { ...part, forwardVolts: part.forwardVolts * factor }
    default:
      return part
  }
}
