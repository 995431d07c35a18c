import { Button } from '@mantine/core'
import { IconMoon } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Resting } from '../../shared/exhibit.ts'
import { controllerRoutes } from '../../shared/routes.ts'
import { ProblemView, useProblemWords } from '../parts/problem-view.tsx'
import { useClient, useMay } from '../services.tsx'
import { useWords } from '../words.ts'

/** Why an exhibit rests, and the one thing that may help. */
export function RestingNotice({ id, resting }: { id: string; resting: Resting }) {
  const { t } = useWords()
  const client = useClient()
  const technician = useMay('technician', 'admin')
  const wordsOf = useProblemWords()
  const wake = useMutation({
    mutationFn: () => client.call('controller', controllerRoutes.wakeScene, { params: { id } }),
  })
  return (
    <>
      <div className="notice" data-tone="uncertain">
        <IconMoon size={22} aria-hidden />
        <div>
          <p className="strong">{t(`resting.${resting.code}`)}</p>
          <p>{t(`resting.${resting.code}.mend`)}</p>
        </div>
        {resting.code === 'scene-failed' && (
          <Button className="notice-button" loading={wake.isPending} onClick={() => wake.mutate()}>
            {t('resting.wake')}
          </Button>
        )}
        {resting.code === 'board-away' && technician && (
          <Button className="notice-button" component={Link} href="/devices">
            {t('devices')}
          </Button>
        )}
      </div>
      {wake.isError && <ProblemView error={wake.error} />}
      {resting.problems.length > 0 && (
        <details className="more">
          <summary>{t('resting.problems', { count: resting.problems.length })}</summary>
          <ul className="rows">
            {resting.problems.map((problem) => {
              const { what, mend, lang } = wordsOf(problem)
              return (
                <li key={`${problem.file}${problem.path}${problem.code}${problem.message}`} lang={lang}>
                  <p>{what}</p>
                  <p className="soft">{mend}</p>
                  {(problem.file ?? problem.path) && (
                    <p className="small soft" lang="zxx">
                      {[problem.file, problem.path].filter(Boolean).join(': ')}
                    </p>
                  )}
                </li>
              )
            })}
          </ul>
        </details>
      )}
    </>
  )
}
