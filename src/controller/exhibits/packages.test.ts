import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestInput, writePackage } from './fixtures/package.ts'
import { checkPackage, loadPackages } from './packages.ts'

/** What is wrong, as `file path`, with the file's name below the package. */
async function wrongIn(folder: string, options = {}) {
  const { problems } = await checkPackage(folder, options)
  for (const { message, mend } of problems) {
    expect(message).toMatch(/\.$/)
    expect(mend).toMatch(/\.$/)
  }
  return problems.map(({ file, path }) => [file?.slice(folder.length + 1), path].filter(Boolean).join(' '))
}
const wrongWith = (changes: object) => wrongIn(writePackage(changes))
const { channels } = manifestInput()

describe('a package', () => {
  it('is sound as the fixtures write it', async () => {
    expect(await wrongIn(writePackage())).toEqual([])
  })

  it('needs its folder, its manifest and its files', async () => {
    expect(await wrongIn('/nowhere/lab')).toEqual([''])
    expect(await wrongIn(writePackage({}, { 'exhibit.json': null }))).toEqual(['exhibit.json'])
    expect(await wrongIn(writePackage({}, { 'scenes/play.js': null, 'locales/no.json': null }))).toEqual([
      'exhibit.json scenes.play',
      'locales/no.json',
    ])
  })

  it('is not read if it is huge, not JSON, or no object', async () => {
    const codes = async (text: string) =>
      (await checkPackage(writePackage({}, { 'exhibit.json': text }))).problems.map(({ code }) => code)
    expect(await codes(`{"a":"${'x'.repeat(1024 * 1024)}"}`)).toEqual(['manifest.too-large'])
    expect(await codes('{"makerhall": 1,')).toEqual(['manifest.not-json'])
    expect(await codes('[]')).toEqual(['manifest.invalid'])
  })

  it('may have scenes in TypeScript only as its maker writes it', async () => {
    const folder = writePackage(
      { scenes: { attract: 'scenes/attract.tsx', play: 'scenes/play.js' } },
      { 'scenes/attract.tsx': '' },
    )
    expect(await wrongIn(folder, { source: true })).toEqual([])
    expect(await wrongIn(folder)).toEqual(['exhibit.json scenes.attract'])
  })

  it('is called as its folder where packages live together', async () => {
    expect(await wrongIn(writePackage(), { id: 'other' })).toEqual(['exhibit.json id'])
  })
})

describe('a manifest', () => {
  it('tells all that is wrong at once, also beside what the schema refuses', async () => {
    expect(
      await wrongWith({
        hue: 'yellow',
        modes: [{ id: 'explore' }, { id: 'explore' }],
        stages: [{ id: 'turned' }, { id: 'turned', modes: ['nowhere'] }],
        rules: [
          { rule: 'last-moved', of: ['dial', 'dail'], to: 'current' },
          { rule: 'toggle', on: 'dial', to: 'voltage', modes: ['predict'] },
          { rule: 'link', from: 'voltage', to: 'constructor' },
          { rule: 'link', from: 'current', to: 'resistor' },
        ],
      }),
    ).toEqual([
      'exhibit.json hue',
      'exhibit.json modes[1].id',
      'exhibit.json stages[1].id',
      'exhibit.json rules[0].to',
      'exhibit.json rules[0].of[1]',
      'exhibit.json rules[1].modes[0]',
      'exhibit.json rules[1].to',
      'exhibit.json rules[1].on',
      'exhibit.json rules[2].to',
      'exhibit.json rules[2].from',
      'exhibit.json rules[3].from',
      'exhibit.json stages[1].modes[0]',
    ])
  })

  it('joins numbers with numbers and states with states', async () => {
    expect(
      await wrongWith({ rules: [{ rule: 'last-moved', of: ['dial', 'button'], to: 'resistor' }] }),
    ).toEqual(['exhibit.json rules[0].of[0]'])
  })

  it('lets one rule at a time hold an actuator', async () => {
    const one = { rule: 'last-moved', of: ['dial'], to: 'voltage' }
    const other = { rule: 'link', from: 'current', to: 'voltage' }
    expect(await wrongWith({ rules: [one, other] })).toEqual(['exhibit.json rules[1].to'])
    expect(
      await wrongWith({
        rules: [
          { ...one, modes: ['explore'] },
          { ...other, modes: ['predict'] },
        ],
      }),
    ).toEqual([])
    const toggle = { rule: 'toggle', to: 'resistor' }
    expect(
      await wrongWith({
        rules: [
          { ...toggle, on: 'button' },
          { ...toggle, on: 'near' },
        ],
      }),
    ).toEqual([])
  })

  it('keeps safe values inside their ranges and pins apart', async () => {
    expect(
      await wrongWith({
        rules: [],
        channels: {
          dial: { ...channels.dial, pin: '5' },
          voltage: { ...channels.voltage, safe: 6 },
          button: { ...channels.button, pin: '9' },
          near: { ...channels.near, pin: '0' },
        },
      }),
    ).toEqual([
      'exhibit.json channels.dial.pin',
      'exhibit.json channels.voltage.safe',
      'exhibit.json channels.button.pin',
      'exhibit.json channels.near.pin',
    ])
  })

  it('names parts and languages once, and ages from low to high', async () => {
    const part = { part: 'button', id: 'press', a: '2', b: 'gnd' }
    expect(
      await wrongWith({
        languages: ['lv', 'lv'],
        breadboard: { parts: [part, part] },
        learning: { ages: [99, 7], minutes: 4, leastSeconds: 60 },
      }),
    ).toEqual([
      'exhibit.json languages[1]',
      'exhibit.json breadboard.parts[1].id',
      'exhibit.json learning.ages',
    ])
  })

  it('leaves paths inside the package', async () => {
    expect(await wrongWith({ scenes: { attract: '../outside.js', play: 'scenes/play.js' } })).toEqual([
      'exhibit.json scenes.attract',
    ])
  })

  it('survives names that objects have by nature', async () => {
    const odd =
      '{"makerhall":1,"channels":{"__proto__":{"kind":"digital-in","pin":"2"},"constructor":7},"rules":[{"rule":"link","from":"to-string","to":"constructor"}]}'
    const { problems } = await checkPackage(writePackage({}, { 'exhibit.json': odd }))
    expect(problems.map(({ path }) => path)).toContain('rules[0].from')
  })
})

