import type { Mcu, PinHold, PinState } from '../../../shared/board.ts'
import type { Part } from '../../../shared/breadboard.ts'
import type { Pin } from '../../../shared/ids.ts'

/** What a worker is born with. */
export interface Birth {
  readonly mcu: Mcu
  readonly flash: Uint8Array
  readonly eeprom: Uint8Array
  readonly parts: readonly Part[]
  readonly seed: number
}

/** What the worker is asked; each has one answer with the same id. `drain` is answered when the line has carried all. */
export type Request =
  | { readonly type: 'read'; readonly pin: Pin }
  | { readonly type: 'hold'; readonly pin: Pin; readonly hold: PinHold }
  | { readonly type: 'release'; readonly pin: Pin }
  | { readonly type: 'drain' }
  | { readonly type: 'load' }
  /** The last word: what the EEPROM holds comes back, and the worker ends. */
  | { readonly type: 'stop' }

export interface Answers {
  read: PinState
  hold: PinState
  release: PinState
  drain: null
  load: Load
  stop: Uint8Array
}

/** What a worker has cost since it began. */
export interface Load {
  /** Seconds of the processor's time. */
  readonly cpuSeconds: number
  /** Seconds on the board's clock. */
  readonly boardSeconds: number
  /** Seconds that the board fell behind the wall clock and that were dropped. */
  readonly droppedSeconds: number
}

export type ToWorker =
  | { readonly type: 'request'; readonly id: number; readonly request: Request }
  /** The line is opened (and the board reset): `session` marks what comes from now on. */
  | { readonly type: 'open'; readonly session: number; readonly baudRate: number }
  | { readonly type: 'baud'; readonly baudRate: number }
  | { readonly type: 'close' }
  | { readonly type: 'reset' }
  | { readonly type: 'bytes'; readonly data: Uint8Array }
  | { readonly type: 'flush' }
  | { readonly type: 'power'; readonly on: boolean }
  /** Whether pin changes are wanted. */
  | { readonly type: 'watch'; readonly on: boolean }

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly type: 'bytes'; readonly session: number; readonly data: Uint8Array }
  /** So many of the host's bytes have gone over the line. */
  | { readonly type: 'arrived'; readonly session: number; readonly count: number }
  | { readonly type: 'eeprom'; readonly data: Uint8Array }
  | { readonly type: 'pins'; readonly states: readonly PinState[] }
