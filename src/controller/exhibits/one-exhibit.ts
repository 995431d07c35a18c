import type { ChannelValue } from '../../shared/channel.ts'
import type { Fact, VisitStart } from '../../shared/event.ts'
import type { ExhibitStatus, Resting } from '../../shared/exhibit.ts'
import type { Manifest } from '../../shared/manifest.ts'
import type { Logger } from '../../shared/node/logger.ts'
import { MakerhallError, type Problem } from '../../shared/problem.ts'
import type { Channels } from '../channels/types.ts'
import { type Baselines, forgetBaseline, noBaselines, readActivity } from './activity.ts'
import {
  beginLease,
  chooseMode,
  endLease,
  type KeptLease,
  type ModeState,
  type ModeStep,
  type Now,
  passTime,
  resetMode,
  restoreMode,
} from './modes.ts'
import { initialRules, isActuator, type RuleEvent, specOf, stepRules, type Value } from './rules.ts'
import type { ExhibitPackage } from './types.ts'

interface Surroundings {
  channels: Pick<Channels, 'get' | 'write' | 'safe'>
  changed: (status: ExhibitStatus) => void
  fact: (fact: Fact) => void
  activity: (by: Exclude<VisitStart, 'touch'>) => void
  driven: () => void
  logger: Pick<Logger, 'warn' | 'error'>
}

/** What stands in for a package that cannot be read: nothing to drive, nothing to choose. */
const nothing: Pick<Manifest, 'channels' | 'rules' | 'modes' | 'stages' | 'languages' | 'idle'> = {
  channels: {},
  rules: [],
  modes: [],
  stages: [],
  languages: [],
  idle: { seconds: 60, warn: 10 },
}

/** The codes of what puts an exhibit to rest, the one that is shown first first. */
const restingOrder: readonly Resting['code'][] = ['broken-package', 'board-away', 'scene-failed']

/** One exhibit: its machines' states, and what their steps do to the channels and to whoever listens. */
export class Exhibit {
  readonly package: ExhibitPackage
  readonly #around: Surroundings
  readonly #manifest: typeof nothing
  readonly #required: readonly string[]
  readonly #touch: string[]
  readonly #rest = new Map<Resting['code'], Problem[]>()
  #modes: ModeState
  #rules: ReturnType<typeof initialRules>
  #baselines: Baselines = noBaselines
  /** What each actuator was last heard to be driven to. */
  readonly #drives = new Map<string, Value>()

