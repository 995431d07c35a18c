import { Button } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { Fragment, useState } from 'react'
import type { BoardState, BoardStatus } from '../../shared/board.ts'
import type { ChannelValue } from '../../shared/channel.ts'
import { useProblemWords } from '../parts/problem-view.tsx'
import { type StateLook, StateWord } from '../parts/state-word.tsx'
import { useNow } from '../services.tsx'
import { useFormat, useWords } from '../words.ts'
import { PinsPanel } from './pins.tsx'

const looks: Record<BoardState, StateLook> = {
  searching: 'waiting',
  identifying: 'waiting',
  ready: 'good',
  silent: 'bad',
  'wrong-firmware': 'bad',
  'old-protocol': 'bad',
  lost: 'bad',
}

export function BoardsTable({ boards, channels }: { boards: BoardStatus[]; channels: ChannelValue[] }) {
  const { t } = useWords()
  const format = useFormat()
  const wordsOf = useProblemWords()
  const now = useNow(1000)
  const [open, setOpen] = useState<string | null>(null)
  return (
    <table className="table folds">
      <caption>
        <h2 id="boards">{t('boards')}</h2>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('board.name')}</th>
          <th scope="col">{t('board.state')}</th>
          <th scope="col">{t('board.lastSeen')}</th>
          <th scope="col">{t('board.firmware')}</th>
          <th scope="col">{t('board.port')}</th>
          <th scope="col">{t('board.next')}</th>
          <th scope="col">
            <span className="hidden">{t('details')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {boards.map((board) => {
          const isOpen = open === board.id
          const problem = board.problem && wordsOf(board.problem)
          return (
            <Fragment key={board.id}>
              <tr>
                <th scope="row">
                  {board.id} <span className="small soft weight-text">{t(`board.kind.${board.kind}`)}</span>
                </th>
                <td data-label={t('board.state')}>
                  <StateWord look={looks[board.state]}>{t(`board.state.${board.state}`)}</StateWord>
                </td>
                <td data-label={t('board.lastSeen')} className="nowrap">
                  {/* A ready board answers every heartbeat; its status is sent when it changes, not at each of them. */}
                  {board.state === 'ready' ? t('justNow') : ago(board.lastSeen)}
                </td>
                <td data-label={t('board.firmware')}>{board.firmware ?? '–'}</td>
                <td data-label={t('board.port')} className="breaks">
                  {board.port ?? '–'}
                </td>
                <td data-label={t('board.next')} className="mend" lang={problem?.lang}>
                  {problem ? (
                    problem.mend || problem.what
                  ) : (
                    <span className="soft">{t('board.nothing')}</span>
                  )}
                </td>
                <td className="whole">
                  <Button
                    variant="subtle"
                    aria-expanded={isOpen}
                    aria-controls={`board-${board.id}`}
                    rightSection={
                      isOpen ? (
                        <IconChevronUp size={18} aria-hidden />
                      ) : (
                        <IconChevronDown size={18} aria-hidden />
                      )
                    }
                    onClick={() => setOpen(isOpen ? null : board.id)}
                  >
                    {t('details')} <span className="hidden">{board.id}</span>
                  </Button>
                </td>
              </tr>
              {isOpen && (
                <tr className="inner" id={`board-${board.id}`}>
                  <td colSpan={7}>
                    <BoardDetail board={board} channels={channels} />
                  </td>
                </tr>
              )}
            </Fragment>
          )
        })}
      </tbody>
    </table>
  )

  function ago(at: string | null) {
    if (at === null) return t('never')
    const ms = now - Date.parse(at)
    return ms < 3000 ? t('justNow') : t('ago', { age: format.duration(ms) })
  }
}

const counters = [
  'received',
  'badChecksum',
  'malformed',
  'tooLong',
  'lostReports',
  'retries',
  'refused',
  'reconnects',
] as const

function BoardDetail({ board, channels }: { board: BoardStatus; channels: ChannelValue[] }) {
  const { t } = useWords()
  const format = useFormat()
  const wordsOf = useProblemWords()
  const problem = board.problem && wordsOf(board.problem)
  const bound = channels.filter((channel) => channel.binding?.board === board.id)
  return (
    <div className="board-detail">
      {problem && (
        <p lang={problem.lang}>
          <span className="strong">{problem.what}</span> {problem.mend}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{t('board.identity')}</dt>
          <dd>{board.identity ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('board.protocol')}</dt>
          <dd>{board.protocol ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('board.since')}</dt>
          <dd>{format.dateTime(board.since)}</dd>
        </div>
        {counters.map((name) => (
          <div key={name}>
            <dt>{t(`counter.${name}`)}</dt>
            <dd>{format.number(board.counters[name])}</dd>
          </div>
        ))}
      </dl>
      {board.kind === 'virtual' && board.state === 'ready' && bound.length > 0 && (
        <PinsPanel board={board.id} channels={bound} />
      )}
    </div>
  )
}
