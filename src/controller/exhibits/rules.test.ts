import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manifest } from './fixtures/package.ts'
import { initialRules, type RuleEvent, stepRules, type Write } from './rules.ts'

const lab = manifest()

/** Runs events one after the other and gives what was asked for at each. */
function run(program: Parameters<typeof stepRules>[0], events: RuleEvent[], mode = 'explore') {
  let state = initialRules(program, mode)
  return events.map((event): Write[] => {
    const step = stepRules(program, state, event)
    state = step.state
    return step.writes
  })
}
const dial = (value: number, fresh?: boolean): RuleEvent => ({
  type: 'reading',
  channel: 'dial',
  value,
  fresh,
})
const finger = (value: number): RuleEvent => ({ type: 'touch', channel: 'dial', value })
const volts = (value: number): Write[] => [{ channel: 'voltage', value }]
const away: RuleEvent = { type: 'away', channel: 'dial' }
/** The hardware is heard of first, then turned to 2 V: it decides. */
const turned = [dial(1), dial(2)]

describe('last moved wins', () => {
  it('drives nothing at the very first reading, nor by a drift that is less than an act', () => {
    expect(run(lab, [dial(2), dial(2.1), dial(2.149), dial(1.9)]).flat()).toEqual([])
  })

  it('gives the hardware its actuator at once when it is turned', () => {
    expect(run(lab, [dial(2), dial(2.16)])).toEqual([[], volts(2.16)])
  })

  it('asks for the deadband where that is more than an act', () => {
    const rule = { rule: 'last-moved', of: ['dial'], to: 'voltage', deadband: 0.5 }
    expect(run(manifest({ rules: [rule] }), [dial(2), dial(2.4), dial(2.5)])).toEqual([[], [], volts(2.5)])
  })

  it('tells when the hardware took over, and not that it goes on', () => {
    let state = initialRules(lab, 'explore')
    const took = [...turned, dial(2.3), finger(4), dial(2.1), dial(2.9)].map((event) => {
      const step = stepRules(lab, state, event)
      state = step.state
      return step.tookOver
    })
    expect(took).toEqual([false, true, false, false, true, false])
  })

  it('follows every reading of the hardware that decides', () => {
    expect(run(lab, [...turned, dial(2.01), dial(2.02)]).slice(1)).toEqual([
      volts(2),
      volts(2.01),
      volts(2.02),
    ])
  })

  it('lets a touch win at once, and the hardware win back only by its deadband', () => {
    expect(run(lab, [dial(2), finger(4), dial(2.05), dial(1.95), dial(2.1), dial(2.11)])).toEqual([
      [],
      volts(4),
      [],
      [],
      volts(2.1),
      volts(2.11),
    ])
  })

  it('measures the movement from where the hardware stood, so that noise does not add up', () => {
    const noise = [2.03, 1.97, 2.06, 1.94, 2.09, 1.91].map((value) => dial(value))
    expect(run(lab, [dial(2), finger(4), ...noise]).slice(2)).toEqual(noise.map(() => []))
  })

  it('takes the first reading after a reconnect for no movement', () => {
    expect(run(lab, [dial(2), finger(4), away, dial(3), dial(3.05), dial(3.2)])).toEqual([
      [],
      volts(4),
      [],
      [],
      [],
      volts(3.2),
    ])
  })

  it('lets hardware that decided before a reconnect decide after it', () => {
    expect(run(lab, [...turned, away, dial(3)])).toEqual([[], volts(2), [], volts(3)])
  })

  it('takes a value that a new calibration changed for no movement', () => {
    expect(run(lab, [dial(2), finger(4), dial(3, true), dial(3.05)])).toEqual([[], volts(4), [], []])
  })

  it('does not let the first reading override a touch that came before it', () => {
    expect(run(lab, [finger(4), dial(1)])).toEqual([volts(4), []])
  })

  it('chooses among several inputs the one that moved last', () => {
    const two = manifest({
      rules: [{ rule: 'last-moved', of: ['dial', 'current'], to: 'voltage', deadband: 0.5 }],
    })
    const current = (value: number): RuleEvent => ({ type: 'reading', channel: 'current', value })
    expect(
      run(two, [dial(0.5), dial(1), current(3), current(3.2), current(3.5), dial(1.2), dial(1.5)]),
    ).toEqual([[], volts(1), [], [], volts(3.5), [], volts(1.5)])
  })

  it('waits after a reset until someone acts', () => {
    const events = [...turned, finger(4), { type: 'reset' } as const, dial(2.12), dial(2.16), finger(1)]
    expect(run(lab, events).slice(2)).toEqual([volts(4), [], [], volts(2.16), volts(1)])
  })

  it('does not wake actuators by a reconnect after a reset', () => {
    expect(run(lab, [...turned, { type: 'reset' }, away, dial(3), dial(3.2)]).slice(3)).toEqual([
      [],
      [],
      volts(3.2),
    ])
  })
})

