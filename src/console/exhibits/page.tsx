import { Page } from '../parts/page.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { useClient, useLive } from '../services.tsx'
import { useWords } from '../words.ts'
import { ExhibitCard } from './card.tsx'
import { useExhibitWords } from './package.ts'

/** For the educator: what each exhibit does now, and another mode for some minutes. */
export function ExhibitsPage() {
  const { t } = useWords()
  const exhibits = useLive((live) => live.state?.exhibits)
  const { config } = useClient()
  const stale = useLive((live) => live.stale)
  const words = useExhibitWords(exhibits?.map((exhibit) => exhibit.id) ?? [])
  return (
    <Page title={t('exhibits')}>
      {exhibits === undefined && !stale && config.controller !== null && <Waiting />}
      <div className={stale ? 'exhibits stale' : 'exhibits'}>
        {exhibits?.map((exhibit) => (
          <ExhibitCard key={exhibit.id} exhibit={exhibit} words={words} />
        ))}
      </div>
    </Page>
  )
}
