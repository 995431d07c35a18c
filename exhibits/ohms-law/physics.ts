/**
 * What the circuit should do: one loop of a chosen resistor, a filament lamp and a shunt.
 *
 * Sources: G. S. Ohm, Die galvanische Kette, mathematisch bearbeitet (1827): I = U ÷ R for the whole loop. A filament's
 * resistance rises as it warms; between rest and its rated current a straight line is near enough here, as it is a
 * small part of the loop. The values are those of the breadboard in exhibit.json.
 */

export const resistors = { first: 220, second: 470 } as const
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

/** How bright the filament looks for a current in mA: 0 (dark) to 1 (at its rated current), steep as filaments are. */
export function brightness(milliamps: number): number {
  return Math.min(1, Math.max(0, milliamps / (lamp.ratedAmps * 1000))) ** 1.6
}