describe('resting', () => {
  const rest: RuleEvent = { type: 'resting', resting: true }
  const wake: RuleEvent = { type: 'resting', resting: false }

  it('drives nothing, and drives again what was chosen when it wakes', () => {
    expect(run(lab, [finger(4), rest, dial(2), wake])).toEqual([volts(4), [], [], volts(4)])
  })

  it('drives what the hardware says on waking where the hardware decides', () => {
    expect(run(lab, [...turned, rest, dial(2.2), wake]).slice(2)).toEqual([[], [], volts(2.2)])
  })

  it('lets nothing take over meanwhile, from nobody or from a finger', () => {
    expect(run(lab, [dial(1), rest, dial(3), wake, dial(3.1)]).flat()).toEqual([])
    expect(run(lab, [dial(1), finger(4), rest, dial(3), wake, dial(3.05)]).flat()).toEqual([
      ...volts(4),
      ...volts(4),
    ])
  })

  it('hears no press', () => {
    const press = (value: boolean): RuleEvent => ({ type: 'reading', channel: 'button', value })
    expect(run(lab, [press(false), rest, press(true), press(false), wake]).flat()).toEqual([])
  })
})

describe('link', () => {
  const linked = manifest({ rules: [{ rule: 'link', from: 'dial', to: 'voltage', slope: -1, offset: 5 }] })

  it('computes its result from whichever twin moved last', () => {
    expect(run(linked, [dial(1), dial(2), finger(4), dial(2.1), dial(2.2)])).toEqual([
      [],
      volts(3),
      volts(1),
      [],
      volts(2.8),
    ])
  })

  it('turns a state into a state and into a number', () => {
    const button = { rule: 'link', from: 'button' }
    const both = manifest({
      rules: [
        { ...button, to: 'resistor', slope: -1, offset: 1 },
        { ...button, to: 'voltage', slope: 3 },
      ],
    })
    const press = (value: boolean): RuleEvent => ({ type: 'reading', channel: 'button', value })
    expect(run(both, [press(false), press(true)])).toEqual([
      [],
      [
        { channel: 'resistor', value: false },
        { channel: 'voltage', value: 3 },
      ],
    ])
  })
})

describe('toggle', () => {
  const press = (value: boolean): RuleEvent => ({ type: 'reading', channel: 'button', value })
  const tap = (value: boolean): RuleEvent => ({ type: 'touch', channel: 'button', value })
  const swapped = (value: boolean): Write[] => [{ channel: 'resistor', value }]

  it('turns over at each press, of hardware and of touch', () => {
    expect(
      run(lab, [
        press(false),
        press(true),
        press(true),
        press(false),
        tap(true),
        tap(true),
        tap(false),
        tap(true),
      ]),
    ).toEqual([[], swapped(true), [], [], swapped(false), [], [], swapped(true)])
  })

  it('takes a button that is held at the first reading, or after a reconnect, for no press', () => {
    expect(run(lab, [press(true), { type: 'away', channel: 'button' }, press(true)]).flat()).toEqual([])
  })

  it('turns over what someone else has set', () => {
    const driven: RuleEvent = { type: 'driven', channel: 'resistor', value: true }
    expect(run(lab, [press(false), driven, press(true)])).toEqual([[], [], swapped(false)])
  })

  it('begins from the safe state again after a reset', () => {
    expect(
      run(lab, [press(false), press(true), { type: 'reset' }, press(false), press(true)]).at(-1),
    ).toEqual(swapped(true))
  })
})

