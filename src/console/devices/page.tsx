import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { controllerRoutes } from '../../shared/routes.ts'
import { Page } from '../parts/page.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { useClient, useLive } from '../services.tsx'
import { useWords } from '../words.ts'
import { BoardsTable } from './boards.tsx'
import { ChannelPanel } from './channel-panel.tsx'
import { ChannelsTable, keyOf } from './channels.tsx'

/** For the technician: the boards, the channels live, and why one is not good. */
export function DevicesPage() {
  const { t } = useWords()
  const client = useClient()
  const state = useLive((live) => live.state)
  const stale = useLive((live) => live.stale)
  const [chosen, setChosen] = useState<string | null>(null)
  const look = useMutation({
    mutationFn: () => client.call('controller', controllerRoutes.lookAgain, {}),
  })
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen !== null) panel.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const channel = state?.channels.find((value) => keyOf(value) === chosen) ?? state?.channels[0]
  return (
    <Page
      title={t('devices')}
      action={
        <Button
          variant="filled"
          leftSection={<IconRefresh size={20} aria-hidden />}
          loading={look.isPending}
          disabled={client.config.controller === null}
          onClick={() => look.mutate()}
        >
          {t('boards.look')}
        </Button>
      }
    >
      {look.isError && <ProblemView error={look.error} />}
      {state === null && !stale && client.config.controller !== null && <Waiting />}
      {state !== null && (
        <div className={stale ? 'rows devices stale' : 'rows devices'}>
          <section className="card" aria-labelledby="boards">
            <BoardsTable boards={state.boards} channels={state.channels} />
          </section>
          <div className="channels">
            <section className="card" aria-labelledby="channels">
              <ChannelsTable
                channels={state.channels}
                chosen={channel ? keyOf(channel) : null}
                onChoose={setChosen}
              />
            </section>
            <div ref={panel} className="panel-place">
              {channel && <ChannelPanel key={keyOf(channel)} channel={channel} />}
            </div>
          </div>
        </div>
      )}
    </Page>
  )
}