  constructor(found: ExhibitPackage, around: Surroundings) {
    this.package = found
    this.#around = around
    this.#manifest = found.manifest ?? nothing
    const channels = Object.entries(this.#manifest.channels)
    this.#required = channels.flatMap(([name, spec]) => (spec.required ? [name] : []))
    this.#touch = channels.flatMap(([name, spec]) => (spec.touch ? [name] : []))
    this.#modes = { mode: this.#manifest.modes[0]?.id ?? '', lease: null }
    this.#rules = initialRules(this.#manifest, this.#modes.mode)
    if (!found.manifest) this.#rest.set('broken-package', found.problems)
  }

  /** Monotonic ms at which the lease ends, null without one. */
  get leaseEnds(): number | null {
    return this.#modes.lease?.ends ?? null
  }

  /** What a restart has to know of the lease. */
  get kept(): KeptLease | null {
    if (!this.#modes.lease) return null
    const { mode, by, begun, until } = this.#modes.lease
    return { mode, by, begun, until }
  }

  start(kept: KeptLease | undefined, now: Now): void {
    const modes = this.#manifest.modes.map(({ id }) => id)
    if (modes.length > 0) this.#apply(restoreMode(modes, kept, now))
    this.#watchBoards()
    for (const name of Object.keys(this.#manifest.channels)) {
      const value = this.#around.channels.get(this.package.id, name)
      if (value) this.#hear(value, true)
    }
  }

  status(): ExhibitStatus {
    const { manifest } = this.package
    const { modes, stages, languages, idle } = this.#manifest
    const { mode, lease } = this.#modes
    const code = restingOrder.find((one) => this.#rest.has(one))
    return {
      id: this.package.id,
      version: manifest?.version ?? null,
      hue: manifest?.hue ?? 0,
      mode: mode || null,
      modes,
      stages,
      lease: lease && {
        mode: lease.mode,
        back: lease.back,
        until: new Date(lease.until).toISOString(),
        by: lease.by,
      },
      languages,
      idle,
      resting: code ? { code, problems: this.#rest.get(code) ?? [] } : null,
      touch: this.#touch,
    }
  }

  /** A channel's value or quality changed. */
  heard(value: ChannelValue, measured: boolean): void {
    if (this.#required.includes(value.channel)) this.#watchBoards()
    this.#hear(value, measured)
  }

  /** @throws MakerhallError `mode.unknown` */
  checkMode(mode: string): void {
    const modes = this.#manifest.modes.map(({ id }) => id)
    if (modes.includes(mode)) return
    throw new MakerhallError({
      code: 'mode.unknown',
      message: `${this.package.id} has no mode ${mode}.`,
      mend: modes.length > 0 ? `Use one of ${modes.join(', ')}.` : 'Mend its package first.',
    })
  }

  beginLease(lease: { mode: string; minutes: number; by: string }, now: Now): void {
    this.#apply(beginLease(this.#modes, lease, now))
  }

  endLease(): void {
    this.#apply(endLease(this.#modes))
  }

  passTime(mono: number): void {
    this.#apply(passTime(this.#modes, mono))
  }

  /** @throws MakerhallError `mode.leased` */
  chooseMode(mode: string): void {
    if (this.#modes.lease)
      throw new MakerhallError({
        code: 'mode.leased',
        message: `${this.package.id} is kept in mode ${this.#modes.lease.mode} for a lesson.`,
        mend: 'Wait until the lesson’s time is over, or end it in the console.',
      })
    this.#apply({ state: chooseMode(this.#modes, mode), why: null })
  }

  reset(): void {
    this.#rule({ type: 'reset' })
    // Rules and activity measure from the same place: what begins a visit then also drives, and the other way round.
    this.#baselines = this.#rules.hardware
    this.#apply({ state: resetMode(this.#modes, this.#manifest.modes[0]?.id ?? ''), why: null })
    this.#safe()
  }

  /** @throws MakerhallError `channel.not-touchable`, `channel.range`, `exhibit.resting` */
  touch(channel: string, value: Value): void {
    const spec = specOf(this.#manifest, channel)
    if (!spec?.touch)
      throw new MakerhallError({
        code: 'channel.not-touchable',
        message: `A scene of ${this.package.id} may not set ${channel}.`,
        mend: `Declare "touch": true at this channel in exhibit.json.`,
      })
    const fits =
      'range' in spec
        ? typeof value === 'number' && value >= spec.range[0] && value <= spec.range[1]
        : typeof value === 'boolean'
    if (!fits)
      throw new MakerhallError({
        code: 'channel.range',
        message: `${value} is outside what ${channel} of ${this.package.id} can be.`,
        mend:
          'range' in spec ? `Use ${spec.range[0]} to ${spec.range[1]} ${spec.unit}.` : 'Use true or false.',
      })
    if (this.#rest.size > 0)
      throw new MakerhallError({
        code: 'exhibit.resting',
        message: `${this.package.id} is resting.`,
        mend: 'See in the console why, and mend that.',
      })
    this.#rule({ type: 'touch', channel, value })
  }

  rest(code: Resting['code'], problems: Problem[] | null): void {
    const before = this.#rest.get(code)
    if (problems === null ? !before : JSON.stringify(before) === JSON.stringify(problems)) return
    const resting = this.#rest.size > 0
    if (problems) this.#rest.set(code, problems)
    else this.#rest.delete(code)
    const rests = this.#rest.size > 0
    if (resting !== rests) this.#rule({ type: 'resting', resting: rests })
    if (!resting && rests) this.#safe()
    this.#around.changed(this.status())
  }

  /** Rests while the board of a required channel is away, and only then. */
  #watchBoards(): void {
    const problems = this.#required.flatMap((name): Problem[] => {
      const value = this.#around.channels.get(this.package.id, name)
      if (value?.quality !== 'bad' || (value.reason !== 'no-board' && value.reason !== 'stale')) return []
      const board = value.binding?.board
      return [
        {
          code: 'board.away',
          message: `The channel ${name} is required, and ${board ? `the board ${board}` : 'its board'} is away.`,
          mend: 'Look at the board’s row in the console: it says what to do.',
        },
      ]
    })
    this.rest('board-away', problems.length > 0 ? problems : null)
  }

  #hear({ channel, value, quality }: ChannelValue, measured: boolean): void {
    const spec = specOf(this.#manifest, channel)
    if (!spec) return
    if (isActuator(spec)) {
      if (typeof value === 'boolean' && quality === 'good') this.#rule({ type: 'driven', channel, value })
      if (value === null || value === (this.#drives.get(channel) ?? spec.safe)) return
      this.#drives.set(channel, value)
      if (value !== spec.safe) this.#around.driven()
      return
    }
    if (quality === 'bad' || value === null) {
      this.#rule({ type: 'away', channel })
      this.#baselines = forgetBaseline(this.#baselines, channel)
      return
    }
    // A value that is good again but not measured again is the old one: only a reading says where the hardware stands.
    if (!measured && !this.#rules.hardware.has(channel)) return
    const fresh = !measured
    const tookOver = this.#rule({ type: 'reading', channel, value, fresh })
    const reading = { channel, value, fresh, tookOver }
    const { baselines, by } = readActivity(this.#manifest, this.#baselines, reading)
    this.#baselines = baselines
    if (by && this.#rest.size === 0) this.#around.activity(by)
  }

  /** @returns whether the hardware took over */
  #rule(event: RuleEvent): boolean {
    const { state, writes, tookOver } = stepRules(this.#manifest, this.#rules, event)
    this.#rules = state
    for (const { channel, value } of writes) {
      try {
        this.#around.channels.write(this.package.id, channel, value)
      } catch (error) {
        this.#around.logger.error(
          { err: error, exhibit: this.package.id, channel },
          'a rule could not drive its actuator',
        )
      }
    }
    return tookOver
  }

  #safe(): void {
    try {
      this.#around.channels.safe(this.package.id)
    } catch (error) {
      this.#around.logger.error({ err: error, exhibit: this.package.id }, 'an exhibit could not be made safe')
    }
  }

  #apply({ state, why }: ModeStep): void {
    if (state === this.#modes) return
    this.#modes = state
    this.#rule({ type: 'mode', mode: state.mode })
    if (why) this.#around.fact({ type: 'mode.changed', exhibit: this.package.id, mode: state.mode, why })
    this.#around.changed(this.status())
  }
}
