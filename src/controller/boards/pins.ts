import type { Mcu } from '../../shared/board.ts'
import type { Pin } from '../../shared/ids.ts'

/** What a pin can be asked for; the words of a channel's `kind`. */
export type PinUse = 'analog-in' | 'digital-in' | 'pwm-out' | 'servo-out' | 'digital-out'

/** Pins 0 and 1 carry the serial line itself, so nothing else may use them. */
interface Layout {
  digital: readonly number[]
  pwm: readonly number[]
  analog: number
  /** Servos take the timer that makes the PWM of these. */
  servoTimer: readonly number[]
}

const span = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** From the pinouts of the Arduino Uno Rev3 (A000066) and Mega 2560 Rev3 (A000067). */
const layouts: Record<Mcu, Layout> = {
  uno: { digital: span(2, 13), pwm: [3, 5, 6, 9, 10, 11], analog: 6, servoTimer: [9, 10] },
  mega: { digital: span(2, 53), pwm: [...span(2, 13), 44, 45, 46], analog: 16, servoTimer: [44, 45, 46] },
}

/** Analogue pins as printed: `A0` and up. */
export const analogNumber = (pin: Pin): number | null => (pin.startsWith('A') ? Number(pin.slice(1)) : null)

/**
 * The pins of a board that can do this, in the order in which they are printed. A pin that measures can also be a
 * plain input or output, or turn a servo.
 */
export function pinsFor(use: PinUse, mcu: Mcu): Pin[] {
  const { digital, pwm, analog } = layouts[mcu]
  const analogPins = Array.from({ length: analog }, (_, i) => `A${i}`)
  switch (use) {
    case 'analog-in':
      return analogPins
    case 'pwm-out':
      return pwm.map(String)
    case 'servo-out':
    case 'digital-in':
    case 'digital-out':
      return [...digital.map(String), ...analogPins]
  }
}

/** The pins whose PWM a servo anywhere on the board takes away. */
export const servoTimerPins = (mcu: Mcu): Pin[] => layouts[mcu].servoTimer.map(String)

/** True if the pin can do this; on a board whose kind is not known yet (`null`), if any kind's pin of that name can. */
export function canDo(pin: Pin, use: PinUse, mcu: Mcu | null): boolean {
  const mcus: Mcu[] = mcu ? [mcu] : ['uno', 'mega']
  return mcus.some((each) => pinsFor(use, each).includes(pin))
}
