import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account } from '../../shared/account.ts'
import { hubRoutes } from '../../shared/routes.ts'
import { Page } from '../parts/page.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { useClient, useSession } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { AccountDialog } from './account-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { ResetDialog } from './reset-dialog.tsx'

type Open = { what: 'add' } | { what: 'change' | 'reset' | 'remove'; account: Account }

/** For the admin: who may do what. */
export function AccountsPage() {
  const { t } = useWords()
  const format = useFormat()
  const client = useClient()
  const me = useSession((state) => state.session?.name)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const accounts = useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => client.call('hub', hubRoutes.accounts, {}, signal),
  })
  return (
    <Page
      title={t('accounts')}
      action={
        <Button
          variant="filled"
          leftSection={<IconPlus size={20} aria-hidden />}
          onClick={() => setOpen({ what: 'add' })}
        >
          {t('account.add')}
        </Button>
      }
    >
      {accounts.isError && (
        <ProblemView
          error={accounts.error}
          help={{ label: t('tryAgain'), onClick: () => void accounts.refetch() }}
        />
      )}
      {accounts.isPending && <Waiting />}
      {accounts.data && (
        <div className="card">
          <table className="table folds">
            <caption className="hidden">{t('accounts')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('name')}</th>
                <th scope="col">{t('roles')}</th>
                <th scope="col">{t('account.created')}</th>
                <th scope="col">
                  <span className="hidden">{t('account.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {accounts.data.map((account) => (
                <tr key={account.id}>
                  <th scope="row">
                    {account.name}
                    {account.name === me && (
                      <span className="small soft weight-text"> {t('account.you')}</span>
                    )}
                  </th>
                  <td data-label={t('roles')}>{account.roles.map((role) => t(`role.${role}`)).join(', ')}</td>
                  <td data-label={t('account.created')} className="nowrap">
                    {format.date(account.created)}
                  </td>
                  <td className="whole">
                    <div className="row actions">
                      <Button variant="subtle" onClick={() => setOpen({ what: 'change', account })}>
                        {t('account.change')} <span className="hidden">{account.name}</span>
                      </Button>
                      <Button variant="subtle" onClick={() => setOpen({ what: 'reset', account })}>
                        {t('account.reset')} <span className="hidden">{account.name}</span>
                      </Button>
                      {account.name !== me && (
                        <Button variant="subtle" onClick={() => setOpen({ what: 'remove', account })}>
                          {t('account.remove')} <span className="hidden">{account.name}</span>
                        </Button>
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open?.what === 'add' && <AccountDialog onClose={close} />}
      {open?.what === 'change' && <AccountDialog account={open.account} onClose={close} />}
      {open?.what === 'reset' && <ResetDialog account={open.account} onClose={close} />}
      {open?.what === 'remove' && <RemoveDialog account={open.account} onClose={close} />}
    </Page>
  )
}
