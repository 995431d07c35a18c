import { protocolVersion } from '../../../firmware-protocol/index.ts'
import type { BoardState } from '../../shared/board.ts'
import type { BoardProblem } from './base-board.ts'
import type { Ended } from './session.ts'

/*
 * What a technician reads when a board is not well: what is the matter, and one thing to do about it.
 */

export const searching = (id: string, port: string | undefined, found: readonly string[]): BoardProblem => ({
  code: 'board.not-found',
  message: port
    ? `No board answers as ${id}; its port ${port} is not there.`
    : `No port answers as ${id}.${found.length > 0 ? ` Looked at: ${found.join('; ')}.` : ''}`,
  mend: port
    ? `Plug the board in, or correct its port in the site file.`
    : `Plug the board in, or write its port in the site file.`,
})

export const identifying = (port: string): BoardProblem => ({
  code: 'board.identifying',
  message: `The port ${port} is open, and the board is asked who it is.`,
  mend: 'Wait a few seconds; a board starts anew when its port is opened.',
})

export const otherIdentity = (port: string, found: string, wanted: string): BoardProblem => ({
  code: 'board.other-identity',
  message: `The board at ${port} is ${found}, and the site file asks for ${wanted}.`,
  mend: `Plug ${wanted} in, or write ${found} in the site file.`,
})

export const sameIdentity = (identity: string, ports: readonly string[]): BoardProblem => ({
  code: 'board.same-identity',
  message: `Two boards say that they are ${identity}, at ${ports.join(' and ')}, so neither is used.`,
  mend: 'Unplug one of them, or give one an identity of its own, then look again.',
})

/** From the error that opening a port gave. */
export function cannotOpen(port: string, error: unknown): BoardProblem {
  const text = error instanceof Error ? error.message : String(error)
  if (/permission denied|EACCES|access denied/i.test(text))
    return {
      code: 'board.port-denied',
      message: `The port ${port} may not be opened by this program.`,
      mend: 'Put the user that Makerhall runs as into the group dialout, and start again.',
    }
  if (/lock|busy|EBUSY/i.test(text))
    return {
      code: 'board.port-busy',
      message: `The port ${port} is used by another program.`,
      mend: 'Close the other program (an Arduino IDE’s serial monitor, for example).',
    }
  return {
    code: 'board.port-failed',
    message: `The port ${port} cannot be opened: ${text}.`,
    mend: 'Unplug the board and plug it in again; if that does not help, try another cable.',
  }
}

/** What a session that ended before the board was ready says of it. */
export function notReady(
  port: string,
  { why, foreign }: Ended,
): { state: BoardState; problem: BoardProblem } {
  switch (why) {
    case 'silent':
      return {
        state: 'silent',
        problem: {
          code: 'board.silent',
          message: `The port ${port} opens, and nothing answers there.`,
          mend: 'Check that the board has power, then flash it with the firmware of Makerhall.',
        },
      }
    case 'wrong-firmware':
      return {
        state: 'wrong-firmware',
        problem: {
          code: 'board.wrong-firmware',
          message: `The board at ${port} answers, but not in our protocol.`,
          mend: 'Flash it with the firmware of Makerhall; if it runs StandardFirmata, write kind firmata in the site file.',
        },
      }
    case 'old-protocol':
      return {
        state: 'old-protocol',
        problem: {
          code: 'board.old-protocol',
          message: `The board at ${port} (firmware ${foreign?.firmware ?? 'unknown'}) speaks protocol ${foreign?.protocol ?? 'unknown'}, this program ${protocolVersion}.`,
          mend: 'Flash it with the firmware that comes with this version of Makerhall.',
        },
      }
    case 'eeprom':
      return {
        state: 'wrong-firmware',
        problem: {
          code: 'board.eeprom-failed',
          message: `The board at ${port} did not keep the identity that it was given.`,
          mend: 'Replace the board: its EEPROM is worn out.',
        },
      }
    case 'mute':
      return { state: 'silent', problem: mute(port) }
    case 'gone':
      return { state: 'searching', problem: gone(port) }
  }
}

export const mute = (port: string): BoardProblem => ({
  code: 'board.mute',
  message: `The board at ${port} stopped answering.`,
  mend: 'Wait a few seconds; if it does not come back, unplug it and plug it in again.',
})

export const gone = (port: string): BoardProblem => ({
  code: 'board.gone',
  message: `The port ${port} is gone.`,
  mend: 'Plug the board in again, or check its cable.',
})

/** The same for a board that should run StandardFirmata. */
export function firmataNotReady(
  port: string,
  why: 'gone' | 'silent' | 'wrong-firmware' | 'mute',
): { state: BoardState; problem: BoardProblem } {
  switch (why) {
    case 'gone':
      return { state: 'searching', problem: gone(port) }
    case 'mute':
      return { state: 'silent', problem: mute(port) }
    case 'silent':
      return {
        state: 'silent',
        problem: {
          code: 'board.silent',
          message: `The port ${port} opens, and nothing answers there.`,
          mend: 'Check that the board has power, then flash it with StandardFirmata.',
        },
      }
    case 'wrong-firmware':
      return {
        state: 'wrong-firmware',
        problem: {
          code: 'board.wrong-firmware',
          message: `The board at ${port} answers, but not in Firmata.`,
          mend: 'Flash it with StandardFirmata; if it runs the firmware of Makerhall, write kind makerhall in the site file.',
        },
      }
  }
}