describe('texts', () => {
  const texts = (change: Record<string, object>) =>
    wrongIn(
      writePackage(
        {},
        Object.fromEntries(
          Object.entries(change).map(([language, text]) => [
            `locales/${language}.json`,
            JSON.stringify(text),
          ]),
        ),
      ),
    )

  it('are the same keys in every language, none of them empty', async () => {
    const plural = { points_one: '1', points_other: '2' }
    expect(await texts({ en: { heading: 'Ohm', ...plural }, no: { title: ' ', ...plural } })).toEqual([
      'locales/en.json heading',
      'locales/en.json title',
      'locales/no.json title',
    ])
  })

  it('have the plural forms of their language', async () => {
    const title = 'Ома'
    expect(await texts({ ru: { title, points_one: '1', points_other: '2', points_two: '2' } })).toEqual([
      'locales/ru.json points_two',
      'locales/ru.json points_few',
      'locales/ru.json points_many',
    ])
    expect(await texts({ en: { title, points_zero: '0', points_one: '1', points_other: '2' } })).toEqual([
      'locales/en.json points_zero',
    ])
    expect(await texts({ lv: { title, points_one: '1', points_other: '2' } })).toEqual([
      'locales/lv.json points_zero',
    ])
  })

  it('may end in a word of a plural without being one', async () => {
    const files = Object.fromEntries(
      ['lv', 'en'].map((language) => [
        `locales/${language}.json`,
        JSON.stringify({ step_one: 'a', step_two: 'b' }),
      ]),
    )
    expect(await wrongIn(writePackage({ languages: ['lv', 'en'] }, files))).toEqual([])
  })

  it('are texts', async () => {
    expect(await texts({ en: { title: 7 } })).toContain('locales/en.json title')
  })
})

describe('the packages of a site', () => {
  it('stand in their order, and a broken one harms no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'makerhall-exhibits-'))
    writePackage({}, {}, join(folder, 'lab'))
    writePackage({ id: 'broken', modes: 7 }, {}, join(folder, 'broken'))
    const packages = await loadPackages(folder, ['broken', 'lab', 'missing'])
    expect(
      packages.map(({ id, manifest, problems }) => [
        id,
        manifest !== null,
        problems.map(({ path, code }) => path ?? code),
      ]),
    ).toEqual([
      ['broken', false, ['modes']],
      ['lab', true, []],
      ['missing', false, ['package.missing']],
    ])
    expect(packages.map((one) => [dirname(one.folder), basename(one.folder)])).toEqual(
      ['broken', 'lab', 'missing'].map((id) => [folder, id]),
    )
  })
})
