import { type Language, languageNames, localeTags } from '../../shared/language.ts'
import type { Problem } from '../../shared/problem.ts'

const suffix = /^(.+)_(zero|one|two|few|many|other)$/

/** A locale file as found; null texts where it cannot be read (which is told elsewhere). */
export interface LocaleFile {
  language: Language
  file: string
  texts: Readonly<Record<string, string>> | null
}

/**
 * Whether every language says the same: each key of the first language in all others and none besides, no empty text,
 * and for a text with a number every form that the language has (by Intl.PluralRules, written as i18next does:
 * `points_one`, `points_other`). A key counts as a plural where some language has it with `_other`, which all
 * languages have.
 */
export function checkLocales(files: readonly LocaleFile[]): Problem[] {
  const problems: Problem[] = []
  const readable = files.flatMap(({ texts, ...file }) => (texts ? [{ ...file, texts }] : []))
  const plurals = new Set(
    readable.flatMap(({ texts }) => Object.keys(texts).flatMap((key) => /^(.+)_other$/.exec(key)?.[1] ?? [])),
  )
  const nameOf = (key: string) => {
    const base = suffix.exec(key)?.[1]
    return base !== undefined && plurals.has(base) ? base : key
  }
  const [first] = readable
  const expected = new Set(first ? Object.keys(first.texts).map(nameOf) : [])

  for (const { language, file, texts } of readable) {
    const found = (path: string, message: string, mend: string) =>
      problems.push({ code: 'locale.incomplete', file, path, message, mend })
    const present = new Set(Object.keys(texts).map(nameOf))
    const forms: string[] = new Intl.PluralRules(localeTags[language]).resolvedOptions().pluralCategories

    for (const [key, text] of Object.entries(texts)) {
      if (text.trim() === '') found(key, 'The text is empty.', 'Write it.')
      const base = nameOf(key)
      if (!expected.has(base) && first)
        found(key, `${first.file} has no such text.`, 'Remove it here, or add it in every language.')
      const form = base === key ? null : key.slice(base.length + 1)
      if (form && !forms.includes(form))
        found(key, `${languageNames[language]} has no plural form ${form}.`, `Use ${forms.join(', ')}.`)
    }
    for (const name of expected) {
      if (!present.has(name)) found(name, 'The text is missing.', `Translate it from ${first?.file}.`)
      else if (plurals.has(name))
        for (const form of forms)
          if (!Object.hasOwn(texts, `${name}_${form}`))
            found(
              `${name}_${form}`,
              `The plural form ${form} is missing.`,
              `${languageNames[language]} needs ${forms.map((one) => `${name}_${one}`).join(', ')}.`,
            )
    }
  }
  return problems
}
