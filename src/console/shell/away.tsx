import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { hubRoutes } from '../../shared/routes.ts'
import { RequestError } from '../api/client.ts'
import { useLive, useMay, useNow, useServices } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'

/** One quiet line for each server that does not answer. It goes away by itself when the server is back. */
export function AwayNotices() {
  return (
    <div className="away" role="status">
      <ControllerAway />
      <HubAway />
    </div>
  )
}

function ControllerAway() {
  const { t } = useWords()
  const { client, live } = useServices()
  const stale = useLive((state) => state.stale)
  if (client.config.controller === null) return <Away what={t('away.controller.unknown')} mend="" />
  if (!stale || live === null) return null
  return <Away what={t('away.controller')} mend={<Heard />} onTry={live.reconnect} />
}

/** How old what is shown is. */
function Heard() {
  const { t } = useWords()
  const format = useFormat()
  const heard = useLive((state) => state.heard)
  const now = useNow(1000)
  if (heard === null) return t('away.controller.mend')
  return `${t('away.age', { age: format.duration(now - heard) })} ${t('away.controller.mend')}`
}

function HubAway() {
  const { t } = useWords()
  const { client } = useServices()
  const known = client.config.hub !== null
  const needed = useMay('staff', 'admin')
  const health = useQuery({
    queryKey: ['hub', 'health'],
    enabled: known,
    queryFn: ({ signal }) => client.call('hub', hubRoutes.health, {}, signal),
    refetchInterval: 5000,
    retry: false,
  })
  if (!known) return needed && <Away what={t('away.hub.unknown')} mend={t('away.hub.mend')} />
  if (!(health.error instanceof RequestError) || health.error.failure !== 'away') return null
  return <Away what={t('away.hub')} mend={t('away.hub.mend')} onTry={() => void health.refetch()} />
}

function Away({ what, mend, onTry }: { what: string; mend: React.ReactNode; onTry?: () => void }) {
  const { t } = useWords()
  return (
    <div className="notice" data-tone="uncertain">
      <IconPlugConnectedX size={22} aria-hidden />
      <div>
        <p className="strong">{what}</p>
        <p>{mend}</p>
      </div>
      {onTry && (
        <Button className="notice-button" onClick={onTry}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  )
}
