import { type LineError, openLine, sealLine } from './frame.ts'
import {
  type BoardLine,
  type Capabilities,
  type Command,
  calibrationBytes,
  pinModes,
  protocolVersion,
} from './words.ts'

/*
 * PROTOCOL.md is the law; this is its translation. Bodies are words with one space between them, the first a letter
 * that says what it is. Nothing here throws on what came over a wire.
 */

const uint16 = 0xffff
const uint32 = 0xffff_ffff

/** Canonical decimal (no sign, no leading zero), or null. */
function readNumber(word: string | undefined, most = uint16): number | null {
  if (word === undefined || !/^(0|[1-9]\d{0,9})$/.test(word)) return null
  const value = Number(word)
  return value <= most ? value : null
}

/** Bytes as they stand in a line: two upper-case hexadecimal digits each, `-` for none. */
export const encodeBytes = (bytes: Uint8Array): string =>
  bytes.length === 0
    ? '-'
    : Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')

/** The reverse of `encodeBytes`; null where the word is nothing of the kind. */
export function decodeBytes(word: string): Uint8Array | null {
  if (word === '-') return new Uint8Array()
  if (!/^([0-9A-F]{2}){1,40}$/.test(word)) return null
  return Uint8Array.from(word.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

const isIdentity = (word: string | undefined): word is string => /^mh-[0-9a-f]{8}$/.test(word ?? '')
const isNonce = (word: string | undefined): word is string => /^[0-9A-F]{4}$/.test(word ?? '')
const isName = (word: string | undefined): word is string => /^[a-z][a-z-]{0,29}$/.test(word ?? '')

/**
 * A command as the bytes for the port, checksum and LF included.
 * @param seq uint16: the hello's `seq` + 1 first, then counted up by one (65535 is followed by 0). A repeat keeps it.
 * @param nonce the nonce of the board's last hello. `hello` itself carries neither of the two.
 * @throws RangeError where a number or a text does not fit the protocol: a mistake of the caller
 */
export function encodeCommand(command: Command, seq: number, nonce: string): string {
  const body = command.command === 'hello' ? 'H' : commandBody(command, `${nonce} ${seq}`)
  const line = sealLine(body)
  if (decodeCommand(line).ok) return line
  throw new RangeError(`The command does not fit the line protocol: ${body}`)
}

function commandBody(command: Exclude<Command, { command: 'hello' }>, head: string): string {
  switch (command.command) {
    case 'beat':
      return `B ${head}`
    case 'mode':
      return `M ${head} ${command.pin} ${command.mode}`
    case 'limits':
      return `L ${head} ${command.pin} ${command.min} ${command.max} ${command.safe}`
    case 'report':
      return `R ${head} ${command.pin} ${command.interval} ${command.threshold}`
    case 'write':
      return `W ${head} ${command.pin} ${command.value}`
    case 'safe':
      return `S ${head}`
    case 'identify':
      return `I ${head} ${command.identity}${command.replaces === undefined ? '' : ` ${command.replaces}`}`
    case 'calibration-read':
      return `C ${head} ${command.slot}`
    case 'calibration-write':
      return `K ${head} ${command.slot} ${encodeBytes(command.bytes)}`
    case 'stats':
      return `T ${head}`
  }
}

export type DecodedCommand =
  | { ok: true; command: Command; seq: number; nonce: string }
  | { ok: false; error: LineError }

/** A board's side of `encodeCommand`. `hello` has seq 0 and the nonce ''. */
export function decodeCommand(line: string): DecodedCommand {
  const opened = openLine(line)
  if (!opened.ok) return opened
  if (opened.body === 'H') return { ok: true, command: { command: 'hello' }, seq: 0, nonce: '' }
  const [letter = '', nonce, seqWord, ...words] = opened.body.split(' ')
  const seq = readNumber(seqWord)
  const command = readCommand(letter, words)
  if (!isNonce(nonce) || seq === null || command === null) return { ok: false, error: 'malformed' }
  return { ok: true, command, seq, nonce }
}

/** The arguments that each letter takes: how many at least and at most. */
const argumentCounts: Record<string, [number, number]> = {
  B: [0, 0],
  M: [2, 2],
  L: [4, 4],
  R: [3, 3],
  W: [2, 2],
  S: [0, 0],
  I: [1, 2],
  C: [1, 1],
  K: [2, 2],
  T: [0, 0],
}

function readCommand(letter: string, words: string[]): Command | null {
  const [least, most] = argumentCounts[letter] ?? [1, 0]
  if (words.length < least || words.length > most) return null
  const [first = '', second = ''] = words
  const [a, b, c, d] = words.map((word) => readNumber(word))
  switch (letter) {
    case 'B':
      return { command: 'beat' }
    case 'S':
      return { command: 'safe' }
    case 'T':
      return { command: 'stats' }
    case 'M': {
      const mode = pinModes.find((name) => name === second)
      return isNumber(a) && mode ? { command: 'mode', pin: a, mode } : null
    }
    case 'L':
      return isNumber(a) && isNumber(b) && isNumber(c) && isNumber(d)
        ? { command: 'limits', pin: a, min: b, max: c, safe: d }
        : null
    case 'R':
      return isNumber(a) && isNumber(b) && isNumber(c)
        ? { command: 'report', pin: a, interval: b, threshold: c }
        : null
    case 'W':
      return isNumber(a) && isNumber(b) ? { command: 'write', pin: a, value: b } : null
    case 'I':
      if (!isIdentity(first)) return null
      if (words.length === 1) return { command: 'identify', identity: first }
      return isIdentity(second) ? { command: 'identify', identity: first, replaces: second } : null
    case 'C':
      return isNumber(a) ? { command: 'calibration-read', slot: a } : null
    case 'K': {
      const bytes = decodeBytes(second)
      if (!isNumber(a) || bytes === null || bytes.length > calibrationBytes) return null
      return { command: 'calibration-write', slot: a, bytes }
    }
    default:
      return null
  }
}

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number'

export type DecodedLine = { ok: true; line: BoardLine } | { ok: false; error: LineError }

/**
 * Reads one line of a board, with or without its LF. Never throws. A hello of another protocol version becomes a
 * `foreign-hello`; error names and causes that a later firmware invents come through as they are.
 */
export function decodeLine(text: string): DecodedLine {
  const opened = openLine(text)
  if (!opened.ok) return opened
  const [letter = '', ...words] = opened.body.split(' ')
  const line = letter === 'H' ? readHello(words) : readAnswer(letter, words)
  return line ? { ok: true, line } : { ok: false, error: 'malformed' }
}

function readAnswer(letter: string, words: string[]): BoardLine | null {
  if (letter === 'S') {
    const [timeWord, cause, ...rest] = words
    const time = readNumber(timeWord, uint32)
    return time !== null && isName(cause) && rest.length === 0 ? { kind: 'safe', time, cause } : null
  }
  const [seqWord, timeWord, ...rest] = words
  const seq = readNumber(seqWord)
  const time = readNumber(timeWord, uint32)
  if (seq === null || time === null || rest.includes('')) return null
  switch (letter) {
    case 'A':
      return { kind: 'ack', seq, time, result: rest }
    case 'E': {
      const [error] = rest
      return isName(error) && rest.length === 1 ? { kind: 'refusal', seq, time, error } : null
    }
    case 'R': {
      const values = rest.map(readPinValue).filter((value) => value !== null)
      return values.length === rest.length && values.length > 0 ? { kind: 'report', seq, time, values } : null
    }
    default:
      return null
  }
}

function readPinValue(word: string): { pin: number; value: number } | null {
  const [pinWord, valueWord, ...rest] = word.split('=')
  const pin = readNumber(pinWord, 255)
  const value = readNumber(valueWord)
  return pin === null || value === null || rest.length > 0 ? null : { pin, value }
}

function readHello(words: string[]): BoardLine | null {
  const [protocolWord, firmware, identity, nonce, seqWord, mcu, cause, ...fields] = words
  const protocol = readNumber(protocolWord)
  if (protocol === null || !firmware) return null
  if (protocol !== protocolVersion) return { kind: 'foreign-hello', protocol, firmware }
  const seq = readNumber(seqWord)
  const capabilities = readCapabilities(fields)
  if (identity !== '-' && !isIdentity(identity)) return null
  if (!isNonce(nonce) || seq === null || !isName(cause) || capabilities === null) return null
  if (mcu !== 'uno' && mcu !== 'mega') return null
  const known = identity === '-' ? null : identity
  return { kind: 'hello', protocol, firmware, identity: known, nonce, seq, mcu, cause, capabilities }
}

/** Fields that this codec does not know are a later firmware's and passed over. */
function readCapabilities(fields: string[]): Capabilities | null {
  const found = new Map<string, string>()
  for (const field of fields) {
    const [, name, value] = /^([a-z]+)=([0-9,-]+)$/.exec(field) ?? []
    if (name !== undefined && value !== undefined) found.set(name, value)
  }
  const [digital, analog, pwm, servo] = ['d', 'a', 'p', 's'].map((name) => readPins(found.get(name)))
  const [analogBase, maxInterval, maxReports, maxServos, slots] = ['b', 'i', 'r', 'v', 'c'].map((name) =>
    readNumber(found.get(name)),
  )
  if (!digital || !analog || !pwm || !servo) return null
  if (!isNumber(analogBase) || !isNumber(maxInterval) || !isNumber(maxReports)) return null
  if (!isNumber(maxServos) || !isNumber(slots)) return null
  return {
    digital,
    analog,
    pwm,
    servo,
    analogBase,
    maxInterval,
    maxReports,
    maxServos,
    calibrationSlots: slots,
  }
}

/** `2-4,9` is [2, 3, 4, 9], ascending; `-` is none. */
function readPins(list: string | undefined): number[] | null {
  if (list === '-') return []
  const pins: number[] = []
  for (const range of list?.split(',') ?? ['']) {
    const [fromWord, toWord, ...rest] = range.split('-')
    const from = readNumber(fromWord, 255)
    const to = toWord === undefined ? from : readNumber(toWord, 255)
    if (from === null || to === null || rest.length > 0) return null
    if (to < from || from <= (pins.at(-1) ?? -1)) return null
    for (let pin = from; pin <= to; pin += 1) pins.push(pin)
  }
  return pins
}

function writePins(pins: number[]): string {
  const ranges: [number, number][] = []
  for (const pin of pins) {
    const last = ranges.at(-1)
    if (last && last[1] === pin - 1) last[1] = pin
    else ranges.push([pin, pin])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',') || '-'
}

/**
 * A board's line as the bytes for the port, for boards that are played by a program.
 * @throws RangeError where it does not fit the protocol or the line
 */
export function encodeBoardLine(line: BoardLine): string {
  const text = sealLine(boardLineBody(line))
  if (decodeLine(text).ok) return text
  throw new RangeError(`The board's line does not fit the line protocol: ${text.trimEnd()}`)
}

function boardLineBody(line: BoardLine): string {
  switch (line.kind) {
    case 'hello': {
      const { digital, analog, pwm, servo, ...limits } = line.capabilities
      const head = `H ${line.protocol} ${line.firmware} ${line.identity ?? '-'} ${line.nonce} ${line.seq}`
      const pins = `d=${writePins(digital)} a=${writePins(analog)} p=${writePins(pwm)} s=${writePins(servo)}`
      const numbers = `b=${limits.analogBase} i=${limits.maxInterval} r=${limits.maxReports} v=${limits.maxServos}`
      return `${head} ${line.mcu} ${line.cause} ${pins} ${numbers} c=${limits.calibrationSlots}`
    }
    case 'foreign-hello':
      return `H ${line.protocol} ${line.firmware}`
    case 'ack':
      return ['A', line.seq, line.time, ...line.result].join(' ')
    case 'refusal':
      return `E ${line.seq} ${line.time} ${line.error}`
    case 'report':
      return ['R', line.seq, line.time, ...line.values.map(({ pin, value }) => `${pin}=${value}`)].join(' ')
    case 'safe':
      return `S ${line.time} ${line.cause}`
  }
}
