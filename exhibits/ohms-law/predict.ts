/** Predict where the point will land, then see. Pure. */
export interface Prediction {
  /** `turn` a voltage to try, `guess` its current, `seen` what was measured. */
  phase: 'turn' | 'guess' | 'seen'
  /** Where the dial stood when this round began. */
  from: number
  /** mA; null until the visitor has moved the mark: an untouched mark is no prediction. */
  guess: number | null
  seen: Seen | null
}
export interface Seen {
  volts: number
  guess: number
  measured: number
}

export type PredictEvent =
  | { type: 'volts'; volts: number }
  | { type: 'guess'; milliamps: number }
  | { type: 'see'; volts: number; measured: number | null }
  | { type: 'again'; volts: number }

/** V: what counts as having turned to a voltage of one's own, and the least that drives a current worth guessing. */
const turn = 0.3
const least = 0.5
/** mA: how near a prediction counts as close, and as near. */
export const close = 0.5
export const near = 1.5

export const newRound = (volts: number): Prediction => ({
  phase: 'turn',
  from: volts,
  guess: null,
  seen: null,
})

export function predict(state: Prediction, event: PredictEvent): Prediction {
  switch (event.type) {
    case 'volts': {
      const moved = Math.abs(event.volts - state.from) >= turn
      if (state.phase === 'turn' && moved && event.volts >= least) return { ...state, phase: 'guess' }
      // Turning on after having seen begins the next round.
      if (state.phase === 'seen' && state.seen && Math.abs(event.volts - state.seen.volts) >= turn) {
        return predict(newRound(state.seen.volts), event)
      }
      return state
    }
    case 'guess':
      return state.phase === 'guess' ? { ...state, guess: event.milliamps } : state
    case 'see': {
      if (state.phase !== 'guess' || state.guess === null || event.measured === null) return state
      return {
        ...state,
        phase: 'seen',
        seen: { volts: event.volts, guess: state.guess, measured: event.measured },
      }
    }
    case 'again':
      return newRound(event.volts)
  }
}

export function howNear({ guess, measured }: Seen): 'close' | 'near' | 'far' {
  const distance = Math.abs(guess - measured)
  return distance <= close ? 'close' : distance <= near ? 'near' : 'far'
}
