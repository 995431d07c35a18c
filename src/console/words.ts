import { createInstance, type i18n } from 'i18next'
import { useCallback, useMemo } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { languages, localeTags } from '../shared/language.ts'
import en from './locales/en.json'
import lv from './locales/lv.json'
import lvProblems from './locales/lv.problems.json'

/** The languages that the console speaks, in the order in which they are shown. A new one is one file and one line. */
const texts = { lv, en } as const
export type ConsoleLanguage = keyof typeof texts
export const consoleLanguages = languages.filter((language): language is ConsoleLanguage => language in texts)

/**
 * What a problem's code means, and its mend. The servers say it themselves in English, with the names that belong to it;
 * the other languages tell it by the code.
 */
const problems: Record<ConsoleLanguage, Readonly<Record<string, readonly string[]>> | null> = {
  lv: lvProblems,
  en: null,
}

type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'
type WithoutPlural<Key> = Key extends `${infer Base}_${Plural}` ? Base : Key
export type WordKey = WithoutPlural<keyof typeof en>
type Values = Record<string, string | number>

const remembered = 'makerhall.language'

/** What was chosen here before, else the first of the browser's languages that the console speaks, else Latvian. */
function firstLanguage(): ConsoleLanguage {
  const wanted = [localStorage.getItem(remembered), ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return (
    consoleLanguages.find((language) => language === wanted.find((w) => w !== null && w in texts)) ?? 'lv'
  )
}

export async function createWords(): Promise<i18n> {
  const words = createInstance()
  words.on('languageChanged', (language) => {
    document.documentElement.lang = language
  })
  await words.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: 'en',
    resources: { lv: { translation: lv }, en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  })
  return words
}

export function useWords() {
  const { t: translate, i18n: words } = useTranslation()
  const t = useCallback((key: WordKey, values?: Values): string => translate(key, values ?? {}), [translate])
  const language = consoleLanguages.find((l) => l === words.language) ?? 'en'
  const choose = useCallback(
    (next: ConsoleLanguage) => {
      localStorage.setItem(remembered, next)
      void words.changeLanguage(next)
    },
    [words],
  )
  return { t, language, tag: localeTags[language], problems: problems[language], choose }
}

/** Numbers, dates and durations as the language writes them. Times are in `zone` where one is given, else the reader's. */
export function useFormat(zone?: string) {
  const { t, tag } = useWords()
  return useMemo(
    () => createFormat(tag, { s: t('unit.s'), min: t('unit.min'), h: t('unit.h'), d: t('unit.d') }, zone),
    [t, tag, zone],
  )
}

/** The symbols that a language writes behind seconds, minutes, hours and days. */
export type TimeUnits = Record<'s' | 'min' | 'h' | 'd', string>

export function createFormat(tag: string, symbols: TimeUnits, zone?: string) {
  const timeZone = zone === undefined ? {} : { timeZone: zone }
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { ...timeZone, ...options })
  const time = dates({ hour: '2-digit', minute: '2-digit', hour12: false })
  const timeWithSeconds = dates({ hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
  const date = dates({ day: 'numeric', month: 'short', year: 'numeric' })
  const dateTime = dates({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  const whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 })
  const count = (n: number, symbol: keyof TimeUnits) => `${whole.format(n)}\u00a0${symbols[symbol]}`

  return {
    number: (value: number, digits = 0) =>
      digits === 0
        ? whole.format(value)
        : new Intl.NumberFormat(tag, {
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          }).format(value),
    signed: (value: number) => new Intl.NumberFormat(tag, { signDisplay: 'exceptZero' }).format(value),
    percent: (share: number, signed = false) =>
      new Intl.NumberFormat(tag, {
        style: 'percent',
        maximumFractionDigits: 0,
        signDisplay: signed ? 'exceptZero' : 'auto',
      }).format(share),
    time: (at: Date | string) => time.format(new Date(at)),
    timeWithSeconds: (at: Date | string) => timeWithSeconds.format(new Date(at)),
    date: (at: Date | string) => date.format(new Date(at)),
    dateTime: (at: Date | string) => dateTime.format(new Date(at)),
    /** How long, in ms, in its two largest units: `1 min 42 s`. */
    duration(ms: number) {
      const s = Math.max(0, Math.round(ms / 1000))
      if (s < 60) return count(s, 's')
      if (s < 3600) return joined(count(Math.floor(s / 60), 'min'), s % 60, count(s % 60, 's'))
      const min = Math.floor(s / 60)
      if (min < 1440) return joined(count(Math.floor(min / 60), 'h'), min % 60, count(min % 60, 'min'))
      const h = Math.floor(min / 60)
      return joined(count(Math.floor(h / 24), 'd'), h % 24, count(h % 24, 'h'))
    },
    /** A calendar day such as `2026-11-23`, which has no zone. */
    day: (key: string, options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }) =>
      new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' }).format(
        new Date(`${key.slice(0, 10)}T00:00:00Z`),
      ),
    /** From one calendar day to another, with the year unless `year` is false. */
    days: (first: string, last: string, year = true) =>
      new Intl.DateTimeFormat(tag, {
        day: 'numeric',
        month: 'short',
        ...(year ? { year: 'numeric' } : {}),
        timeZone: 'UTC',
      }).formatRange(new Date(`${first}T00:00:00Z`), new Date(`${last}T00:00:00Z`)),
    /** 1 for Monday to 7 for Sunday. */
    weekday: (weekday: number, width: 'short' | 'long' = 'short') =>
      new Intl.DateTimeFormat(tag, { weekday: width, timeZone: 'UTC' }).format(
        Date.UTC(2026, 10, 22 + weekday),
      ),
  }
}

const joined = (large: string, rest: number, small: string) => (rest === 0 ? large : `${large} ${small}`)
