import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Account } from '../../shared/account.ts'
import { hubRoutes } from '../../shared/routes.ts'
import { Dialog } from '../parts/dialog.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { useClient } from '../services.tsx'
import { useWords } from '../words.ts'

/** Names what is deleted and what stays, and asks. */
export function RemoveDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useWords()
  const client = useClient()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => client.call('hub', hubRoutes.removeAccount, { params: { id: account.id } }),
    onSuccess: (left) => {
      queries.setQueryData(['accounts'], left)
      onClose()
    },
  })
  return (
    <Dialog title={t('account.remove.title', { name: account.name })} onClose={onClose}>
      <div className="rows">
        <p>{t('account.remove.what', { name: account.name })}</p>
        {remove.isError && <ProblemView error={remove.error} />}
        <div className="row">
          <Button variant="filled" color="bad" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('account.remove.do')}
          </Button>
          <Button data-autofocus onClick={onClose}>
            {t('cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
