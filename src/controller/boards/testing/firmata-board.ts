/**
 * A StandardFirmata 2.5 board played by a program, for tests: it speaks the bytes of the published protocol
 * (github.com/firmata/protocol) for a board with pins 2 to 13 and A0 to A5, as an Uno has them.
 */
export class ScriptedFirmata {
  readonly modes = new Map<number, number>()
  readonly analog = new Map<number, number>()
  readonly digital = new Map<number, number>()
  isSilent = false
  readonly #send: (bytes: number[]) => void
  #message: number[] = []

  constructor(send: (bytes: number[]) => void) {
    this.#send = send
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte >= 0x80 && byte !== 0xf7) this.#message = []
      this.#message.push(byte)
      if (this.#isWhole()) {
        this.#carryOut(this.#message)
        this.#message = []
      }
    }
  }

  /** What a board says when it starts: its version and its firmware. */
  start(): void {
    this.#say([0xf9, 2, 5])
    this.#sayFirmware()
  }

  /** A pin is measured: 0 to 1023. */
  measure(channel: number, counts: number): void {
    this.#say([0xe0 | channel, counts & 0x7f, counts >> 7])
  }

  /** The levels of a port of eight pins. */
  levels(port: number, bits: number): void {
    this.#say([0x90 | port, bits & 0x7f, bits >> 7])
  }

  #isWhole(): boolean {
    const [first = 0] = this.#message
    if (first === 0xf0) return this.#message.at(-1) === 0xf7
    if (first === 0xf9 || first === 0xff) return true
    if ((first & 0xf0) === 0xc0 || (first & 0xf0) === 0xd0) return this.#message.length === 2
    return this.#message.length === 3
  }

  #carryOut(message: number[]): void {
    const [first = 0, a = 0, b = 0] = message
    if (first === 0xf9) this.#say([0xf9, 2, 5])
    else if (first === 0xf4) this.modes.set(a, b)
    else if ((first & 0xf0) === 0xe0) this.analog.set(first & 0x0f, a | (b << 7))
    else if ((first & 0xf0) === 0x90)
      for (let bit = 0; bit < 8; bit += 1)
        this.digital.set((first & 0x0f) * 8 + bit, ((a | (b << 7)) >> bit) & 1)
    else if (first === 0xf0) this.#sysex(message)
  }

  #sysex(message: number[]): void {
    const command = message[1]
    if (command === 0x79) this.#sayFirmware()
    if (command === 0x6b) this.#say([0xf0, 0x6c, ...Array.from({ length: 20 }, capabilities).flat(), 0xf7])
    if (command === 0x69)
      this.#say([0xf0, 0x6a, ...Array.from({ length: 20 }, (_, pin) => (pin < 14 ? 127 : pin - 14)), 0xf7])
    if (command === 0x70) this.modes.set(message[2] ?? 0, 4)
  }

  #sayFirmware(): void {
    const name = [...'StandardFirmata.ino'].flatMap((letter) => [letter.charCodeAt(0), 0])
    this.#say([0xf0, 0x79, 2, 5, ...name, 0xf7])
  }

  #say(bytes: number[]): void {
    if (!this.isSilent) this.#send(bytes)
  }
}

/** Pairs of mode and resolution, then 127. */
function capabilities(_: unknown, pin: number): number[] {
  if (pin < 2) return [127]
  const digital = [0, 1, 11, 1, 1, 1]
  if (pin >= 14) return [...digital, 2, 10, 127]
  return [...digital, ...([3, 5, 6, 9, 10, 11].includes(pin) ? [3, 8] : []), 4, 14, 127]
}
