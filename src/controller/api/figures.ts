import { type BoardStatus, LineCounters } from '../../shared/board.ts'
import type { Figure } from '../../shared/server/index.ts'
import type { TelemetryStatus } from '../telemetry/types.ts'
import type { Rooms } from './rooms.ts'

/** What Prometheus is told of a kiosk. */
export function controllerFigures({
  rooms: { boards, exhibits },
  telemetry,
  pages,
}: {
  rooms: Pick<Rooms, 'boards' | 'exhibits'>
  telemetry: { status: () => TelemetryStatus }
  pages: () => number
}): Figure[] {
  return [
    {
      name: 'makerhall_board_ready',
      help: '1 while the board answers.',
      labels: ['board'],
      read: () => boards.list().map(({ id, state }) => [{ board: id }, Number(state === 'ready')]),
    },
    {
      name: 'makerhall_board_line_total',
      help: 'What was counted on the board’s line since the start.',
      kind: 'counter',
      labels: ['board', 'what'],
      read: () => boards.list().flatMap(lineFigures),
    },
    {
      name: 'makerhall_exhibit_resting',
      help: '1 while the exhibit does not play.',
      labels: ['exhibit'],
      read: () => exhibits.list().map(({ id, resting }) => [{ exhibit: id }, Number(resting !== null)]),
    },
    {
      name: 'makerhall_outbox_waiting',
      help: 'Events that the hub has not committed yet.',
      read: () => telemetry.status().waiting,
    },
    {
      name: 'makerhall_recording',
      help: '1 while events are kept on the disk.',
      read: () => Number(telemetry.status().recording),
    },
    {
      name: 'makerhall_broker_connected',
      help: '1 while the broker answers.',
      read: () => Number(telemetry.status().broker === 'connected'),
    },
    { name: 'makerhall_live_pages', help: 'Pages on the live socket.', read: pages },
  ]
}

const lineFigures = ({ id, counters }: BoardStatus): [Record<string, string>, number][] =>
  LineCounters.keyof().options.map((what) => [{ board: id, what }, counters[what]])
