/** The protocol that this codec and the firmware beside it speak. */
export const protocolVersion = 1

/** Actuators go to their safe states this long after the last command, in ms. Send a `beat` every 100 to 150 ms. */
export const heartbeatTimeout = 400

/** So many answers a board remembers: have at most this many commands under way at once. */
export const answerWindow = 8

/** The most bytes that a calibration slot holds. */
export const calibrationBytes = 40

export const pinModes = ['off', 'input', 'pullup', 'analog', 'output', 'pwm', 'servo'] as const
export type PinMode = (typeof pinModes)[number]

/**
 * What a board can be told. `pin` is the Arduino pin number; A0 is the hello's `analogBase`.
 * Values are raw: 0 or 1 (output), 0 to 255 (pwm), µs of pulse (servo).
 */
export type Command =
  | { command: 'hello' }
  /** Nothing but a sign of life; every other command is one too. */
  | { command: 'beat' }
  | { command: 'mode'; pin: number; mode: PinMode }
  /** `write` keeps within `min` and `max`; `safe` may lie outside of them. Driven from here on, at `safe`. */
  | { command: 'limits'; pin: number; min: number; max: number; safe: number }
  /** At most one report each `interval` ms, at changes of `threshold` counts (1 for a digital pin) or more. */
  | { command: 'report'; pin: number; interval: number; threshold: number }
  | { command: 'write'; pin: number; value: number }
  /** All actuators into their safe states, now. */
  | { command: 'safe' }
  /** A board that has another identity takes a new one only from who names the old one in `replaces`. */
  | { command: 'identify'; identity: string; replaces?: string }
  /** The ack's first result is what `decodeBytes` reads. */
  | { command: 'calibration-read'; slot: number }
  /** At most 40 bytes; none empties the slot. Answered when it is in the EEPROM, after up to 0.3 s. */
  | { command: 'calibration-write'; slot: number; bytes: Uint8Array }
  | { command: 'stats' }

export interface Capabilities {
  digital: number[]
  analog: number[]
  pwm: number[]
  servo: number[]
  /** The pin number of A0. */
  analogBase: number
  /** The longest reporting interval, in ms. */
  maxInterval: number
  /** How many pins can report at once. */
  maxReports: number
  /** How many servos can run at once. */
  maxServos: number
  /** Calibration slots, counted from 0. By custom slot n belongs to A<n>. */
  calibrationSlots: number
}

/** What a board says. `time` is its own clock in µs, a uint32 that starts again after 71.6 minutes. */
export type BoardLine =
  | {
      kind: 'hello'
      protocol: number
      firmware: string
      /** Null while the EEPROM is blank. */
      identity: string | null
      /** Four hexadecimal digits, another one after each start of the board. */
      nonce: string
      /** The last sequence number that it carried out since its start. Go on with the next (uint16). */
      seq: number
      mcu: 'uno' | 'mega'
      /** Why it started: `power`, `external`, `brown-out`, `watchdog` or `unknown`. */
      cause: string
      capabilities: Capabilities
    }
  /** A hello in a protocol that this codec does not speak. */
  | { kind: 'foreign-hello'; protocol: number; firmware: string }
  | { kind: 'ack'; seq: number; time: number; result: string[] }
  /** `error` is a key of `boardErrors`, or a later firmware's name. */
  | { kind: 'refusal'; seq: number; time: number; error: string }
  /** `seq` (uint16) counts reports: a gap means that some were lost. */
  | { kind: 'report'; seq: number; time: number; values: { pin: number; value: number }[] }
  /** All actuators went to their safe states. `cause`: `heartbeat`, `command`, `watchdog`, or a later one. */
  | { kind: 'safe'; time: number; cause: string }

/** Every reason for which a board refuses a command, with its meaning. */
export const boardErrors = {
  stale: 'The nonce is not that of this start of the board: ask for its hello and set it up again.',
  'old-sequence': 'Newer commands were carried out since, so this one is not: send it under a new number.',
  'unknown-command': 'This firmware does not know the command.',
  'bad-argument': 'Too many or too few arguments, or one that is not what it should be.',
  'unknown-pin': 'This board has no such pin.',
  'reserved-pin': 'The pin carries the serial line.',
  'unsupported-mode': 'The pin cannot do that.',
  'timer-conflict': 'Servos and PWM on this pin need the same timer.',
  'too-many-servos': 'All servo places are taken.',
  'too-many-reports': 'All reporting places are taken.',
  'wrong-mode': 'The pin is not in a mode for this command.',
  'no-limits': 'No limits were declared for the pin since its mode was set.',
  'bad-limits': 'The lower limit is above the upper one.',
  'out-of-limits': 'The value is outside the declared limits.',
  'out-of-range': 'The number is outside what the mode or the command allows.',
  'unknown-slot': 'There is no such calibration slot.',
  'identity-set': 'The board has another identity already; name it to replace it.',
  busy: 'The EEPROM is still being written.',
  'eeprom-failed': 'The EEPROM did not keep what was written.',
} as const
export type BoardError = keyof typeof boardErrors