describe('modes', () => {
  const limited = manifest({
    rules: [{ rule: 'last-moved', of: ['dial'], to: 'voltage', modes: ['explore'] }],
  })
  const mode = (mode: string): RuleEvent => ({ type: 'mode', mode })

  it('leaves an actuator that no rule drives any more in its safe state, and takes it up again', () => {
    expect(run(limited, [...turned, mode('predict'), dial(3), mode('explore')]).slice(1)).toEqual([
      volts(2),
      volts(0),
      [],
      volts(3),
    ])
  })

  it('changes nothing where the same rules go on', () => {
    expect(run(lab, [...turned, mode('predict'), dial(2.1)]).slice(1)).toEqual([volts(2), [], volts(2.1)])
  })
})

it('lets a scene drive an actuator that may be touched', () => {
  const { channels } = manifest()
  const open = { ...lab, channels: { ...channels, voltage: { ...lab.channels.voltage, touch: true } } }
  const program = manifest({ channels: open.channels, rules: [] })
  expect(run(program, [{ type: 'touch', channel: 'voltage', value: 3 }])).toEqual([volts(3)])
})

it('knows no channel that only looks like one', () => {
  expect(run(lab, [{ type: 'touch', channel: 'constructor', value: 3 }])).toEqual([[]])
})

const anyEvent: fc.Arbitrary<RuleEvent> = fc.oneof(
  fc.record({
    type: fc.constant('reading' as const),
    channel: fc.constantFrom('dial', 'current'),
    value: fc.double({ min: 0, max: 5, noNaN: true }),
    fresh: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('touch' as const),
    channel: fc.constant('dial'),
    value: fc.double({ min: 0, max: 5, noNaN: true }),
  }),
  fc.record({
    type: fc.constantFrom('reading' as const, 'touch' as const),
    channel: fc.constant('button'),
    value: fc.boolean(),
  }),
  fc.record({ type: fc.constant('away' as const), channel: fc.constantFrom('dial', 'current', 'button') }),
  fc.record({ type: fc.constant('mode' as const), mode: fc.constantFrom('explore', 'predict', 'challenge') }),
  fc.record({ type: fc.constant('resting' as const), resting: fc.boolean() }),
  fc.constant({ type: 'reset' } as const),
)

describe('whatever happens', () => {
  const program = manifest({
    rules: [
      {
        rule: 'last-moved',
        of: ['dial', 'current'],
        to: 'voltage',
        deadband: 0.2,
        modes: ['explore', 'predict'],
      },
      { rule: 'toggle', on: 'button', to: 'resistor', modes: ['explore'] },
    ],
  })

  it('never asks for anything that nobody asked for', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const said = new Set<number | boolean>([0])
        for (const [index, writes] of run(program, events).entries()) {
          const event = events[index]
          if (event && 'value' in event) said.add(event.value)
          for (const { channel, value } of writes) {
            if (channel === 'voltage') expect(said).toContain(value)
            else expect([channel, typeof value]).toEqual(['resistor', 'boolean'])
          }
        }
      }),
    )
  })

  it('drives nothing while it rests, nor by a rule of another mode', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let resting = false
        let mode = 'explore'
        for (const [index, writes] of run(program, events).entries()) {
          const event = events[index]
          if (event?.type === 'resting') resting = event.resting
          if (event?.type === 'mode') mode = event.mode
          if (resting) expect(writes).toEqual([])
          if (mode === 'challenge' && event?.type !== 'mode') expect(writes).toEqual([])
        }
      }),
    )
  })

  it('lets nothing but a finger or an act drive an actuator that nobody decides', () => {
    const drift = fc.array(fc.double({ min: 1.86, max: 2.14, noNaN: true }), { maxLength: 40 })
    fc.assert(
      fc.property(drift, fc.boolean(), (readings, afterReset) => {
        const before: RuleEvent[] = afterReset ? [...turned, { type: 'reset' }] : [dial(2)]
        const writes = run(lab, [...before, ...readings.map((value) => dial(value))])
        expect(writes.slice(before.length).flat()).toEqual([])
      }),
    )
  })

  it('never lets noise below the deadband take over from a finger', () => {
    const noise = fc.array(fc.double({ min: 1.91, max: 2.09, noNaN: true }), { maxLength: 40 })
    fc.assert(
      fc.property(noise, fc.double({ min: 0, max: 5, noNaN: true }), (readings, touched) => {
        const writes = run(lab, [dial(2), finger(touched), ...readings.map((value) => dial(value))])
        expect(writes.slice(2).flat()).toEqual([])
      }),
    )
  })
})
