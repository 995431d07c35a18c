import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { hubRoutes } from '../../shared/routes.ts'
import { Dialog } from '../parts/dialog.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { SecretInput } from '../parts/secret-input.tsx'
import { useServices } from '../services.tsx'
import { useWords } from '../words.ts'

export function ChangePassword({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const { client, session } = useServices()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [asked, setAsked] = useState(false)
  const typed = current !== '' || next !== ''
  const change = useMutation({
    mutationFn: async () => {
      const { name } = await client.call('hub', hubRoutes.changePassword, { body: { current, next } })
      // A new password ends the account's tokens, also the one this page has.
      const signedIn = await client.call('hub', hubRoutes.signIn, { body: { name, password: next } })
      session.getState().signIn(signedIn, 'hub')
    },
  })
  return (
    <Dialog title={t('password.change')} onClose={onClose} unsaved={typed}>
      {change.isSuccess ? (
        <div className="rows">
          <p role="status">{t('password.changed')}</p>
          <Button variant="filled" onClick={onClose}>
            {t('close')}
          </Button>
        </div>
      ) : (
        <form
          className="rows"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            setAsked(true)
            if (current && next.length >= 10) change.mutate()
          }}
        >
          <SecretInput
            label={t('password.current')}
            autoComplete="current-password"
            data-autofocus
            value={current}
            error={asked && !current && t('password.missing')}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <SecretInput
            label={t('password.new')}
            description={t('password.hint')}
            autoComplete="new-password"
            maxLength={200}
            value={next}
            error={asked && next.length < 10 && t('password.short')}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          {change.isError && <ProblemView error={change.error} />}
          <div className="row">
            <Button type="submit" variant="filled" loading={change.isPending}>
              {t('password.change')}
            </Button>
            <Button onClick={onClose}>{t('cancel')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
