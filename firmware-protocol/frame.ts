/** The longest line in bytes, checksum and LF included. */
export const longestLine = 120

export type LineError = 'checksum' | 'malformed' | 'too-long'

/**
 * CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF, not reflected, no final XOR; check value of `123456789` is
 * 0x29B1) of an ASCII text.
 */
export function crc16(text: string): number {
  let crc = 0xffff
  for (let index = 0; index < text.length; index += 1) {
    crc ^= (text.charCodeAt(index) & 0xff) << 8
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}

export const hex = (value: number, digits: number) =>
  value.toString(16).toUpperCase().padStart(digits, '0').slice(-digits)

/** Puts checksum and LF behind a body. The result can be written to the port as it is. */
export const sealLine = (body: string): string => `${body}*${hex(crc16(body), 4)}\n`

/**
 * Takes a line apart, with or without its LF. Never throws, whatever came over the wire.
 * A carriage return is no part of the protocol and makes the line malformed.
 */
export function openLine(line: string): { ok: true; body: string } | { ok: false; error: LineError } {
  const text = line.endsWith('\n') ? line.slice(0, -1) : line
  if (text.length >= longestLine) return { ok: false, error: 'too-long' }
  const parts = /^([ -)+-~]+)\*([0-9A-F]{4})$/.exec(text)
  const [, body, checksum] = parts ?? []
  if (body === undefined || checksum === undefined) return { ok: false, error: 'malformed' }
  return hex(crc16(body), 4) === checksum ? { ok: true, body } : { ok: false, error: 'checksum' }
}
