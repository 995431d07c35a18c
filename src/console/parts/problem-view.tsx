import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { MakerhallError, type Problem } from '../../shared/problem.ts'
import { RequestError } from '../api/client.ts'
import { useServices } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'

interface Help {
  label: string
  onClick: () => void
}

/** A problem in the reader's language by its code; where there is no such text, in the server's own English. */
export function useProblemWords() {
  const { problems } = useWords()
  return ({ code, message, mend }: Pick<Problem, 'code' | 'message' | 'mend'>) => {
    const [what, how] = problems?.[code] ?? []
    return what === undefined
      ? { what: message, mend, lang: problems === null ? undefined : 'en' }
      : { what, mend: how ?? '', lang: undefined }
  }
}

/** What went wrong in three parts: what happened, the likely cause, one button that helps. */
export function ProblemView({ error, help }: { error: unknown; help?: Help | undefined }) {
  const { t } = useWords()
  const { session } = useServices()
  const format = useFormat()
  const wordsOf = useProblemWords()
  const problem =
    error instanceof MakerhallError
      ? error.problem
      : { code: 'page.failed', message: String(error), mend: 'Reload the page.' }
  const { what, mend, lang } = wordsOf(problem)
  const request = error instanceof RequestError ? error : null
  const reload = { label: t('reload'), onClick: () => location.reload() }
  const signInAgain = { label: t('signIn.again'), onClick: () => session.getState().signOut() }
  const button =
    request?.status === 401
      ? signInAgain
      : request === null || request.failure === 'unreadable'
        ? (help ?? reload)
        : help
  const range = request?.range
  return (
    <div className="notice" data-tone="bad" role="alert">
      <IconAlertTriangle size={22} aria-hidden />
      <div lang={lang}>
        <p className="strong">{what}</p>
        <p>
          {mend}
          {range && ` ${t('range', { low: format.number(range[0], 2), high: format.number(range[1], 2) })}`}
        </p>
      </div>
      {button && (
        <Button className="notice-button" onClick={button.onClick}>
          {button.label}
        </Button>
      )}
    </div>
  )
}
