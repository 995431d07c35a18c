export { createBoards } from './boards.ts'
export { IoPlugin } from './io-plugin.ts'
export { canDo, type PinUse, pinsFor, servoTimerPins } from './pins.ts'
export type {
  Board,
  Boards,
  InputSetup,
  OutputSetup,
  Reading,
} from './types.ts'
