import { z } from 'zod'

/** The languages a visitor can choose, in the order in which they are shown. `no` is Norwegian Bokmål. */
export const languages = ['lv', 'en', 'no', 'ru'] as const
export const Language = z.enum(languages)
export type Language = z.infer<typeof Language>

/** Each language's name in itself. */
export const languageNames: Record<Language, string> = {
  lv: 'Latviešu',
  en: 'English',
  no: 'Norsk',
  ru: 'Русский',
}

/** The tag under which Intl knows the language (numbers, dates, plurals). */
export const localeTags: Record<Language, string> = { lv: 'lv', en: 'en-GB', no: 'nb', ru: 'ru' }
