/**
 * Follows a stream of MQTT packets by their fixed headers (MQTT 3.1.1, section 2.2): the function that is returned takes
 * the stream's next bytes, wherever they are cut, and answers the longest length in bytes that a header in them declares
 * (0 where no header ends in them).
 */
export function packetLengths(): (bytes: Uint8Array) => number {
  /** Of the packet that has begun, how much is still to come. */
  let rest = 0
  /** Which digit of the length comes next; null before a packet. */
  let digit: number | null = null
  let length = 0

  return (bytes) => {
    let longest = 0
    for (let at = 0; at < bytes.length; ) {
      if (rest > 0) {
        const skipped = Math.min(rest, bytes.length - at)
        rest -= skipped
        at += skipped
        continue
      }
      const byte = bytes[at] ?? 0
      at += 1
      if (digit === null) {
        digit = 0
        length = 0
        continue
      }
      length += (byte & 0x7f) * 128 ** digit
      digit += 1
      if (byte & 0x80) continue
      longest = Math.max(longest, length)
      rest = length
      digit = null
    }
    return longest
  }
}
