export {
  type DecodedCommand,
  type DecodedLine,
  decodeBytes,
  decodeCommand,
  decodeLine,
  encodeBoardLine,
  encodeBytes,
  encodeCommand,
} from './codec.ts'
export { crc16, type LineError, longestLine } from './frame.ts'
export {
  answerWindow,
  type BoardError,
  type BoardLine,
  boardErrors,
  type Capabilities,
  type Command,
  calibrationBytes,
  heartbeatTimeout,
  type PinMode,
  protocolVersion,
} from './words.ts'
