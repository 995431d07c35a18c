import type { BoardStatus } from '../../shared/board.ts'
import type { Calibration, ChannelData, ChannelValue, Quality, QualityReason } from '../../shared/channel.ts'
import type { Pin } from '../../shared/ids.ts'
import type { ChannelSpec } from '../../shared/manifest.ts'
import {
  clip,
  type InputSpec,
  inputQuality,
  isInput,
  type OutputSpec,
  rawOf,
  slewStep,
  toValue,
} from './scale.ts'

/*
 * One channel as a value that is never changed: each function below makes the next one from it and from what happened.
 * `now` is the wall clock, ms.
 */

export interface ChannelState {
  readonly exhibit: string
  readonly channel: string
  readonly spec: ChannelSpec
  readonly binding: { readonly board: string; readonly pin: Pin }
  /** Whether the board is there, and if not, how it went. */
  readonly board: 'ready' | 'away' | 'mute'
  readonly calibration: Calibration | null
  readonly raw: number | null
  readonly value: ChannelData
  readonly at: number | null
  /** An input: a reading came since the board is there. */
  readonly fresh: boolean
  /** An output: what was asked for last, within the limits; null before anything was. */
  readonly target: number | boolean | null
  /** An output: what was asked lay outside the limits. */
  readonly limited: boolean
  /** An output: what the board said against it. */
  readonly objection: 'refused' | 'safe-state' | null
  readonly quality: Quality
  readonly reason: QualityReason | null
  readonly since: number
}

export function newChannel(
  exhibit: string,
  channel: string,
  spec: ChannelSpec,
  binding: { board: string; pin: Pin },
  now: number,
): ChannelState {
  return judge(
    {
      exhibit,
      channel,
      spec,
      binding,
      board: 'away',
      calibration: null,
      raw: isInput(spec) ? null : rawOf(spec, spec.safe),
      value: isInput(spec) ? null : spec.safe,
      at: null,
      fresh: false,
      target: null,
      limited: false,
      objection: null,
      quality: 'bad',
      reason: 'no-board',
      since: now,
    },
    now,
  )
}

/** A board that fell silent is told from one whose port is gone. */
export function boardPresence({ state, problem }: Pick<BoardStatus, 'state' | 'problem'>) {
  if (state === 'ready') return 'ready'
  return problem?.code === 'board.mute' ? 'mute' : 'away'
}

/** The board came, went or fell silent. What it drives is safe while it is away, so a slew begins there again. */
export function onBoard(state: ChannelState, board: ChannelState['board'], now: number): ChannelState {
  if (board === state.board) return state
  const next = { ...state, board, fresh: board === 'ready' && state.fresh, objection: null }
  return judge(board === 'ready' || isInput(state.spec) ? next : atSafe(next, state.spec), now)
}

/** A slewed output starts again from its safe state; any other goes back to where it stood at once. */
function atSafe(state: ChannelState, spec: OutputSpec): ChannelState {
  return 'slew' in spec && spec.slew !== undefined
    ? { ...state, value: spec.safe, raw: rawOf(spec, spec.safe) }
    : state
}

export function onReading(state: ChannelState, raw: number, at: number, now: number): ChannelState {
  if (!isInput(state.spec)) return state
  return judge({ ...state, raw, at, fresh: true, value: toValue(state.spec, raw, state.calibration) }, now)
}

/** Another calibration holds: the last reading is seen with it. */
export function onCalibration(
  state: ChannelState,
  calibration: Calibration | null,
  now: number,
): ChannelState {
  if (!isInput(state.spec) || calibration === state.calibration) return state
  const value = state.raw === null ? null : toValue(state.spec, state.raw, calibration)
  return judge({ ...state, calibration, value }, now)
}

/** The board refused a command, or put its actuators into their safe states, or took them out of there. */
export function onObjection(
  state: ChannelState,
  what: 'refused' | 'safe-state' | 'restored',
  now: number,
): ChannelState {
  if (isInput(state.spec)) return state
  if (what === 'restored') return judge({ ...state, objection: null }, now)
  const next = { ...state, objection: what }
  return judge(what === 'safe-state' ? atSafe(next, state.spec) : next, now)
}

/**
 * Someone asks for a value: within the limits it becomes the target. Without a slew rate it is the value at once, else
 * `step` moves there.
 */
export function ask(state: ChannelState, asked: number | boolean, now: number): ChannelState {
  const { spec } = state
  if (isInput(spec)) return state
  if (spec.kind === 'digital-out' || typeof asked === 'boolean') {
    const value = Boolean(asked)
    return judge(settle({ ...state, target: value, limited: false, objection: null, at: now }, value), now)
  }
  const target = clip(asked, spec.range)
  const next = { ...state, target, limited: target !== asked, objection: null, at: now }
  return judge(spec.slew === undefined ? settle(next, target) : next, now)
}

/** Straight to the safe state, without regard to a slew rate. */
export function makeSafe(state: ChannelState, now: number): ChannelState {
  if (isInput(state.spec)) return state
  const { safe } = state.spec
  const next = { ...state, target: safe, limited: false, objection: null, at: now }
  return judge(settle(next, safe), now)
}

/** One step of the slew, `elapsed` ms after the one before. */
export function step(state: ChannelState, elapsed: number, now: number): ChannelState {
  const { spec, value, target } = state
  if (!isRamping(state) || isInput(spec) || spec.kind === 'digital-out' || spec.slew === undefined)
    return state
  return judge(
    settle({ ...state, at: now }, slewStep(Number(value), Number(target), spec.slew, elapsed)),
    now,
  )
}

/** True while a slew rate holds the value away from what was asked, and the board is there to move. */
export const isRamping = (state: ChannelState): boolean =>
  state.board === 'ready' &&
  state.objection !== 'safe-state' &&
  state.target !== null &&
  state.value !== state.target

function settle(state: ChannelState, value: number | boolean): ChannelState {
  return isInput(state.spec) ? state : { ...state, value, raw: rawOf(state.spec, value) }
}

/** Gives the state its quality, and `since` where that is another one. */
function judge(state: ChannelState, now: number): ChannelState {
  const { quality, reason } = isInput(state.spec) ? judgeInput(state, state.spec) : judgeOutput(state)
  if (quality === state.quality && reason === state.reason) return state
  return { ...state, quality, reason, since: now }
}

interface Judgement {
  quality: Quality
  reason: QualityReason | null
}

const bad = (reason: QualityReason): Judgement => ({ quality: 'bad', reason })

function judgeInput(state: ChannelState, spec: InputSpec): Judgement {
  if (state.board === 'mute' && state.value !== null) return bad('stale')
  if (state.board !== 'ready') return bad('no-board')
  if (!state.fresh || state.value === null) return bad('no-reading')
  return inputQuality(spec, state.value, state.calibration)
}

function judgeOutput({ board, objection }: ChannelState): Judgement {
  if (board !== 'ready') return bad('no-board')
  return objection ? bad(objection) : { quality: 'good', reason: null }
}

/** The channel as others see it. */
export function tell(state: ChannelState): ChannelValue {
  const { exhibit, channel, spec, raw, quality, reason } = state
  return {
    exhibit,
    channel,
    value: state.value,
    unit: spec.unit,
    quality,
    reason,
    at: state.at === null ? null : new Date(state.at).toISOString(),
    since: new Date(state.since).toISOString(),
    raw,
    binding: state.binding,
    clipped: state.limited || (state.target !== null && state.value !== state.target),
    writable: !isInput(spec),
  }
}
