import { describe, expect, it } from 'vitest'
import { Manifest } from '../../src/shared/manifest.ts'
import written from './exhibit.json' with { type: 'json' }
import { brightness, current, lamp, resistors, shuntOhms, supply, target } from './physics.ts'

describe('the circuit', () => {
  it('obeys Ohm’s law for the whole loop, the lamp warming with its current', () => {
    for (const ohms of Object.values(resistors)) {
      for (const volts of [0.5, 1.7, 3.6, 5]) {
        const amps = current(volts, ohms) / 1000
        const filament = lamp.coldOhms + ((lamp.hotOhms - lamp.coldOhms) * amps) / lamp.ratedAmps
        expect(amps * (ohms + filament + shuntOhms)).toBeCloseTo(volts, 9)
      }
    }
  })

  it('carries nothing without a voltage', () => {
    expect(current(0, resistors.first)).toBe(0)
    expect(current(-1, resistors.first)).toBe(0)
  })

  it('reaches the challenge’s current with the smaller resistor only', () => {
    const most = supply[1]
    expect(current(most, resistors.first)).toBeGreaterThan(target.milliamps + target.within)
    expect(current(most, resistors.second)).toBeLessThan(target.milliamps - target.within)
    expect(current(3.6, resistors.first)).toBeCloseTo(target.milliamps, 0)
  })

  it('glows steeply', () => {
    expect(brightness(0)).toBe(0)
    expect(brightness(7.5)).toBeLessThan(0.5)
    expect(brightness(15)).toBe(1)
    expect(brightness(40)).toBe(1)
  })
})

describe('the manifest', () => {
  const manifest = Manifest.parse(written)

  it('stands on the same parts as the physics', () => {
    const ohms = Object.fromEntries(
      manifest.breadboard.parts.flatMap((part) => ('ohms' in part ? [[part.id, part.ohms]] : [])),
    )
    expect(ohms).toMatchObject({ r220: resistors.first, r470: resistors.second, shunt: shuntOhms })
    expect(manifest.breadboard.parts.find((part) => part.part === 'lamp')).toMatchObject(lamp)
  })

  it('names only channels and modes that it declares', () => {
    const channels = Object.keys(manifest.channels)
    for (const rule of manifest.rules) {
      const used = rule.rule === 'last-moved' ? rule.of : [rule.rule === 'toggle' ? rule.on : rule.from]
      for (const name of [...used, rule.to]) expect(channels).toContain(name)
    }
    const modes = manifest.modes.map((mode) => mode.id)
    for (const stage of manifest.stages) for (const mode of stage.modes ?? []) expect(modes).toContain(mode)
  })
})
