import type { BoardStatus, PinHold, PinState } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'
import type { IoPlugin } from './io-plugin.ts'

/** One reading of one input pin. */
export interface Reading {
  board: string
  pin: Pin
  /** ADC counts (0 to 1023) or a level (0 or 1). */
  raw: number
  /** When it was measured: the board's own time put on the controller's wall clock, in ms since 1970. */
  at: number
}

export type InputSetup =
  | { kind: 'analog'; interval: number; threshold: number }
  | { kind: 'digital'; interval: number; pullup: boolean }

/** Everything in raw units: duty 0 to 255, level 0 or 1, servo pulse in µs. */
export interface OutputSetup {
  kind: 'pwm' | 'digital' | 'servo'
  min: number
  max: number
  safe: number
}

/**
 * A board of the site file. It outlives its connection: what was set up is set up again when the board is back, and
 * what was last written is written again.
 */
export interface Board {
  readonly id: string
  /** Johnny-Five's IO plugin: components are built on it once and kept. */
  readonly io: IoPlugin
  status(): BoardStatus
  /** Has the pin reported from now on. */
  input(pin: Pin, setup: InputSetup): void
  /** Declares the pin an actuator; the board itself keeps the limits and the safe state. Write through `io`. */
  output(pin: Pin, setup: OutputSetup): void
  /** All outputs of this board into their safe states, now. */
  safe(): void
}

/** Only a virtual board has pins that can be looked at and held from outside. */
export interface VirtualPins {
  read(pin: Pin): Promise<PinState>
  hold(pin: Pin, hold: PinHold): Promise<PinState>
  release(pin: Pin): Promise<PinState>
}

export interface Boards {
  start(): Promise<void>
  stop(): Promise<void>
  list(): BoardStatus[]
  board(id: string): Board | undefined
  /** Null for a board that is not virtual. */
  pins(id: string): VirtualPins | null
  /** Looks for boards at once, at every port. */
  lookAgain(): void
  onStatus(listener: (status: BoardStatus) => void): () => void
  onReading(listener: (reading: Reading) => void): () => void
  /** An actuator's last command was refused by the board, or the board put it into its safe state. */
  onOutput(
    listener: (note: { board: string; pin: Pin | null; what: 'refused' | 'safe-state' | 'restored' }) => void,
  ): () => void
}
