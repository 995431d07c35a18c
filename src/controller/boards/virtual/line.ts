/** How far two ends of a line may differ in speed and still understand each other. */
const TOLERATED_DIFFERENCE = 0.04
const FRAME_BITS = 10

export interface Frame {
  readonly byte: number
  /** False where the stop bit was low. */
  readonly framed: boolean
}

/**
 * What a receiver at `readBaud` makes of one byte sent at `sentBaud` (8 data bits, no parity, one stop bit, then silence):
 * the byte itself where the speeds agree within 4 %, otherwise what its samples of the wire give, which may be several
 * bytes or wrong ones.
 */
export function readAt(byte: number, sentBaud: number, readBaud: number): Frame[] {
  const ratio = sentBaud / readBaud
  if (Math.abs(ratio - 1) <= TOLERATED_DIFFERENCE) return [{ byte, framed: true }]
  const wire = (byte << 1) | (1 << (FRAME_BITS - 1))
  const high = (time: number) => time >= FRAME_BITS || ((wire >> Math.floor(time)) & 1) === 1
  const frames: Frame[] = []
  let start = 0
  while (start < FRAME_BITS) {
    let read = 0
    for (let bit = 0; bit < 8; bit++) if (high(start + (bit + 1.5) * ratio)) read |= 1 << bit
    const stop = start + (FRAME_BITS - 0.5) * ratio
    frames.push({ byte: read, framed: high(stop) })
    start = nextFall(high, stop)
  }
  return frames
}

/** The next falling edge at or after `time`, in bits of the sender. */
function nextFall(high: (time: number) => boolean, time: number): number {
  let before = high(time)
  for (let bit = Math.floor(time) + 1; bit < FRAME_BITS; bit++) {
    const now = high(bit)
    if (before && !now) return bit
    before = now
  }
  return Number.POSITIVE_INFINITY
}
