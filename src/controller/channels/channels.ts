import { join } from 'node:path'
import type { BoardStatus } from '../../shared/board.ts'
import type { CalibrationPoint, ChannelValue } from '../../shared/channel.ts'
import { Listeners } from '../../shared/listeners.ts'
import { type Logger, silentLogger } from '../../shared/node/logger.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { Boards, InputSetup, OutputSetup, Reading } from '../boards/index.ts'
import { type Actuator, actuatorOn } from './actuators.ts'
import { Calibrations } from './calibrations.ts'
import {
  ask,
  boardPresence,
  type ChannelState,
  isRamping,
  makeSafe,
  newChannel,
  onBoard,
  onCalibration,
  onObjection,
  onReading,
  step,
  tell,
} from './channel.ts'
import { type InputSpec, isInput, type OutputSpec, rawLimits } from './scale.ts'
import type { BoundExhibit, CalibrationHistory, Channels } from './types.ts'

/** How often a slewed output is moved on: 50 steps a second look smooth. */
const RAMP_EVERY = 20

export interface ChannelsOptions {
  exhibits: readonly BoundExhibit[]
  boards: Boards
  dataDir: string
  /** The wall clock in ms; `Date.now` where absent. */
  clock?: () => number
  logger?: Logger
}

/** The channels of the bound exhibits. Call `start` before the boards': nothing that they report is missed then. */
export function createChannels(options: ChannelsOptions): Channels {
  return new AllChannels(options)
}

class AllChannels implements Channels {
  readonly #boards: Boards
  readonly #clock: () => number
  readonly #calibrations: Calibrations
  readonly #states = new Map<string, ChannelState>()
  /** What hangs on a pin: one channel, for a pin is bound only once. */
  readonly #byPin = new Map<string, string>()
  readonly #actuators = new Map<string, Actuator>()
  readonly #listeners: Listeners<[ChannelValue, boolean]>
  readonly #identities = new Map<string, string | null>()
  #unsubscribe: (() => void)[] = []
  #ramp: NodeJS.Timeout | null = null
  #rampedAt = 0

  constructor({ exhibits, boards, dataDir, clock = Date.now, logger = silentLogger }: ChannelsOptions) {
    this.#boards = boards
    this.#clock = clock
    this.#calibrations = new Calibrations(join(dataDir, 'controller', 'calibration.json'), logger)
    this.#listeners = new Listeners(logger)
    for (const { id, manifest, bindings } of exhibits)
      for (const [channel, spec] of Object.entries(manifest.channels)) {
        const binding = bindings[channel]
        if (!binding) continue
        const key = keyOf(id, channel)
        this.#states.set(key, newChannel(id, channel, spec, binding, this.#clock()))
        this.#byPin.set(`${binding.board} ${binding.pin}`, key)
      }
  }

