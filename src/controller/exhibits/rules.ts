import type { ChannelSpec, Manifest, Rule } from '../../shared/manifest.ts'

/**
 * An exhibit's rules as a pure machine: what its hardware and its scene say goes in, what its actuators are asked for
 * comes out. Every input has two twins, the hardware's and the scene's touch, and the one that moved last counts.
 *
 * A touch is always a movement. A reading is one only if it differs by at least the rule's deadband from where that
 * hardware stood when it last counted, so that noise never takes over from a finger. At a start and after a reset
 * nothing decides: nobody is there, and only what counts as a visitor's act moves an actuator, never a slow drift. The
 * first reading of a board, at a start or when it came back (`fresh`), is no movement: it only says where the hardware
 * stands. Nor does a movement count while the exhibit rests.
 */
export type Value = number | boolean

interface Source {
  channel: string
  via: 'hardware' | 'touch'
}

/** What a `link` or `last-moved` rule follows. Null: nothing since the start or the reset. */
interface Follower {
  source: Source | null
  /** Where each hardware twin stood when it last counted. */
  marks: ReadonlyMap<string, Value>
}

export interface RuleState {
  mode: string
  resting: boolean
  hardware: ReadonlyMap<string, Value>
  touch: ReadonlyMap<string, Value>
  /** What digital actuators were last turned to, for `toggle`. */
  turned: ReadonlyMap<string, boolean>
  followers: readonly Follower[]
}

export type RuleEvent =
  /** `fresh`: the value changed without a movement (board back, calibration changed). */
  | { type: 'reading'; channel: string; value: Value; fresh?: boolean }
  /** The hardware of this channel is not known any more. */
  | { type: 'away'; channel: string }
  | { type: 'touch'; channel: string; value: Value }
  /** Someone else (a technician) drove a digital actuator. */
  | { type: 'driven'; channel: string; value: boolean }
  | { type: 'mode'; mode: string }
  | { type: 'resting'; resting: boolean }
  /** As for the first visitor. The caller puts the actuators into their safe states. */
  | { type: 'reset' }

export interface Write {
  channel: string
  value: Value
}

export interface RuleStep {
  state: RuleState
  writes: Write[]
  /** The hardware moved and took over from a finger, or from nobody: someone acted on it. */
  tookOver: boolean
}

type Program = Pick<Manifest, 'rules' | 'channels'>
type FollowRule = Exclude<Rule, { rule: 'toggle' }>

export function initialRules(program: Program, mode: string): RuleState {
  return {
    mode,
    resting: false,
    hardware: new Map(),
    touch: new Map(),
    turned: new Map(),
    followers: program.rules.map(() => ({ source: null, marks: new Map() })),
  }
}

/** One event in, the next state and what the actuators are asked for out, in the order of the rules. */
export function stepRules(program: Program, state: RuleState, event: RuleEvent): RuleStep {
  if (event.type === 'reading') return read(program, state, event.channel, event.value, event.fresh ?? false)
  return { ...stepOther(program, state, event), tookOver: false }
}

function stepOther(
  program: Program,
  state: RuleState,
  event: Exclude<RuleEvent, { type: 'reading' }>,
): Pick<RuleStep, 'state' | 'writes'> {
  switch (event.type) {
    case 'touch':
      return touch(program, state, event.channel, event.value)
    case 'away':
      return { state: { ...state, hardware: without(state.hardware, event.channel) }, writes: [] }
    case 'driven':
      if (state.resting) return { state, writes: [] }
      return { state: { ...state, turned: withEntry(state.turned, event.channel, event.value) }, writes: [] }
    case 'mode':
      return changeMode(program, state, event.mode)
    case 'resting': {
      const next = { ...state, resting: event.resting }
      const woken = state.resting && !event.resting
      return { state: next, writes: woken ? drives(program, next, () => true) : [] }
    }
    case 'reset':
      return {
        state: {
          ...state,
          touch: new Map(),
          turned: new Map(),
          followers: state.followers.map(() => ({ source: null, marks: state.hardware })),
        },
        writes: [],
      }
  }
}

function read(program: Program, state: RuleState, channel: string, value: Value, fresh: boolean): RuleStep {
  const before = state.hardware.get(channel)
  const unmoved = fresh || before === undefined
  const hardware = withEntry(state.hardware, channel, value)
  const turns: Write[] = []
  const writes: Write[] = []
  let turned = state.turned
  let tookOver = false
  const followers = state.followers.map((follower, index): Follower => {
    const rule = program.rules[index]
    if (!rule) return follower
    if (rule.rule === 'toggle') {
      if (rule.on === channel && !unmoved && before === false && value === true && inForce(rule, state)) {
        const turn = turnOver(program, turned, rule.to)
        turned = withEntry(turned, turn.channel, turn.value)
        turns.push(turn)
      }
      return follower
    }
    if (!inputsOf(rule).includes(channel)) return follower
    const marks = withEntry(follower.marks, channel, value)
    if (!decides(follower, channel)) {
      if (unmoved || state.resting) return { ...follower, marks }
      const deadband = deadbandOf(program, rule, channel, follower)
      if (!moved(follower.marks.get(channel), value, deadband)) return follower
      tookOver = true
    }
    if (inForce(rule, state)) writes.push({ channel: rule.to, value: resultOf(program, rule, value) })
    return { source: { channel, via: 'hardware' }, marks }
  })
  return { state: { ...state, hardware, turned, followers }, writes: [...writes, ...turns], tookOver }
}

