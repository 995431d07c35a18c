import type { Capabilities, Command, PinMode } from '../../../firmware-protocol/index.ts'
import type { Pin } from '../../shared/ids.ts'
import { analogNumber } from './pins.ts'
import type { InputSetup, OutputSetup } from './types.ts'

/** The board's number of a pin as printed. */
export const pinNumber = (pin: Pin, { analogBase }: Capabilities): number => {
  const analog = analogNumber(pin)
  return analog === null ? Number(pin) : analogBase + analog
}

/** A pin as printed, of the board's number. */
export const pinName = (number: number, { analogBase }: Capabilities): Pin =>
  number >= analogBase ? `A${number - analogBase}` : String(number)

const outputModes = { pwm: 'pwm', digital: 'output', servo: 'servo' } as const

/** The hardware's own limits, for an output that nobody declared otherwise. */
export const fullRange: Record<OutputSetup['kind'], OutputSetup> = {
  pwm: { kind: 'pwm', min: 0, max: 255, safe: 0 },
  digital: { kind: 'digital', min: 0, max: 1, safe: 0 },
  servo: { kind: 'servo', min: 544, max: 2400, safe: 1500 },
}

/**
 * What a board should be, whether it is there or not: what is reported, what is driven and what was last written. A
 * board that comes back is made to be that again.
 */
export class Plan {
  readonly inputs = new Map<Pin, InputSetup>()
  readonly outputs = new Map<Pin, OutputSetup>()
  /** What each output was last told; an output that was told nothing stands at its safe state. */
  readonly written = new Map<Pin, number>()

  /** All that a board which knows nothing must be told, in order; the outputs' values come after it. */
  setup(capabilities: Capabilities): Command[] {
    return [
      ...[...this.outputs.keys()].flatMap((pin) => this.outputCommands(pin, capabilities)),
      ...[...this.inputs.keys()].flatMap((pin) => this.inputCommands(pin, capabilities)),
    ]
  }

  inputCommands(pin: Pin, capabilities: Capabilities): Command[] {
    const setup = this.inputs.get(pin)
    if (!setup) return []
    const mode: PinMode = setup.kind === 'analog' ? 'analog' : setup.pullup ? 'pullup' : 'input'
    const interval = Math.min(setup.interval, capabilities.maxInterval)
    const threshold = setup.kind === 'analog' ? setup.threshold : 1
    const number = pinNumber(pin, capabilities)
    return [
      { command: 'mode', pin: number, mode },
      { command: 'report', pin: number, interval, threshold },
    ]
  }

  outputCommands(pin: Pin, capabilities: Capabilities): Command[] {
    const setup = this.outputs.get(pin)
    if (!setup) return []
    const number = pinNumber(pin, capabilities)
    const { min, max, safe } = setup
    return [
      { command: 'mode', pin: number, mode: outputModes[setup.kind] },
      { command: 'limits', pin: number, min, max, safe },
    ]
  }
}
