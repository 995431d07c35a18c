import { describeProblem, MakerhallError } from '../problem.ts'

const exitCodes: Record<string, number> = {
  'worker.ended': 1,
  'port.in-use': 3,
  'broker.port': 3,
  'data.unusable': 4,
  'telemetry.folder': 4,
}

/**
 * How a process says why it could not start: 2 settings that only a person can mend, 3 a port in use, 4 the data folder.
 * 1 is all else (a disk that is full, a worker that fell): trying again may help.
 */
export const exitCodeOf = (error: unknown): number =>
  error instanceof MakerhallError ? (exitCodes[error.problem.code] ?? 2) : 1

/** The main thread tells its parent so often that it runs, in ms; one that falls silent hangs. */
const beatEvery = 1000

/** Tells the parent, where there is one; one that has gone in the meantime is noticed by `disconnect`. */
const tellParent = (message: object) => process.send?.(message, () => {})

const has = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code

/** Listening failed: a port that is taken, in words. */
export function portProblem(error: unknown, port: number, flag: string): unknown {
  const taken = has(error, 'EADDRINUSE')
  if (!taken && !has(error, 'EACCES')) return error
  return new MakerhallError(
    {
      code: 'port.in-use',
      message: `Port ${port} cannot be listened at: ${taken ? 'another program has it' : 'the system forbids it'}.`,
      mend: `End that program, or choose another port with ${flag}.`,
    },
    { cause: error },
  )
}

/**
 * Runs a server process to its end: starts it, tells the parent that it serves and each second that it lives, and stops
 * it at SIGTERM, SIGINT or when the parent is gone, within 3 s. A start that fails ends with one line on standard error
 * and its exit code.
 * @param start answers the `ready` message and how to stop; `failed` ends the process when a room breaks for good
 */
export async function runServer(
  start: () => Promise<{ ready: object; stop: () => Promise<void>; failed: (error: unknown) => void }>,
): Promise<void> {
  // Asked to end before it serves, there is nothing to put in order: boards fall into their safe states by themselves.
  let stopRooms = async () => {}
  let ending = false
  const beat = () => tellParent({ type: 'beat' })
  const beating = process.send && setInterval(beat, beatEvery).unref()
  const end = (code: number) => {
    if (ending) return
    ending = true
    clearInterval(beating)
    setTimeout(() => process.exit(code), 2800).unref()
    stopRooms().then(
      () => process.exit(code),
      () => process.exit(code || 1),
    )
  }
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  if (process.send) process.on('disconnect', () => end(0))
  // A parent that went while this program was read is not told of any more.
  if (process.send && !process.connected) end(0)
  beat()
  try {
    const { ready, stop, failed } = await start()
    stopRooms = stop
    const die = (error: unknown) => {
      failed(error)
      console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
      end(1)
    }
    process.on('uncaughtException', die)
    process.on('unhandledRejection', die)
    tellParent({ type: 'ready', ...ready })
  } catch (error) {
    if (error instanceof MakerhallError) {
      console.error(describeProblem(error.problem))
    } else
      console.error(`The start failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
    process.exit(exitCodeOf(error))
  }
}

/** Stops the rooms, the last started first; one that fails is written down and keeps no other from stopping. */
export async function stopInTurn(
  stops: readonly (() => unknown)[],
  logger: { error(fields: object, message: string): void },
): Promise<void> {
  for (const stop of stops.toReversed()) {
    try {
      await stop()
    } catch (error) {
      logger.error({ err: error }, 'A room did not stop')
    }
  }
}
