/** What this room uses of firmata-io, which comes without types. */
declare module 'firmata-io' {
  import type { EventEmitter } from 'node:events'

  export interface FirmataTransport extends EventEmitter {
    write(bytes: Buffer, done: () => void): void
  }

  export interface FirmataPin {
    supportedModes: number[]
    /** 127 where the pin measures nothing. */
    analogChannel: number
  }

  class Firmata extends EventEmitter {
    constructor(
      transport: FirmataTransport,
      options?: { reportVersionTimeout?: number; samplingInterval?: number },
    )
    readonly MODES: Record<'INPUT' | 'OUTPUT' | 'ANALOG' | 'PWM' | 'SERVO' | 'PULLUP', number>
    readonly isReady: boolean
    readonly pins: FirmataPin[]
    /** Pin numbers of A0, A1, … */
    readonly analogPins: number[]
    readonly version: { major?: number; minor?: number }
    readonly firmware: { name?: string; version?: { major: number; minor: number } }
    /** The bytes of a message that is not whole yet. */
    readonly buffer: number[]
    readonly reportVersionTimeoutId: NodeJS.Timeout
    pinMode(pin: number, mode: number): void
    digitalWrite(pin: number, level: number): void
    pwmWrite(pin: number, duty: number): void
    servoConfig(pin: number, minMicros: number, maxMicros: number): void
    servoWrite(pin: number, micros: number): void
    reportAnalogPin(channel: number, report: 0 | 1): void
    reportDigitalPin(pin: number, report: 0 | 1): void
    reportVersion(callback: () => void): void
    queryFirmware(callback: () => void): void
    setSamplingInterval(ms: number): void
  }

  const firmataIo: { Firmata: typeof Firmata }
  export default firmataIo
  export type { Firmata }
}
