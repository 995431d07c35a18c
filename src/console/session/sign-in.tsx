import { Button, Modal, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { RequestError } from '../api/client.ts'
import { LanguageChoice } from '../parts/language-choice.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { SecretInput } from '../parts/secret-input.tsx'
import { useServices } from '../services.tsx'
import { useWords } from '../words.ts'
import { type Attempt, signInSomewhere } from './sign-in-somewhere.ts'

function SignInForm({ name: first = '', autoFocus = true }: { name?: string; autoFocus?: boolean }) {
  const { t } = useWords()
  const { client, session } = useServices()
  const [name, setName] = useState(first)
  const [password, setPassword] = useState('')
  const [asked, setAsked] = useState(false)
  const attempt = useMutation({
    mutationFn: (body: Attempt) => signInSomewhere(client, body),
    onSuccess: ({ by, signedIn }) => session.getState().signIn(signedIn, by),
  })
  const wrong = attempt.error instanceof RequestError && attempt.error.status === 401
  return (
    <form
      className="rows"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setAsked(true)
        if (name.trim() && password) attempt.mutate({ name: name.trim(), password })
      }}
    >
      <TextInput
        label={t('name')}
        autoComplete="username"
        data-autofocus={first === '' || undefined}
        autoFocus={autoFocus && first === ''}
        value={name}
        error={asked && !name.trim() && t('name.missing')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SecretInput
        label={t('password')}
        autoComplete="current-password"
        data-autofocus={first !== '' || undefined}
        value={password}
        error={(asked && !password && t('password.missing')) || (wrong && t('signIn.wrong'))}
        onChange={(event) => {
          setPassword(event.currentTarget.value)
          if (attempt.isError) attempt.reset()
        }}
      />
      {wrong && <p className="small soft">{t('signIn.wrong.mend')}</p>}
      {attempt.isError && !wrong && (
        <ProblemView
          error={attempt.error}
          help={{ label: t('tryAgain'), onClick: () => attempt.mutate({ name: name.trim(), password }) }}
        />
      )}
      <Button type="submit" variant="filled" fullWidth loading={attempt.isPending}>
        {t('signIn')}
      </Button>
    </form>
  )
}

export function SignInPage() {
  const { t } = useWords()
  useEffect(() => {
    document.title = `${t('signIn')} – Makerhall`
  }, [t])
  return (
    <div className="gate">
      <header className="gate-head">
        <span className="wordmark">Makerhall</span>
        <LanguageChoice />
      </header>
      <main className="gate-form">
        <h1>{t('signIn')}</h1>
        <SignInForm />
      </main>
    </div>
  )
}

/** Covers the page, which stays as it was beneath, until its owner (or someone else) has signed in again. */
export function EndedSignIn({ name }: { name: string }) {
  const { t } = useWords()
  const { session } = useServices()
  return (
    <Modal.Root
      opened
      fullScreen
      zIndex={1000}
      closeOnEscape={false}
      onClose={() => {}}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Content>
        <Modal.Body>
          <div className="gate-form">
            <Modal.Title className="ended">{t('signIn.ended')}</Modal.Title>
            <p className="soft">{t('signIn.ended.mend')}</p>
            <SignInForm name={name} />
            <Button variant="subtle" onClick={() => session.getState().signOut()}>
              {t('signIn.other')}
            </Button>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
