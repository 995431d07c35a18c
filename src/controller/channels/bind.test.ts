import { describe, expect, it } from 'vitest'
import { Site, type SiteInput } from '../../shared/site.ts'
import { bindExhibits } from './bind.ts'
import { arm, button, dial, manifestWith, voltage } from './testing/manifest.ts'

const ohm = manifestWith({ dial, button, voltage })
const other = manifestWith({ light: { ...dial, pin: 'A3' } }, 'light')

function bind(site: SiteInput, manifests = [ohm, other]) {
  const { bound, problems } = bindExhibits(Site.parse(site), manifests, 'site.json')
  return {
    bound: Object.fromEntries(bound.map(({ id, bindings }) => [id, bindings])),
    problems: problems.map(({ code, path, mend, file }) => ({ code, path, mend, file })),
  }
}
const uno = { kind: 'virtual', id: 'uno' } as const

describe('Binding', () => {
  it('takes the manifest’s pins, and the site file’s where it says otherwise', () => {
    const site: SiteInput = {
      boards: [uno, { kind: 'makerhall', id: 'far' }],
      exhibits: [
        { id: 'ohms-law', board: 'uno', bindings: { voltage: { pin: '10' }, button: { board: 'far' } } },
      ],
    }
    expect(bind(site)).toEqual({
      problems: [],
      bound: {
        'ohms-law': {
          dial: { board: 'uno', pin: 'A0' },
          button: { board: 'far', pin: '2' },
          voltage: { board: 'uno', pin: '10' },
        },
      },
    })
  })

  it.each([
    ['voltage', '8', 'Bind it to pin 3 (also free: 5, 6, 9, 10, 11).'],
    ['dial', '4', 'Bind it to pin A1 (also free: A2, A3, A4, A5).'],
    ['button', '1', 'Bind it to pin 2 '],
    ['button', '50', 'Bind it to pin 2 '],
  ])('names a pin that would do for %s, which pin %s cannot', (channel, pin, mend) => {
    const bindings = { [channel]: { pin } }
    const { bound, problems } = bind({
      boards: [uno],
      exhibits: [
        { id: 'light', board: 'uno', bindings: { light: { pin: 'A0' } } },
        { id: 'ohms-law', board: 'uno', bindings: { dial: { pin: 'A1' }, ...bindings } },
      ],
    })
    expect(bound).toEqual({ light: { light: { board: 'uno', pin: 'A0' } } })
    expect(problems).toMatchObject([
      { code: 'site.pin-cannot', path: `exhibits[1].bindings.${channel}.pin`, file: 'site.json' },
    ])
    expect(problems[0]?.mend).toContain(mend)
  })

  it('knows a Mega’s pins', () => {
    const exhibits = [
      { id: 'ohms-law', board: 'uno', bindings: { voltage: { pin: '45' }, dial: { pin: 'A15' } } },
    ]
    expect(bind({ boards: [{ ...uno, mcu: 'mega' }], exhibits }).problems).toEqual([])
    expect(bind({ boards: [{ kind: 'makerhall', id: 'uno' }], exhibits }).problems).toEqual([])
    expect(bind({ boards: [uno], exhibits }).problems).toHaveLength(2)
  })

  it('knows that a servo takes the PWM of two pins away', () => {
    const both = manifestWith({ voltage, arm: { ...arm, pin: 'A2' } })
    const site: SiteInput = { boards: [uno], exhibits: [{ id: 'ohms-law', board: 'uno' }] }
    expect(bind(site, [both]).problems).toMatchObject([
      { code: 'site.timer-conflict', path: 'exhibits[0].bindings.arm.pin' },
    ])
    const elsewhere = {
      ...site,
      exhibits: [{ id: 'ohms-law', board: 'uno', bindings: { voltage: { pin: '5' } } }],
    }
    expect(bind(elsewhere, [both]).problems).toEqual([])
    const turned = manifestWith({ arm: { ...arm, pin: 'A2' }, voltage })
    expect(bind(site, [turned]).problems[0]?.mend).toBe('Bind it to pin 3 (also free: 5, 6, 11).')
  })

  it('rests the exhibit that takes another one’s pin', () => {
    const { bound, problems } = bind({
      boards: [uno],
      exhibits: [
        { id: 'ohms-law', board: 'uno' },
        { id: 'light', board: 'uno', bindings: { light: { pin: 'A0' } } },
      ],
    })
    expect(Object.keys(bound)).toEqual(['ohms-law'])
    expect(problems).toMatchObject([
      {
        code: 'site.pin-twice',
        path: 'exhibits[1].bindings.light.pin',
        mend: 'Bind it to pin A1 (also free: A2, A3, A4, A5).',
      },
    ])
  })

  it('names an unknown board once, and an unknown channel', () => {
    const { bound, problems } = bind({
      boards: [uno],
      exhibits: [{ id: 'ohms-law', board: 'nano', bindings: { knob: { pin: 'A0' } } }],
    })
    expect(bound).toEqual({})
    expect(problems).toEqual([
      {
        code: 'site.unknown-channel',
        path: 'exhibits[0].bindings.knob',
        mend: 'Use one of dial, button, voltage, or remove this binding.',
        file: 'site.json',
      },
      { code: 'site.unknown-board', path: 'exhibits[0].board', mend: 'Use one of uno.', file: 'site.json' },
    ])
  })

  it('passes over an exhibit whose package is broken', () => {
    const site: SiteInput = {
      boards: [uno],
      exhibits: [
        { id: 'gone', board: 'uno' },
        { id: 'light', board: 'uno' },
      ],
    }
    expect(bind(site)).toMatchObject({ bound: { light: {} }, problems: [] })
  })

  it('names what the site file says twice', () => {
    const { bound, problems } = bind({
      boards: [
        uno,
        { kind: 'makerhall', id: 'uno', port: '/dev/a', identity: 'mh-00000001' },
        { kind: 'firmata', id: 'old', port: '/dev/a' },
        { kind: 'makerhall', id: 'new', identity: 'mh-00000001', port: '/dev/b' },
      ],
      exclude: ['/dev/b'],
      exhibits: [
        { id: 'light', board: 'uno' },
        { id: 'light', board: 'uno' },
      ],
    })
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['site.board-twice', 'boards[1].id'],
      ['site.port-twice', 'boards[2].port'],
      ['site.port-excluded', 'boards[3].port'],
      ['site.identity-twice', 'boards[3].identity'],
      ['site.exhibit-twice', 'exhibits[1].id'],
    ])
    expect(Object.keys(bound)).toEqual(['light'])
  })
})
