import type { BoardStatus } from '../shared/board.ts'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { ControllerHealth, HealthReason } from '../shared/health.ts'
import type { Problem } from '../shared/problem.ts'
import type { MembershipState } from './membership/index.ts'
import type { TelemetryStatus } from './telemetry/index.ts'

export interface HealthInput {
  version: string
  pid: number
  kiosk: string
  /** What is wrong with the site file. */
  site: readonly Problem[]
  boards: readonly BoardStatus[]
  exhibits: readonly ExhibitStatus[]
  telemetry: TelemetryStatus
  membership: MembershipState
  /** True while the links have not had their time yet after a start. */
  starting: boolean
}

/** How the controller is, with a reason for each thing that is not as it should be. */
export function healthOf(input: HealthInput): ControllerHealth {
  const { version, pid, kiosk, boards, telemetry } = input
  const reasons = [
    ...input.site.map(reasonOf),
    ...boards.flatMap(boardReasons),
    ...input.exhibits.flatMap(exhibitReasons),
    ...recordingReasons(telemetry),
    ...linkReasons(input),
  ]
  return {
    status: reasons.length > 0 ? 'degraded' : 'ok',
    version,
    pid,
    kiosk,
    reasons,
    boards: boards.map(({ id, state }) => ({ id, state })),
    outbox: { waiting: telemetry.waiting, oldest: telemetry.oldest, recording: telemetry.recording },
    broker: telemetry.broker,
  }
}

const reasonOf = ({ code, message, mend, file, path }: Problem): HealthReason => ({
  code,
  message: [file, path, message].filter(Boolean).join(': '),
  mend,
})

function boardReasons({ id, state, problem }: BoardStatus): HealthReason[] {
  if (state === 'ready') return []
  return [
    {
      code: problem?.code ?? `board.${state}`,
      message: `Board ${id} is ${state}${problem ? `: ${problem.message}` : '.'}`,
      mend: problem?.mend ?? 'Wait a moment; if it stays so, look at its cable.',
    },
  ]
}

/** A board that is away has its own reason. */
function exhibitReasons({ id, resting }: ExhibitStatus): HealthReason[] {
  if (!resting || resting.code === 'board-away') return []
  const [first, ...more] = resting.problems
  const others = more.length > 0 ? ` (and ${more.length} more)` : ''
  return [
    {
      code: `exhibit.${resting.code}`,
      message: `Exhibit ${id} rests${first ? `: ${reasonOf(first).message}${others}` : '.'}`,
      mend: first?.mend ?? 'Wake it in the console.',
    },
  ]
}

function recordingReasons({ recording, lost, setAside }: TelemetryStatus): HealthReason[] {
  return [
    ...(recording
      ? []
      : [
          {
            code: 'outbox.not-recording',
            message: `The disk takes nothing more${lossOf(lost ?? 0)}.`,
            mend: 'Free space on the disk of the data folder; recording goes on by itself.',
          },
        ]),
    ...(setAside
      ? [
          {
            code: 'outbox.set-aside',
            message: `The outbox could not be read and was set aside as ${setAside}.`,
            mend: 'Keep that file for support, and check the disk; recording goes on in a fresh one.',
          },
        ]
      : []),
  ]
}

const lossOf = (lost: number) =>
  lost === 0 ? '; nothing is lost yet' : `: ${lost} ${lost === 1 ? 'event was' : 'events were'} not kept`

/** A hub that refuses is a reason at once; one that is away gets its time after a start. */
function linkReasons({ telemetry, membership, starting }: HealthInput): HealthReason[] {
  const patient = starting && membership.state === 'away'
  return [
    ...(membership.problem && !patient ? [reasonOf(membership.problem)] : []),
    ...(telemetry.broker === 'disconnected' && !starting
      ? [
          {
            code: 'broker.away',
            message: 'The broker does not answer; what happens waits in the outbox.',
            mend: 'Start the hub or the broker; what waits is sent by itself.',
          },
        ]
      : []),
  ]
}
