import { describe, expect, it } from 'vitest'
import { Manifest } from '../../src/shared/manifest.ts'
import written from './exhibit.json' with { type: 'json' }
import { brightness, current, lamp, resistors, rings, shuntOhms, supply, target } from './physics.ts'

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

  it('reaches the challenge’s current only after a press, also where every part is off by its tolerance', () => {
    const most = supply[1]
    const { milliamps, within } = target
    expect(current(most, resistors.first * 0.93)).toBeLessThan(milliamps - within)
    expect(current(most, resistors.second * 1.07)).toBeGreaterThan(milliamps + within)
    expect(current(3.6, resistors.second)).toBeCloseTo(milliamps, 0)
  })

  it('says its resistors by their rings', () => {
    expect(rings(resistors.first)).toEqual(['yellow', 'violet', 'brown'])
    expect(rings(resistors.second)).toEqual(['red', 'red', 'brown'])
    expect(rings(33_000)).toEqual(['orange', 'orange', 'orange'])
    expect(rings(10)).toEqual(['brown', 'black', 'black'])
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
    expect(ohms).toMatchObject({ r470: resistors.first, r220: resistors.second, shunt: shuntOhms })
    expect(manifest.breadboard.parts.find((part) => part.part === 'lamp')).toMatchObject(lamp)
  })

  it('has the first resistor in the loop until the button is pressed', () => {
    const { parts } = manifest.breadboard
    const relay = parts.find((part) => part.part === 'relay')
    const into = (net: string | undefined) =>
      parts.flatMap((part) => (part.part === 'resistor' && part.a === net ? [part.ohms] : []))
    expect(manifest.channels.resistor).toMatchObject({ kind: 'digital-out', pin: relay?.coil, safe: false })
    expect([into(relay?.open), into(relay?.closed)]).toEqual([[resistors.first], [resistors.second]])
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
