import { type Language, localeTags } from '../shared/language.ts'
import type { Texts } from '../shared/scene.ts'

export type TextValues = Record<string, string | number>

const numberFormats = new Map<string, Intl.NumberFormat>()
const pluralRules = new Map<Language, Intl.PluralRules>()

/** Intl's objects are dear to make and are asked for at every frame. */
function once<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make()
  known.set(key, made)
  return made
}

/**
 * A number as the language writes it.
 * @param decimals exactly so many; absent: at most two
 */
export function formatNumber(language: Language, value: number, decimals?: number): string {
  const format = once(numberFormats, `${language} ${decimals}`, () => {
    const digits =
      decimals === undefined
        ? { maximumFractionDigits: 2 }
        : { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
    return new Intl.NumberFormat(localeTags[language], { ...digits, signDisplay: 'negative' })
  })
  return format.format(value)
}

/** The language's plural form of a count, as i18next names it: `zero`, `one`, `few`, `many`, `other`. */
export function pluralForm(language: Language, count: number): Intl.LDMLPluralRule {
  return once(pluralRules, language, () => new Intl.PluralRules(localeTags[language])).select(count)
}

/**
 * A text in a language. With a `count` among the values, the key is taken in its plural form (`points_one`), then in
 * `_other`, then bare. `{{name}}` is replaced by the value; numbers are written as the language does. A key that is not
 * there comes back as it is; the tests of each locale see to it that none is missing.
 */
export function translate(texts: Texts, language: Language, key: string, values: TextValues = {}): string {
  const { count } = values
  const keys =
    typeof count === 'number' ? [`${key}_${pluralForm(language, count)}`, `${key}_other`, key] : [key]
  const text = keys.map((candidate) => texts[candidate]).find((found) => found !== undefined) ?? key
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? formatNumber(language, value) : value
  })
}
