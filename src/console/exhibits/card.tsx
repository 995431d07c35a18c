import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type CSSProperties, useId, useState } from 'react'
import type { ExhibitStatus } from '../../shared/exhibit.ts'
import { controllerRoutes } from '../../shared/routes.ts'
import { numberFrom } from '../parts/number-from.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { useClient, useLive, useNow } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import type { useExhibitWords } from './package.ts'
import { RestingNotice } from './resting.tsx'

type ExhibitWords = ReturnType<typeof useExhibitWords>
const lengths = ['5', '15', '45'] as const
/** The longest time that the route takes, in minutes. */
const longest = 10_080

export function ExhibitCard({ exhibit, words }: { exhibit: ExhibitStatus; words: ExhibitWords }) {
  const { t } = useWords()
  const client = useClient()
  const heading = useId()
  const [length, setLength] = useState<string>('15')
  const [own, setOwn] = useState('30')
  const minutes = length === 'own' ? (numberFrom(own) ?? 0) : Number(length)
  const sound = minutes > 0 && minutes <= longest
  const params = { id: exhibit.id }

  const set = useMutation({
    mutationFn: (mode: string) =>
      client.call('controller', controllerRoutes.setMode, { params, body: { mode, minutes } }),
  })
  const end = useMutation({
    mutationFn: () => client.call('controller', controllerRoutes.endLease, { params }),
  })
  const usual = exhibit.lease?.back ?? exhibit.mode

  return (
    <section
      className="card exhibit"
      aria-labelledby={heading}
      data-hue
      style={{ '--hue': exhibit.hue } as CSSProperties}
    >
      <div className="row apart">
        <div className="row">
          <span className="hue-dot" aria-hidden />
          <h2 id={heading}>{words.title(exhibit.id)}</h2>
        </div>
        {exhibit.resting ? (
          <StateWord look="resting">{t('exhibit.resting')}</StateWord>
        ) : (
          <StateWord look="playing">
            {t('exhibit.plays', { mode: exhibit.mode ? words.mode(exhibit.id, exhibit.mode) : '–' })}
          </StateWord>
        )}
      </div>

      {exhibit.resting && <RestingNotice id={exhibit.id} resting={exhibit.resting} />}

      {exhibit.lease && (
        <div className="lease">
          <Lease lease={exhibit.lease} mode={words.mode(exhibit.id, exhibit.lease.mode)} />
          <Button
            leftSection={<IconArrowBackUp size={20} aria-hidden />}
            loading={end.isPending}
            onClick={() => end.mutate()}
          >
            {t('lease.end', { mode: words.mode(exhibit.id, exhibit.lease.back) })}
          </Button>
        </div>
      )}
      {end.isError && (
        <ProblemView error={end.error} help={{ label: t('tryAgain'), onClick: () => end.mutate() }} />
      )}

      {exhibit.modes.length > 0 && (
        <div className="rows">
          <div className="row">
            <span id={`${heading}-for`} className="soft">
              {t('lease.for')}
            </span>
            <SegmentedControl
              className="lengths"
              aria-labelledby={`${heading}-for`}
              value={length}
              onChange={setLength}
              data={[
                ...lengths.map((value) => ({ value, label: t('minutes', { count: Number(value) }) })),
                { value: 'own', label: t('lease.own') },
              ]}
            />
            {length === 'own' && (
              <TextInput
                aria-label={t('lease.ownMinutes')}
                className="own-minutes"
                inputMode="decimal"
                autoComplete="off"
                value={own}
                onChange={(event) => setOwn(event.currentTarget.value)}
                rightSection={<span className="unit">{t('unit.min')}</span>}
                error={!sound && t('lease.ownRange')}
              />
            )}
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere */}
          <div className="modes" role="group" aria-label={t('modes')}>
            {exhibit.modes.map(({ id }) => (
              <button
                key={id}
                type="button"
                className="mode"
                aria-pressed={exhibit.mode === id}
                data-busy={(set.isPending && set.variables === id) || undefined}
                disabled={!sound}
                onClick={() => set.mutate(id)}
              >
                <span className="strong">{words.mode(exhibit.id, id)}</span>
                <span className="small mode-now">
                  {exhibit.mode === id ? (
                    <>
                      <IconCheck size={16} aria-hidden /> {t('mode.now')}
                    </>
                  ) : (
                    id === usual && t('mode.usual')
                  )}
                </span>
              </button>
            ))}
          </div>
          <p className="small soft">{t('lease.why')}</p>
        </div>
      )}
      {set.isError && (
        <ProblemView
          error={set.error}
          help={{ label: t('tryAgain'), onClick: () => set.variables && set.mutate(set.variables) }}
        />
      )}
    </section>
  )
}

/** Who set what, until when, and how long that is from now. */
function Lease({ lease, mode }: { lease: NonNullable<ExhibitStatus['lease']>; mode: string }) {
  const { t } = useWords()
  const zone = useLive((live) => live.state?.site.zone)
  const format = useFormat(zone)
  const now = useNow(500)
  const left = Math.max(0, Date.parse(lease.until) - now)
  const today = format.date(lease.until) === format.date(new Date(now))
  return (
    <div>
      <p className="strong" role="status">
        {t('lease.until', { mode, until: today ? format.time(lease.until) : format.dateTime(lease.until) })}
      </p>
      <p className="soft">
        {t('lease.by', { name: lease.by })} ·{' '}
        <span aria-hidden>{t('lease.left', { left: format.duration(left) })}</span>
      </p>
    </div>
  )
}
