import { describe, expect, it } from 'vitest'
import { pluralForm } from '../kit/text.ts'
import { type Language, languages, localeTags } from '../shared/language.ts'
import { own, sayIn } from './texts.ts'

const stem = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '')
const formsOf = (language: Language) =>
  new Intl.PluralRules(localeTags[language]).resolvedOptions().pluralCategories

describe('the page’s words', () => {
  it('has the same keys in every language', () => {
    const keys = (language: Language) => [...new Set(Object.keys(own[language]).map(stem))].sort()
    for (const language of languages) expect(keys(language)).toEqual(keys('lv'))
  })

  it('has every plural form that its language needs, and no other', () => {
    for (const language of languages) {
      const counted = Object.keys(own[language]).filter((key) => stem(key) !== key)
      expect(counted.map((key) => key.replace(`${stem(key)}_`, '')).sort()).toEqual(
        [...formsOf(language)].sort(),
      )
    }
  })

  it('has the same values to fill in', () => {
    const values = (text: string | undefined) => (text?.match(/\{\{\w+\}\}/g) ?? []).sort()
    for (const language of languages) {
      for (const [key, text] of Object.entries(own[language])) {
        const latvian = own.lv[key] ?? own.lv[`${stem(key)}_other`]
        expect(values(text), `${language} ${key}`).toEqual(values(latvian))
      }
    }
  })

  it('counts seconds as each language does', () => {
    const say = sayIn('lv')
    expect(say('still.seconds', { count: 1 })).toBe('Pēc 1 sekundes sāksim no jauna')
    expect(say('still.seconds', { count: 10 })).toBe('Pēc 10 sekundēm sāksim no jauna')
    expect(say('still.seconds', { count: 0 })).toContain('0 sekundēm')
    expect(pluralForm('ru', 2)).toBe('few')
    expect(sayIn('ru')('still.seconds', { count: 2 })).toBe('Начнём заново через 2 секунды')
    expect(sayIn('ru')('still.seconds', { count: 10 })).toBe('Начнём заново через 10 секунд')
  })
})
