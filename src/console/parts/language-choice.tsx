import { NativeSelect } from '@mantine/core'
import { IconLanguage } from '@tabler/icons-react'
import { languageNames } from '../../shared/language.ts'
import { consoleLanguages, useWords } from '../words.ts'

export function LanguageChoice() {
  const { t, language, choose } = useWords()
  return (
    <NativeSelect
      aria-label={t('language')}
      className="language"
      leftSection={<IconLanguage size={20} aria-hidden />}
      leftSectionPointerEvents="none"
      size="md"
      value={language}
      onChange={(event) => {
        const next = consoleLanguages.find((l) => l === event.currentTarget.value)
        if (next) choose(next)
      }}
      data={consoleLanguages.map((value) => ({ value, label: languageNames[value] }))}
    />
  )
}
