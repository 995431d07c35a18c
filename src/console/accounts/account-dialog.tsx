import { Button, Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Account, StaffRole, staffRoles } from '../../shared/account.ts'
import { hubRoutes } from '../../shared/routes.ts'
import { Dialog } from '../parts/dialog.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { SecretInput } from '../parts/secret-input.tsx'
import { useClient } from '../services.tsx'
import { useWords } from '../words.ts'

/** Adds an account or, given one, changes its name and roles. */
export function AccountDialog({ account, onClose }: { account?: Account; onClose: () => void }) {
  const { t } = useWords()
  const client = useClient()
  const queries = useQueryClient()
  const [name, setName] = useState(account?.name ?? '')
  const [password, setPassword] = useState('')
  const [roles, setRoles] = useState<Account['roles']>(account?.roles ?? [])
  const [asked, setAsked] = useState(false)
  const [touched, setTouched] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      account
        ? client.call('hub', hubRoutes.changeAccount, {
            params: { id: account.id },
            body: { name: name.trim(), roles },
          })
        : client.call('hub', hubRoutes.addAccount, { body: { name: name.trim(), password, roles } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['accounts'] })
      onClose()
    },
  })
  const sound = name.trim() !== '' && roles.length > 0 && (account !== undefined || password.length >= 10)
  return (
    <Dialog
      title={account ? t('account.change.title', { name: account.name }) : t('account.add')}
      onClose={onClose}
      unsaved={touched}
    >
      <form
        className="rows"
        noValidate
        onChange={() => setTouched(true)}
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(true)
          if (sound) save.mutate()
        }}
      >
        <TextInput
          label={t('name')}
          autoComplete="off"
          data-autofocus
          maxLength={60}
          value={name}
          error={asked && !name.trim() && t('name.missing')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {!account && (
          <SecretInput
            label={t('account.firstPassword')}
            description={t('account.firstPassword.hint')}
            autoComplete="new-password"
            maxLength={200}
            value={password}
            error={asked && password.length < 10 && t('password.short')}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <Checkbox.Group
          label={t('roles')}
          size="md"
          value={roles}
          onChange={(values) => setRoles(values.map((value) => StaffRole.parse(value)))}
          error={asked && roles.length === 0 && t('roles.missing')}
        >
          <div className="roles">
            {staffRoles.map((role) => (
              <Checkbox
                key={role}
                className="role"
                size="md"
                value={role}
                label={t(`role.${role}`)}
                description={t(`role.${role}.may`)}
              />
            ))}
          </div>
        </Checkbox.Group>
        {save.isError && <ProblemView error={save.error} />}
        <div className="row">
          <Button type="submit" variant="filled" loading={save.isPending}>
            {account ? t('save') : t('account.add')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