  async start(): Promise<void> {
    if (this.#unsubscribe.length > 0) return
    this.#calibrations.load()
    for (const [key, { binding, spec }] of this.#states) {
      const board = this.#boards.board(binding.board)
      if (!board) continue
      if (isInput(spec)) board.input(binding.pin, inputSetup(spec))
      else {
        board.output(binding.pin, outputSetup(spec))
        this.#actuators.set(key, await actuatorOn(board.io, binding.pin, spec))
      }
    }
    this.#unsubscribe = [
      this.#boards.onStatus((status) => this.#onStatus(status)),
      this.#boards.onReading((reading) => this.#onReading(reading)),
      this.#boards.onOutput((note) => this.#onNote(note)),
    ]
    for (const status of this.#boards.list()) this.#onStatus(status)
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#unsubscribe = []
    if (this.#ramp) clearInterval(this.#ramp)
    this.#ramp = null
  }

  values(): ChannelValue[] {
    return [...this.#states.values()].map(tell)
  }

  get(exhibit: string, channel: string): ChannelValue | undefined {
    const state = this.#states.get(keyOf(exhibit, channel))
    return state && tell(state)
  }

  onValue(listener: (value: ChannelValue, measured: boolean) => void): () => void {
    return this.#listeners.add(([value, measured]) => listener(value, measured))
  }

  write(exhibit: string, channel: string, value: number | boolean): ChannelValue {
    const { key, state } = this.#find(exhibit, channel)
    if (isInput(state.spec))
      throw new MakerhallError({
        code: 'channel.not-writable',
        message: `The channel ${channel} of ${exhibit} is measured, not set.`,
        mend: 'Write to an actuator; GET /api/channels says which channels are writable.',
      })
    const isFit = state.spec.kind === 'digital-out' || (typeof value === 'number' && !Number.isNaN(value))
    if (!isFit)
      throw new MakerhallError({
        code: 'channel.not-a-number',
        message: `The channel ${channel} of ${exhibit} takes a number${state.spec.unit && ` in ${state.spec.unit}`}.`,
        mend: 'Send a number.',
      })
    return tell(this.#put(key, ask(state, value, this.#clock())))
  }

  range(exhibit: string, channel: string): [number, number] | null {
    const spec = this.#states.get(keyOf(exhibit, channel))?.spec
    return spec && 'range' in spec ? spec.range : null
  }

  safe(exhibit: string): void {
    for (const [key, state] of this.#states)
      if (state.exhibit === exhibit && !isInput(state.spec)) this.#put(key, makeSafe(state, this.#clock()))
  }

  calibration(exhibit: string, channel: string): CalibrationHistory {
    return this.#history(this.#find(exhibit, channel).state)
  }

  async calibrate(
    exhibit: string,
    channel: string,
    points: [CalibrationPoint, CalibrationPoint],
    author: string,
  ): Promise<CalibrationHistory> {
    const { state } = this.#find(exhibit, channel)
    const { pin } = state.binding
    const identity = this.#calibratable(state)
    const at = new Date(this.#clock()).toISOString()
    this.#calibrations.add({ identity, pin, points, author, at })
    this.#recalibrate(identity)
    return this.#history(state)
  }

  async undoCalibration(exhibit: string, channel: string): Promise<CalibrationHistory> {
    const { state } = this.#find(exhibit, channel)
    const identity = this.#calibratable(state)
    this.#calibrations.undo(identity, state.binding.pin)
    this.#recalibrate(identity)
    return this.#history(state)
  }

  #find(exhibit: string, channel: string): { key: string; state: ChannelState } {
    const key = keyOf(exhibit, channel)
    const state = this.#states.get(key)
    if (!state)
      throw new MakerhallError({
        code: 'channel.unknown',
        message: `There is no channel ${channel} of ${exhibit} here.`,
        mend: 'Use one that GET /api/channels names.',
      })
    return { key, state }
  }

  #history({ binding }: ChannelState): CalibrationHistory {
    const identity = this.#identities.get(binding.board) ?? null
    const [current = null, ...history] = this.#calibrations.versions(identity, binding.pin)
    return { current, history }
  }

  /** The identity of the channel's board, where the channel can be calibrated. */
  #calibratable({ exhibit, channel, spec, binding }: ChannelState): string {
    if (spec.kind !== 'analog-in' || !spec.calibration)
      throw new MakerhallError({
        code: 'calibration.not-calibratable',
        message: `The channel ${channel} of ${exhibit} has nothing to calibrate.`,
        mend: 'Calibrate a channel whose manifest declares a calibration.',
      })
    const identity = this.#identities.get(binding.board)
    if (!identity)
      throw new MakerhallError({
        code: 'calibration.no-board',
        message: `The board ${binding.board} was never met, so nobody knows which board to calibrate.`,
        mend: 'Plug the board in, and wait until it is ready.',
      })
    return identity
  }

  #recalibrate(identity: string): void {
    for (const [key, state] of this.#states)
      if (this.#identities.get(state.binding.board) === identity)
        this.#put(key, onCalibration(state, this.#calibrationOf(state), this.#clock()))
  }

  #calibrationOf({ spec, binding }: ChannelState) {
    if (spec.kind !== 'analog-in' || !spec.calibration) return null
    const identity = this.#identities.get(binding.board) ?? null
    return this.#calibrations.versions(identity, binding.pin)[0] ?? null
  }

  #onStatus(status: BoardStatus): void {
    this.#identities.set(status.id, status.identity)
    const presence = boardPresence(status)
    const now = this.#clock()
    for (const [key, state] of this.#states) {
      if (state.binding.board !== status.id) continue
      this.#put(key, onCalibration(onBoard(state, presence, now), this.#calibrationOf(state), now))
    }
  }

  #onReading({ board, pin, raw, at }: Reading): void {
    const key = this.#byPin.get(`${board} ${pin}`)
    const state = key === undefined ? undefined : this.#states.get(key)
    if (key !== undefined && state) this.#put(key, onReading(state, raw, at, this.#clock()), true)
  }

  #onNote({ board, pin, what }: Parameters<Parameters<Boards['onOutput']>[0]>[0]): void {
    for (const [key, state] of this.#states)
      if (state.binding.board === board && (pin === null || state.binding.pin === pin))
        this.#put(key, onObjection(state, what, this.#clock()))
  }

  /** Keeps the channel's next state, drives what it drives, and tells of it if there is something to tell. */
  #put(key: string, next: ChannelState, measured = false): ChannelState {
    const before = this.#states.get(key)
    if (!before || next === before) return next
    this.#states.set(key, next)
    // A refused command, or one that the safe state overtook, is worth saying again.
    const isDriven = next.raw !== before.raw || (before.objection !== null && next.objection === null)
    const wasFirst = before.target === null && next.target !== null
    if (next.raw !== null && (isDriven || wasFirst)) this.#actuators.get(key)?.write(next.raw)
    if (isRamping(next)) this.#startRamp()
    const isNews =
      next.value !== before.value ||
      next.raw !== before.raw ||
      next.quality !== before.quality ||
      next.reason !== before.reason ||
      next.limited !== before.limited ||
      next.target !== before.target
    if (isNews) this.#listeners.emit([tell(next), measured])
    return next
  }

  #startRamp(): void {
    if (this.#ramp) return
    this.#rampedAt = performance.now()
    this.#ramp = setInterval(() => this.#moveOn(), RAMP_EVERY)
  }

  #moveOn(): void {
    const now = performance.now()
    const elapsed = now - this.#rampedAt
    this.#rampedAt = now
    for (const [key, state] of this.#states) this.#put(key, step(state, elapsed, this.#clock()))
    if ([...this.#states.values()].some(isRamping)) return
    if (this.#ramp) clearInterval(this.#ramp)
    this.#ramp = null
  }
}

const keyOf = (exhibit: string, channel: string) => `${exhibit} ${channel}`

function inputSetup(spec: InputSpec): InputSetup {
  return spec.kind === 'analog-in'
    ? { kind: 'analog', interval: spec.interval, threshold: spec.threshold }
    : { kind: 'digital', interval: spec.interval, pullup: spec.pullup }
}

const outputKinds = { 'pwm-out': 'pwm', 'digital-out': 'digital', 'servo-out': 'servo' } as const

function outputSetup(spec: OutputSpec): OutputSetup {
  return { kind: outputKinds[spec.kind], ...rawLimits(spec) }
}
