import { useEffect, useState } from 'react'
import { type TextValues, translate } from '../kit/index.ts'
import type { Language } from '../shared/language.ts'
import { Texts } from '../shared/scene.ts'
import en from './locales/en.json' with { type: 'json' }
import lv from './locales/lv.json' with { type: 'json' }
import no from './locales/no.json' with { type: 'json' }
import ru from './locales/ru.json' with { type: 'json' }

/** The page's own words. */
export const own: Record<Language, Texts> = { lv, en, no, ru }

export type Say = (key: string, values?: TextValues) => string
export const sayIn =
  (language: Language): Say =>
  (key, values) =>
    translate(own[language], language, key, values)

const fetched = new Map<string, Promise<Texts>>()

function fetchTexts(path: string): Promise<Texts> {
  const known = fetched.get(path)
  if (known) return known
  const coming = fetch(path)
    .then((response) => response.json())
    .then((body) => Texts.parse(body))
  coming.catch(() => fetched.delete(path))
  fetched.set(path, coming)
  return coming
}

export interface Spoken {
  language: Language
  texts: Texts
}

/**
 * The words of an exhibit's package in a language, null until they have come; while another language is on its way,
 * the one before stays. What cannot be fetched is tried again.
 */
export function useExhibitTexts(id: string, version: string | null, language: Language): Spoken | null {
  const [spoken, setSpoken] = useState<(Spoken & { of: string }) | null>(null)
  const of = `${id}/${version}`
  useEffect(() => {
    if (version === null) return
    let wanted = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const get = () =>
      fetchTexts(`/exhibits/${of}/locales/${language}.json`).then(
        (texts) => wanted && setSpoken({ of, language, texts }),
        () => {
          if (wanted) timer = setTimeout(get, 2_000)
        },
      )
    get()
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [of, version, language])
  return spoken?.of === of ? spoken : null
}
