export { createBoards } from './boards.ts'
export { IoPlugin } from './io-plugin.ts'
export { Listeners } from './listeners.ts'
export { type Logger, silentLogger } from './logger.ts'
export { canDo, type PinUse, pinsFor, servoTimerPins } from './pins.ts'
export { readStateFile, writeStateFile } from './state-file.ts'
export type {
  Board,
  Boards,
  InputSetup,
  OutputSetup,
  Reading,
} from './types.ts'
