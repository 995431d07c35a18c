import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { hubRoutes } from '../../shared/routes.ts'
import { Page } from '../parts/page.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { useClient, useLive, useNow } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { visitsIn, visitsInCsv } from './figures.ts'
import { Figures } from './figures-row.tsx'
import { type By, type Choice, type Period, periodOf, type Span } from './period.ts'
import { PeriodChooser } from './period-chooser.tsx'
import { saveFile } from './save-file.ts'
import { ViewChooser, Visits } from './visits.tsx'

/** For staff: how much the exhibits are used, and the proof to take along. */
export function StatisticsPage() {
  const { t } = useWords()
  const format = useFormat()
  const client = useClient()
  const queries = useQueryClient()
  const [choice, setChoice] = useState<Choice>({ kind: 'week' })
  const [chosenView, setView] = useState<By | null>(null)
  const view = chosenView ?? (choice.kind === 'today' ? 'hour' : 'day')
  const { zone, period } = usePeriod(choice)

  const days = useVisits(period.span, 'day')
  const hours = useVisits(period.span, 'hour')
  const exhibits = useVisits(period.span, 'exhibit')
  const before = useVisits(period.before, 'exhibit')
  const all = [days, hours, exhibits, before]
  const failed = all.find((query) => query.isError)

  const save = useMutation({
    mutationFn: () => client.call('hub', hubRoutes.visitsCsv, { query: { ...period.span, by: view } }),
    onSuccess: (csv) => {
      saveFile(`visits-${period.first}-${period.last}-${view}.csv`, csv)
      // What was counted since the screen was drawn is in the file: the screen follows, so that both say the same.
      if (visitsInCsv(csv) !== visitsIn(days.data?.rows ?? []))
        void queries.invalidateQueries({ queryKey: ['visits'] })
    },
  })

  const ready = days.data && hours.data && exhibits.data && before.data
  return (
    <Page
      title={t('statistics')}
      action={
        <Button
          variant="filled"
          leftSection={<IconDownload size={20} aria-hidden />}
          loading={save.isPending}
          disabled={!days.data}
          onClick={() => save.mutate()}
        >
          {t('export')}
        </Button>
      }
    >
      <PeriodChooser choice={choice} today={period.today} onChange={setChoice} />
      {save.isError && (
        <ProblemView error={save.error} help={{ label: t('tryAgain'), onClick: () => save.mutate() }} />
      )}
      {failed && (
        <ProblemView
          error={failed.error}
          help={{
            label: t('tryAgain'),
            onClick: () => void queries.refetchQueries({ queryKey: ['visits'] }),
          }}
        />
      )}
      {!ready && !failed && <Waiting />}
      {ready && (
        <div className={failed ? 'rows stale' : 'rows'}>
          <Figures
            period={period}
            days={days.data.rows}
            hours={hours.data.rows}
            exhibits={exhibits.data.rows}
            before={before.data.rows}
          />
          <section className="card rows" aria-labelledby="visits">
            <div className="row apart">
              <div>
                <h2 id="visits">{t('visits')}</h2>
                <p className="small soft">
                  {format.days(period.first.toString(), period.last.toString())} · {t('stats.zone', { zone })}
                </p>
              </div>
              <ViewChooser view={view} onChange={setView} />
            </div>
            <Visits
              view={view}
              period={period}
              days={days.data.rows}
              hours={hours.data.rows}
              exhibits={exhibits.data.rows}
            />
          </section>
          <details className="more">
            <summary>{t('stats.cannot')}</summary>
            <div className="rows cannot">
              <p>{t('stats.visit')}</p>
              <p>{t('stats.cannot.list')}</p>
              <p>{t('stats.median')}</p>
            </div>
          </details>
        </div>
      )}
    </Page>
  )
}

/** The period in the zone that the hub counts in; until its first answer, in the kiosk's, else the reader's. */
function usePeriod(choice: Choice): { zone: string; period: Period } {
  const queries = useQueryClient()
  const kiosk = useLive((live) => live.state?.site.zone)
  const hub = useQuery<string | null>({
    queryKey: ['zone'],
    queryFn: () => queries.getQueryData<string>(['zone']) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const zone = hub.data ?? kiosk ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const now = Math.floor(useNow(10_000) / 60_000) * 60_000
  return useMemo(() => ({ zone, period: periodOf(choice, zone, now) }), [choice, zone, now])
}

function useVisits({ from, to }: Span, by: By) {
  const client = useClient()
  const queries = useQueryClient()
  return useQuery({
    queryKey: ['visits', by, from, to],
    queryFn: async ({ signal }) => {
      const answer = await client.call('hub', hubRoutes.visits, { query: { from, to, by } }, signal)
      queries.setQueryData(['zone'], answer.zone)
      return answer
    },
    placeholderData: keepPreviousData,
    refetchInterval: 20_000,
  })
}
