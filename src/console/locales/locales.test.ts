import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Language, localeTags } from '../../shared/language.ts'
import { createFormat } from '../words.ts'

const read = <Schema extends z.ZodType>(file: string, schema: Schema) =>
  schema.parse(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')))
const files = readdirSync(new URL('.', import.meta.url))
const languages = files
  .flatMap((file) => /^([a-z]{2})\.json$/.exec(file)?.[1] ?? [])
  .map((l) => Language.parse(l))
const texts = new Map(languages.map((l) => [l, read(`./${l}.json`, z.record(z.string(), z.string().min(1)))]))
const plural = /^(.+)_(zero|one|two|few|many|other)$/

const bases = (keys: string[]) => new Set(keys.map((key) => plural.exec(key)?.[1] ?? key))
const english = texts.get('en') ?? {}

describe('the console’s texts', () => {
  it('are there in Latvian and English', () => {
    expect(languages).toEqual(expect.arrayContaining(['en', 'lv']))
  })

  it.each(languages)('say in %s all that English says, and no more', (language) => {
    expect([...bases(Object.keys(texts.get(language) ?? {}))].sort()).toEqual(
      [...bases(Object.keys(english))].sort(),
    )
  })

  it.each(languages)('have in %s every plural form that the language has', (language) => {
    const own = texts.get(language) ?? {}
    const forms: string[] = new Intl.PluralRules(localeTags[language]).resolvedOptions().pluralCategories
    const counted = new Set(Object.keys(own).flatMap((key) => plural.exec(key)?.[1] ?? []))
    for (const base of counted)
      expect(
        Object.keys(own)
          .filter((key) => key.startsWith(`${base}_`))
          .sort(),
      ).toEqual(forms.map((form) => `${base}_${form}`).sort())
  })

  it.each(languages)('fill in %s the same gaps', (language) => {
    const gaps = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
    for (const [key, text] of Object.entries(texts.get(language) ?? {})) {
      const base = plural.exec(key)?.[1] ?? key
      expect([key, gaps(text)]).toEqual([key, gaps(english[base] ?? english[`${base}_other`] ?? '')])
    }
  })

  it('tell problems in every language but English, whose words come from the servers', () => {
    const told = languages
      .filter((language) => language !== 'en')
      .map((language) =>
        read(
          `./${language}.problems.json`,
          z.record(z.string(), z.tuple([z.string().min(1), z.string().min(1)])),
        ),
      )
    for (const one of told) expect(Object.keys(one).sort()).toEqual(Object.keys(told[0] ?? {}).sort())
  })
})

describe('numbers and dates', () => {
  const units = { s: 's', min: 'min', h: 'h', d: 'd' }
  const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

  it('are written as each language writes them', () => {
    const lv = createFormat('lv', units, 'Europe/Riga')
    const en = createFormat('en-GB', units, 'Europe/Riga')
    expect(plain(lv.number(12_345.678, 2))).toBe('12 345,68')
    expect(en.number(12_345.678, 2)).toBe('12,345.68')
    expect(plain(lv.percent(0.25, true))).toMatch(/^\+25\s?%$/)
    expect(lv.time('2026-11-23T12:05:00Z')).toBe('14:05')
    expect(en.day('2026-11-23T14:00')).toBe('23 Nov')
    expect(en.weekday(1, 'long')).toBe('Monday')
    expect(lv.weekday(7, 'long')).toBe('Svētdiena')
  })

  it('say durations in their two largest units', () => {
    const en = createFormat('en-GB', units)
    expect(plain(en.duration(7400))).toBe('7 s')
    expect(plain(en.duration(102_000))).toBe('1 min 42 s')
    expect(plain(en.duration(120_000))).toBe('2 min')
    expect(plain(en.duration(3_660_000))).toBe('1 h 1 min')
    expect(plain(en.duration(90_000_000))).toBe('1 d 1 h')
    expect(plain(en.duration(-5))).toBe('0 s')
  })
})
