import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FirstAccount } from '../../shared/account.ts'
import { hubRoutes } from '../../shared/routes.ts'
import { RequestError } from '../api/client.ts'
import { LanguageChoice } from '../parts/language-choice.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { SecretInput } from '../parts/secret-input.tsx'
import { useServices } from '../services.tsx'
import { useWords } from '../words.ts'

/** The code in `#setup=CODE`; null for any other address. */
export function setUpCode(hash: string): string | null {
  const match = /^#\/?setup=([^&]+)$/.exec(hash)
  return match?.[1] === undefined ? null : decodeURIComponent(match[1])
}

/** Makes the first account, which has every role. Its link works once. */
export function SetUpPage({ code, onDone }: { code: string; onDone: () => void }) {
  const { t } = useWords()
  const { client, session } = useServices()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [asked, setAsked] = useState(false)
  const leave = () => {
    history.replaceState(null, '', '#/')
    onDone()
  }
  const make = useMutation({
    mutationFn: (body: { name: string; password: string }) =>
      client.call('hub', hubRoutes.setUp, { params: { code }, body }),
    onSuccess: (signedIn) => {
      session.getState().signIn(signedIn, 'hub')
      leave()
    },
  })
  useEffect(() => {
    document.title = `${t('setUp')} – Makerhall`
  }, [t])
  const used =
    make.error instanceof RequestError && make.error.failure === 'refused' && make.error.status !== 422
  return (
    <div className="gate">
      <header className="gate-head">
        <span className="wordmark">Makerhall</span>
        <LanguageChoice />
      </header>
      <main className="gate-form">
        <div className="rows">
          <h1>{t('setUp')}</h1>
          <p className="soft">{t('setUp.why')}</p>
        </div>
        <form
          className="rows"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            setAsked(true)
            const body = FirstAccount.safeParse({ name, password })
            if (body.success) make.mutate(body.data)
          }}
        >
          <TextInput
            label={t('name')}
            description={t('name.hint')}
            autoComplete="username"
            autoFocus
            maxLength={60}
            value={name}
            error={asked && !name.trim() && t('name.missing')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <SecretInput
            label={t('password')}
            description={t('password.hint')}
            autoComplete="new-password"
            maxLength={200}
            value={password}
            error={asked && password.length < 10 && t('password.short')}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {make.isError && (
            <ProblemView
              error={make.error}
              help={
                used
                  ? { label: t('signIn'), onClick: leave }
                  : { label: t('tryAgain'), onClick: () => make.mutate({ name, password }) }
              }
            />
          )}
          <Button type="submit" variant="filled" fullWidth loading={make.isPending}>
            {t('setUp.make')}
          </Button>
        </form>
      </main>
    </div>
  )
}
