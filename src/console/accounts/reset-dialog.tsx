import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account } from '../../shared/account.ts'
import { hubRoutes } from '../../shared/routes.ts'
import { Dialog } from '../parts/dialog.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { SecretInput } from '../parts/secret-input.tsx'
import { useClient } from '../services.tsx'
import { useWords } from '../words.ts'

/** A new password for someone who has lost theirs. */
export function ResetDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useWords()
  const client = useClient()
  const [password, setPassword] = useState('')
  const [asked, setAsked] = useState(false)
  const reset = useMutation({
    mutationFn: () =>
      client.call('hub', hubRoutes.changeAccount, { params: { id: account.id }, body: { password } }),
    onSuccess: onClose,
  })
  return (
    <Dialog
      title={t('account.reset.title', { name: account.name })}
      onClose={onClose}
      unsaved={password !== ''}
    >
      <form
        className="rows"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(true)
          if (password.length >= 10) reset.mutate()
        }}
      >
        <SecretInput
          label={t('password.new')}
          description={t('account.firstPassword.hint')}
          autoComplete="new-password"
          data-autofocus
          maxLength={200}
          value={password}
          error={asked && password.length < 10 && t('password.short')}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {reset.isError && <ProblemView error={reset.error} />}
        <div className="row">
          <Button type="submit" variant="filled" loading={reset.isPending}>
            {t('save')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