/** Whether the hardware of this channel is what the rule follows already. */
const decides = ({ source }: Follower, channel: string) =>
  source?.via === 'hardware' && source.channel === channel

function touch(program: Program, state: RuleState, channel: string, value: Value) {
  const pressed = value === true && state.touch.get(channel) !== true
  const writes: Write[] = []
  let turned = state.turned
  const spec = specOf(program, channel)
  if (spec && isActuator(spec) && !state.resting) {
    writes.push({ channel, value })
    if (typeof value === 'boolean') turned = withEntry(turned, channel, value)
  }
  const followers = state.followers.map((follower, index): Follower => {
    const rule = program.rules[index]
    if (!rule) return follower
    if (rule.rule === 'toggle') {
      if (rule.on === channel && pressed && inForce(rule, state)) {
        const turn = turnOver(program, turned, rule.to)
        turned = withEntry(turned, turn.channel, turn.value)
        writes.push(turn)
      }
      return follower
    }
    if (!inputsOf(rule).includes(channel)) return follower
    if (inForce(rule, state)) writes.push({ channel: rule.to, value: resultOf(program, rule, value) })
    return { ...follower, source: { channel, via: 'touch' } }
  })
  const next = { ...state, touch: withEntry(state.touch, channel, value), turned, followers }
  return { state: next, writes }
}

/** What comes into force drives at once; an actuator that no rule drives any more goes to its safe value. */
function changeMode(program: Program, state: RuleState, mode: string) {
  if (mode === state.mode) return { state, writes: [] }
  const next = { ...state, mode }
  const driven = new Set(program.rules.filter((rule) => inMode(rule, mode)).map((rule) => rule.to))
  const left = new Set(
    program.rules.filter((rule) => inMode(rule, state.mode) && !driven.has(rule.to)).map((rule) => rule.to),
  )
  const turned = new Map([...state.turned].filter(([channel]) => !left.has(channel)))
  const released = state.resting ? [] : [...left].flatMap((channel) => safeWrite(program, channel))
  const writes = drives(program, next, (rule) => !inMode(rule, state.mode))
  return { state: { ...next, turned }, writes: [...released, ...writes] }
}

/** What the chosen rules ask for as things stand; nothing for a rule whose source is not known. */
function drives(program: Program, state: RuleState, chosen: (rule: Rule) => boolean): Write[] {
  return program.rules.flatMap((rule, index): Write[] => {
    if (!inForce(rule, state) || !chosen(rule)) return []
    if (rule.rule === 'toggle') {
      const value = state.turned.get(rule.to)
      return value === undefined ? [] : [{ channel: rule.to, value }]
    }
    const source = state.followers[index]?.source
    if (!source) return []
    const value = (source.via === 'touch' ? state.touch : state.hardware).get(source.channel)
    return value === undefined ? [] : [{ channel: rule.to, value: resultOf(program, rule, value) }]
  })
}

function resultOf(program: Program, rule: FollowRule, value: Value): Value {
  const result = rule.rule === 'link' ? rule.slope * Number(value) + rule.offset : Number(value)
  return specOf(program, rule.to)?.kind === 'digital-out' ? result >= 0.5 : result
}

function turnOver(program: Program, turned: RuleState['turned'], channel: string) {
  const spec = specOf(program, channel)
  const now = turned.get(channel) ?? (spec?.kind === 'digital-out' && spec.safe)
  return { channel, value: !now }
}

function safeWrite(program: Program, channel: string): Write[] {
  const spec = specOf(program, channel)
  return spec && isActuator(spec) ? [{ channel, value: spec.safe }] : []
}

/**
 * How far the hardware has to move to take over. A link names no deadband: then what counts as an act counts as a
 * movement, else what the board thinks worth a report. Where nothing decides yet, less than an act is not enough.
 */
function deadbandOf(program: Program, rule: FollowRule, channel: string, { source }: Follower): number {
  const spec = specOf(program, channel)
  const analogue = spec?.kind === 'analog-in' ? spec : null
  const usual = analogue ? (analogue.activity ?? analogue.threshold * Math.abs(analogue.scale.slope)) : 0
  if (rule.rule === 'link') return usual
  return source ? rule.deadband : Math.max(rule.deadband, analogue?.activity ?? 0)
}

function moved(mark: Value | undefined, value: Value, deadband: number): boolean {
  if (mark === undefined || mark === value) return false
  if (typeof mark === 'boolean' || typeof value === 'boolean') return true
  return Math.abs(value - mark) >= deadband
}

const inputsOf = (rule: FollowRule): readonly string[] => (rule.rule === 'link' ? [rule.from] : rule.of)
const inMode = (rule: Rule, mode: string) => rule.modes?.includes(mode) ?? true
const inForce = (rule: Rule, state: RuleState) => !state.resting && inMode(rule, state.mode)

export type ActuatorSpec = Extract<ChannelSpec, { safe: unknown }>
export const isActuator = (spec: ChannelSpec): spec is ActuatorSpec => 'safe' in spec

/** A manifest's channels come from a file: `constructor` is a name like any other. */
export function specOf(program: Pick<Manifest, 'channels'>, channel: string): ChannelSpec | undefined {
  return Object.hasOwn(program.channels, channel) ? program.channels[channel] : undefined
}

const withEntry = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> =>
  new Map(map).set(key, value)

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map
  const next = new Map(map)
  next.delete(key)
  return next
}
