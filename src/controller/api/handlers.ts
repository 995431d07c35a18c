import type { Fact } from '../../shared/event.ts'
import type { ControllerHealth } from '../../shared/health.ts'
import { MakerhallError } from '../../shared/problem.ts'
import type { controllerRoutes } from '../../shared/routes.ts'
import { type Handlers, Refusal, type SlowDown } from '../../shared/server/index.ts'
import type { CalibrationHistory } from '../channels/types.ts'
import type { SignIn } from '../membership/index.ts'
import type { Rooms } from './rooms.ts'

export interface HandlerOptions {
  rooms: Rooms
  signIn: SignIn['signIn']
  slowDown: SlowDown
  record: (fact: Fact) => void
  health: () => ControllerHealth
  metrics: () => Promise<string>
}

/** What each route of the controller's table does. */
export function controllerHandlers({
  rooms: { boards, channels, exhibits },
  signIn,
  slowDown,
  record,
  health,
  metrics,
}: HandlerOptions): Handlers<typeof controllerRoutes> {
  const pinsOf = (board: string) => {
    if (!boards.board(board)) throw unknownBoard(board)
    const pins = boards.pins(board)
    if (!pins) throw notVirtual(board)
    return pins
  }
  const channelOf = (exhibit: string, channel: string) => {
    const found = channels.get(exhibit, channel)
    if (!found) throw unknownChannel(exhibit, channel)
    return found
  }
  const exhibitOf = (id: string) => {
    const found = exhibits.get(id)
    if (!found) throw unknownExhibit(id)
    return found
  }

  const saved = (exhibit: string, channel: string, history: CalibrationHistory) => {
    record({ type: 'calibration.saved', exhibit, channel, version: history.current?.version ?? 0 })
    return history
  }

  return {
    health,
    metrics,
    signIn: async ({ body, request }) => {
      const signedIn = await slowDown.attempt(request.ip, () => signIn(body))
      if (!signedIn) throw wrongPassword()
      return signedIn
    },
    boards: () => boards.list(),
    lookAgain: () => {
      boards.lookAgain()
      return boards.list()
    },
    readPin: ({ params }) => pinsOf(params.board).read(params.pin),
    holdPin: ({ params, body }) => pinsOf(params.board).hold(params.pin, body),
    releasePin: ({ params }) => pinsOf(params.board).release(params.pin),
    channels: () => channels.values(),
    writeChannel: ({ params: { exhibit, channel }, body: { value } }) => {
      const { unit } = channelOf(exhibit, channel)
      const range = channels.range(exhibit, channel)
      if (range && typeof value === 'number' && (value < range[0] || value > range[1]))
        throw outOfRange(channel, unit, range)
      return channels.write(exhibit, channel, value)
    },
    calibration: ({ params: { exhibit, channel } }) => {
      channelOf(exhibit, channel)
      return channels.calibration(exhibit, channel)
    },
    calibrate: async ({ params: { exhibit, channel }, body, who }) => {
      channelOf(exhibit, channel)
      return saved(exhibit, channel, await channels.calibrate(exhibit, channel, body.points, who.name))
    },
    undoCalibration: async ({ params: { exhibit, channel } }) => {
      channelOf(exhibit, channel)
      return saved(exhibit, channel, await channels.undoCalibration(exhibit, channel))
    },
    exhibits: () => exhibits.list(),
    setMode: ({ params, body, who }) => {
      exhibitOf(params.id)
      return exhibits.setMode(params.id, body, who.name)
    },
    endLease: ({ params }) => {
      exhibitOf(params.id)
      return exhibits.endLease(params.id)
    },
    wakeScene: ({ params }) => {
      exhibitOf(params.id)
      exhibits.rest(params.id, 'scene-failed', null)
      return exhibitOf(params.id)
    },
  }
}

export const wrongPassword = () =>
  new Refusal(401, {
    code: 'sign-in.wrong',
    message: 'The name or the password is wrong.',
    mend: 'Try again; an admin can set a new password, or `makerhall account reset` on the hub’s machine.',
  })

const unknownBoard = (id: string) =>
  new MakerhallError({
    code: 'board.unknown',
    message: `There is no board ${id}.`,
    mend: 'See GET /api/boards.',
  })
const notVirtual = (id: string) =>
  new MakerhallError({
    code: 'board.not-virtual',
    message: `The pins of ${id} are real: nobody can hold them from here.`,
    mend: 'Use a board of kind virtual, or turn the dial by hand.',
  })
const unknownChannel = (exhibit: string, channel: string) =>
  new MakerhallError({
    code: 'channel.unknown',
    message: `There is no channel ${channel} of ${exhibit}.`,
    mend: 'See GET /api/channels.',
  })
const unknownExhibit = (id: string) =>
  new MakerhallError({
    code: 'exhibit.unknown',
    message: `There is no exhibit ${id} here.`,
    mend: 'See GET /api/exhibits.',
  })
const outOfRange = (channel: string, unit: string, range: [number, number]) => {
  const [low, high] = range.map((end) => `${end} ${unit}`.trim())
  return new Refusal(
    422,
    {
      code: 'channel.range',
      message: `The value is outside what ${channel} may have.`,
      mend: `Use a value from ${low} to ${high}.`,
      path: 'value',
    },
    { range },
  )
}
