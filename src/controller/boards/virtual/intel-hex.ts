import { MakerhallError } from '../../../shared/problem.ts'

const DATA = 0
const END = 1
const SEGMENT = 2
const START_SEGMENT = 3
const LINEAR = 4
const START_LINEAR = 5

/**
 * Reads Intel HEX into a flash image of `size` bytes; what the file leaves open is 0xff, as in erased flash.
 * `file` is named in the errors.
 *
 * @throws MakerhallError `virtual.hex-invalid` for a line that is no record, a wrong checksum, data beyond the flash or
 * a file that ends before its end record.
 */
export function parseIntelHex(text: string, size: number, file: string): Uint8Array<ArrayBuffer> {
  const flash = new Uint8Array(size).fill(0xff)
  let base = 0
  let ended = false
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || ended) continue
    const invalid = (what: string) =>
      new MakerhallError({
        code: 'virtual.hex-invalid',
        file,
        path: `line ${index + 1}`,
        message: `The firmware file is damaged: ${what}.`,
        mend: 'Build the firmware again with: npm run firmware',
      })
    const bytes = recordBytes(line)
    if (!bytes) throw invalid('this is not an Intel HEX record')
    if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw invalid('its checksum is wrong')
    const [, high = 0, low = 0, type = -1] = bytes
    const data = bytes.subarray(4, -1)
    const word = ((data[0] ?? 0) << 8) | (data[1] ?? 0)
    if (type === DATA) {
      const start = base + ((high << 8) | low)
      if (start + data.length > size) throw invalid('it does not fit into this board')
      flash.set(data, start)
    } else if (type === END) ended = true
    else if (type === SEGMENT) base = word * 16
    else if (type === LINEAR) base = word * 0x10000
    else if (type !== START_SEGMENT && type !== START_LINEAR) throw invalid(`record type ${type} is unknown`)
  }
  if (!ended) {
    throw new MakerhallError({
      code: 'virtual.hex-invalid',
      file,
      message: 'The firmware file is damaged: it has no end.',
      mend: 'Build the firmware again with: npm run firmware',
    })
  }
  return flash
}

/** The bytes of one record with its checksum, null where the line has another shape. */
function recordBytes(line: string): Uint8Array | null {
  if (!/^:(?:[0-9a-f]{2}){5,}$/i.test(line)) return null
  const bytes = Uint8Array.from(line.slice(1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return bytes.length === (bytes[0] ?? 0) + 5 ? bytes : null
}
