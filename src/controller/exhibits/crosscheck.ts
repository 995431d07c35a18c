import {
  type ChannelSpec,
  type Manifest,
  Manifest as ManifestSchema,
  Rule,
  Stage,
} from '../../shared/manifest.ts'
import type { Problem } from '../../shared/problem.ts'
import { isActuator } from './rules.ts'

/** What of a manifest can be understood: a member that cannot is null, and whatever hangs on it is not judged. */
export interface Draft {
  modes: Manifest['modes'] | null
  languages: Manifest['languages'] | null
  scenes: Manifest['scenes'] | null
  /** Every name that is declared; null where its declaration cannot be understood. */
  channels: ReadonlyMap<string, ChannelSpec | null>
  rules: readonly (Rule | null)[]
  stages: readonly (Stage | null)[]
  breadboard: Manifest['breadboard'] | null
  ages: readonly [number, number] | null
}

/** Reads what can be read, so that one mistake does not hide the others. */
export function draftOf(raw: object): Draft {
  const member = (key: string): unknown => (Object.hasOwn(raw, key) ? Reflect.get(raw, key) : undefined)
  const { shape } = ManifestSchema
  const channels = member('channels')
  return {
    modes: shape.modes.safeParse(member('modes')).data ?? null,
    languages: shape.languages.safeParse(member('languages')).data ?? null,
    scenes: shape.scenes.safeParse(member('scenes')).data ?? null,
    channels: new Map(
      typeof channels === 'object' && channels !== null
        ? Object.entries(channels).map(([name, spec]) => [
            name,
            shape.channels.valueType.safeParse(spec).data ?? null,
          ])
        : [],
    ),
    rules: listOf(member('rules')).map((rule) => Rule.safeParse(rule).data ?? null),
    stages: listOf(member('stages')).map((stage) => Stage.safeParse(stage).data ?? null),
    breadboard: shape.breadboard.safeParse(member('breadboard')).data ?? null,
    ages: shape.learning.safeParse(member('learning')).data?.ages ?? null,
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

type Found = (path: string, message: string, mend: string) => void

/** Where the members of a manifest contradict each other: all of it at once. `file` is named in each problem. */
export function crossCheck(draft: Draft, file: string): Problem[] {
  const problems: Problem[] = []
  const found: Found = (path, message, mend) =>
    problems.push({ code: 'manifest.contradiction', file, path, message, mend })

  unique(draft.modes?.map(({ id }) => id) ?? [], (index) => `modes[${index}].id`, 'mode', found)
  unique(draft.languages ?? [], (index) => `languages[${index}]`, 'language', found)
  unique(
    draft.stages.map((stage) => stage?.id),
    (index) => `stages[${index}].id`,
    'stage',
    found,
  )
  unique(
    draft.breadboard?.parts.map(({ id }) => id) ?? [],
    (index) => `breadboard.parts[${index}].id`,
    'part',
    found,
  )
  checkChannels(draft, found)
  for (const [index, rule] of draft.rules.entries())
    if (rule) checkRule(draft, rule, `rules[${index}]`, found)
  checkRivals(draft, found)
  for (const [index, stage] of draft.stages.entries())
    if (stage) checkModes(draft, stage.modes, `stages[${index}].modes`, found)
  if (draft.ages && draft.ages[0] > draft.ages[1])
    found('learning.ages', 'The ages are given upside down.', 'Give the lower age first.')
  return problems
}

function unique(
  names: readonly (string | undefined)[],
  path: (index: number) => string,
  what: string,
  found: Found,
) {
  for (const [index, name] of names.entries())
    if (name !== undefined && names.indexOf(name) < index)
      found(path(index), `There are two ${what}s ${name}.`, `Keep one, or name the other differently.`)
}

function checkChannels({ channels }: Draft, found: Found) {
  const taken = new Map<string, string>()
  for (const [name, spec] of channels) {
    if (!spec) continue
    const at = `channels.${name}`
    const other = taken.get(spec.pin)
    if (other)
      found(
        `${at}.pin`,
        `Pin ${spec.pin} is already used by ${other}.`,
        'Give each channel a pin of its own.',
      )
    taken.set(spec.pin, name)
    if (spec.pin === '0' || spec.pin === '1')
      found(`${at}.pin`, `Pin ${spec.pin} carries the serial line to the computer.`, 'Use another pin.')
    if (spec.kind === 'analog-in' && !spec.pin.startsWith('A'))
      found(
        `${at}.pin`,
        `Pin ${spec.pin} cannot measure a voltage.`,
        'Use an analogue pin: A0 to A5, on a Mega A0 to A15.',
      )
    if ((spec.kind === 'pwm-out' || spec.kind === 'servo-out') && outside(spec.safe, spec.range))
      found(
        `${at}.safe`,
        `The safe value ${spec.safe} is outside the range ${spec.range.join(' to ')}.`,
        'Use a safe value inside the range, or widen the range.',
      )
  }
}

const outside = (value: number, [low, high]: readonly [number, number]) => value < low || value > high

function checkRule(draft: Draft, rule: Rule, at: string, found: Found) {
  checkModes(draft, rule.modes, `${at}.modes`, found)
  const inputs: [path: string, channel: string][] =
    rule.rule === 'last-moved'
      ? rule.of.map((channel, index) => [`${at}.of[${index}]`, channel])
      : rule.rule === 'link'
        ? [[`${at}.from`, rule.from]]
        : [[`${at}.on`, rule.on]]
  const to = channelOf(draft, rule.to, `${at}.to`, found)
  if (to && !isActuator(to))
    found(
      `${at}.to`,
      `${rule.to} is a sensor: a rule cannot drive it.`,
      'Name an actuator (a channel whose kind ends in -out).',
    )
  if (to && rule.rule === 'toggle' && isActuator(to) && to.kind !== 'digital-out')
    found(
      `${at}.to`,
      `${rule.to} has more than two states: it cannot be turned over.`,
      'Name a digital-out channel.',
    )
  if (rule.rule === 'last-moved') unique(rule.of, (index) => `${at}.of[${index}]`, 'input', found)
  for (const [path, channel] of inputs) {
    const spec = channelOf(draft, channel, path, found)
    if (!spec) continue
    if (isActuator(spec) && !spec.touch)
      found(
        path,
        `${channel} is an actuator that no one touches: it has nothing to say.`,
        'Name a sensor, or declare "touch": true at this channel.',
      )
    else if (rule.rule === 'toggle' && 'range' in spec)
      found(path, `${channel} is not something that is pressed.`, 'Name a digital-in channel.')
    else if (rule.rule === 'last-moved' && to && isActuator(to) && 'range' in spec !== 'range' in to)
      found(
        path,
        `${channel} and ${rule.to} do not speak of the same: one is a number, the other a state.`,
        'Join numbers with numbers and states with states.',
      )
    else if (rule.rule === 'link' && to?.kind === 'digital-out' && 'range' in spec)
      found(
        path,
        `${channel} is a number, ${rule.to} a state.`,
        'Name a digital channel, or drive a channel with a range.',
      )
  }
}

function channelOf({ channels }: Draft, name: string, path: string, found: Found): ChannelSpec | null {
  if (channels.has(name)) return channels.get(name) ?? null
  const names = [...channels.keys()].join(', ')
  found(
    path,
    `There is no channel ${name}.`,
    names ? `Use one of ${names}, or declare it.` : 'Declare it in channels.',
  )
  return null
}

function checkModes({ modes }: Draft, named: readonly string[] | undefined, at: string, found: Found) {
  if (!modes || !named) return
  const known = modes.map(({ id }) => id)
  for (const [index, mode] of named.entries())
    if (!known.includes(mode))
      found(`${at}[${index}]`, `There is no mode ${mode}.`, `Use one of ${known.join(', ')}, or declare it.`)
}

/** Two rules that both hold an actuator in the same mode would undo each other; presses may share a switch. */
function checkRivals({ rules }: Draft, found: Found) {
  for (const [index, rule] of rules.entries()) {
    const rival = rules.slice(0, index).findIndex((other) => {
      if (!rule || !other || rule.to !== other.to) return false
      if (rule.rule === 'toggle' && other.rule === 'toggle') return false
      return !rule.modes || !other.modes || rule.modes.some((mode) => other.modes?.includes(mode))
    })
    if (rule && rival >= 0)
      found(
        `rules[${index}].to`,
        `rules[${rival}] drives ${rule.to} in the same mode.`,
        'Limit the two rules to different modes, or join them into one last-moved rule.',
      )
  }
}
