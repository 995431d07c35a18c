import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import manifest from './exhibit.json' with { type: 'json' }
import en from './locales/en.json' with { type: 'json' }
import lv from './locales/lv.json' with { type: 'json' }
import no from './locales/no.json' with { type: 'json' }
import ru from './locales/ru.json' with { type: 'json' }
import { resistors } from './physics.ts'

const locales: Record<string, Record<string, string>> = { lv, en, no, ru }
const stem = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '')

describe('the exhibit’s words', () => {
  it('has the same keys in every language of the manifest', () => {
    expect(Object.keys(locales).sort()).toEqual([...manifest.languages].sort())
    const keys = Object.values(locales).map((texts) => [...new Set(Object.keys(texts).map(stem))].sort())
    for (const each of keys) expect(each).toEqual(keys[0])
  })

  it('has every plural form that its language needs', () => {
    for (const [language, texts] of Object.entries(locales)) {
      const tag = language === 'no' ? 'nb' : language
      const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories
      for (const form of forms) expect(texts, `${language} points_${form}`).toHaveProperty(`points_${form}`)
    }
  })

  it('names each mode of the manifest', () => {
    for (const texts of Object.values(locales)) {
      for (const { id } of manifest.modes) expect(texts[`mode.${id}`]).toBeTruthy()
    }
  })

  it('calls each resistor by its ohms', () => {
    for (const texts of Object.values(locales))
      for (const [each, ohms] of Object.entries(resistors))
        expect(texts[`resistor.${each}`]).toContain(String(ohms))
  })

  it('uses in its scenes only words that it has', () => {
    const folder = join(import.meta.dirname, 'parts')
    const source = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    const used = source.flatMap((text) =>
      [...text.matchAll(/\btext\('([\w.-]+)'/g)].map(([, key]) => key ?? ''),
    )
    expect(used.length).toBeGreaterThan(10)
    const known = new Set(Object.keys(lv).map(stem))
    for (const key of used) expect(known, key).toContain(key)
  })
})
