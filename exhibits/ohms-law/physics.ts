/**
 * What the circuit should do: one loop of a chosen resistor, a filament lamp and a shunt.
 *
 * Sources: G. S. Ohm, Die galvanische Kette, mathematisch bearbeitet (1827): I = U ÷ R for the whole loop. A filament's
 * resistance rises as it warms; between rest and its rated current a straight line is near enough here, as it is a
 * small part of the loop. The values are those of the breadboard in exhibit.json.
 */

/** Ω. The first is in the loop until the button is pressed, and lets too little through for the challenge. */
export const resistors = { first: 470, second: 220 } as const
/** Ω. */
export const shuntOhms = 100
export const lamp = { coldOhms: 30, hotOhms: 45, ratedAmps: 0.015 } as const
/** Volts that the dial spans. */
export const supply = [0, 5] as const
/** mA: what the challenge asks for, and how near is near enough. */
export const target = { milliamps: 10, within: 0.3, holdSeconds: 2 } as const

/**
 * The current that a voltage drives through the loop.
 * @param volts over the whole loop, 0 to 5; what lies below 0 counts as 0
 * @param ohms the chosen resistor
 * @returns mA
 */
export function current(volts: number, ohms: number): number {
  const rise = (lamp.hotOhms - lamp.coldOhms) / lamp.ratedAmps
  const steady = ohms + lamp.coldOhms + shuntOhms
  // U = (steady + rise × I) × I, solved for the I that is not negative.
  const amps = (-steady + Math.sqrt(steady ** 2 + 4 * rise * Math.max(0, volts))) / (2 * rise)
  return amps * 1000
}

const colours = [
  ...['black', 'brown', 'red', 'orange', 'yellow'],
  ...['green', 'blue', 'violet', 'grey', 'white'],
] as const

/**
 * The colours of a resistor's first three rings (IEC 60062): two digits and how many zeros follow.
 * @param ohms 10 to 99 × 10⁹, with two significant digits
 */
export function rings(ohms: number): string[] {
  const zeros = Math.floor(Math.log10(ohms)) - 1
  const digits = Math.round(ohms / 10 ** zeros)
  return [Math.floor(digits / 10), digits % 10, zeros].map((n) => colours[n] ?? 'black')
}

/** How bright the filament looks for a current in mA: 0 (dark) to 1 (at its rated current), steep as filaments are. */
export function brightness(milliamps: number): number {
  return Math.min(1, Math.max(0, milliamps / (lamp.ratedAmps * 1000))) ** 1.6
}
