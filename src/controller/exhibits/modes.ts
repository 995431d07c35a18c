/**
 * Modes and leases of one exhibit, as functions of state and time. A lease is a mode for some time; it counts monotonic
 * time, so that setting the clock neither cuts nor stretches it. Its wall times are what people are shown and what is
 * kept over a restart, where no monotonic clock goes on.
 */
export interface Now {
  /** ms since 1970, by a clock that someone may set. */
  wall: number
  /** ms by a clock that nobody sets. */
  mono: number
}

interface ActiveLease {
  mode: string
  /** What the exhibit goes back to. */
  back: string
  by: string
  /** Wall clock, ms. */
  begun: number
  until: number
  /** Monotonic clock, ms: what decides. */
  ends: number
}

export interface ModeState {
  mode: string
  lease: ActiveLease | null
}

/** A lease as kept over a restart. */
export interface KeptLease {
  mode: string
  by: string
  begun: number
  until: number
}

/** Why the mode changed, where someone other than the visitor changed it. */
type Why = 'lease' | 'reverted' | 'ended'

export interface ModeStep {
  state: ModeState
  why: Why | null
}

/** Begins a lease, or puts another in its place; what the exhibit goes back to stays what it was before the first. */
export function beginLease(
  state: ModeState,
  { mode, minutes, by }: { mode: string; minutes: number; by: string },
  now: Now,
): ModeStep {
  const lasts = minutes * 60_000
  const back = state.lease?.back ?? state.mode
  const lease = { mode, back, by, begun: now.wall, until: now.wall + lasts, ends: now.mono + lasts }
  return { state: { mode, lease }, why: 'lease' }
}

export function endLease(state: ModeState): ModeStep {
  return state.lease ? { state: { mode: state.lease.back, lease: null }, why: 'ended' } : { state, why: null }
}

/** Reverts a lease whose time is over. */
export function passTime(state: ModeState, mono: number): ModeStep {
  return state.lease && mono >= state.lease.ends
    ? { state: { mode: state.lease.back, lease: null }, why: 'reverted' }
    : { state, why: null }
}

/** A visitor's own choice; a lease does not let go of its mode. */
export function chooseMode(state: ModeState, mode: string): ModeState {
  return state.lease ? state : { mode, lease: null }
}

/** As for the first visitor: the lease's mode, else the default; and a lease ends in the default. */
export function resetMode(state: ModeState, usual: string): ModeState {
  if (state.lease)
    return state.lease.back === usual ? state : { ...state, lease: { ...state.lease, back: usual } }
  return state.mode === usual ? state : { mode: usual, lease: null }
}

/**
 * At a start. A kept lease goes on for the rest of its time; it reverts if its end has passed, if the clock stands
 * before its beginning (then the clock cannot be trusted, nor how much is left), or if its mode is no longer there.
 * @param modes the exhibit's modes, the default first
 */
export function restoreMode(modes: readonly string[], kept: KeptLease | undefined, now: Now): ModeStep {
  const usual = modes[0] ?? ''
  if (!kept) return { state: { mode: usual, lease: null }, why: null }
  const over = now.wall >= kept.until || now.wall < kept.begun
  if (over || !modes.includes(kept.mode)) return { state: { mode: usual, lease: null }, why: 'reverted' }
  const ends = now.mono + (kept.until - now.wall)
  return { state: { mode: kept.mode, lease: { ...kept, back: usual, ends } }, why: null }
}
