import { type ChildProcess, fork, type Serializable, spawn } from 'node:child_process'

/** How a supervised process is started. `fork` runs a TypeScript module on this Node and talks to it over IPC. */
export type Launch =
  | { kind: 'fork'; module: string; args: () => string[] }
  | { kind: 'spawn'; command: string; args: () => string[]; env?: Record<string, string> }

export interface SupervisedOptions {
  name: string
  launch: Launch
  onMessage?: (message: Serializable) => void
  /** Exit codes after which starting again is pointless: the user has to act. */
  fatalCodes?: readonly number[]
  onFatal?: (code: number) => void
  log: (line: string) => void
}

/** Pauses before a start, by how often it ended shortly before, in ms. */
const pauses = [100, 500, 2_000, 5_000, 15_000, 60_000] as const
/** A process that lived this long has come up well: the next pause is the shortest again. In ms. */
const settled = 60_000

/** One process that is started again, with growing pauses, whenever it ends by itself. */
export function supervise({ name, launch, onMessage, fatalCodes = [], onFatal, log }: SupervisedOptions) {
  let child: ChildProcess | null = null
  let stopping = false
  let failures = 0
  let pause: NodeJS.Timeout | null = null

  function start() {
    pause = null
    const began = performance.now()
    const running =
      launch.kind === 'fork'
        ? fork(launch.module, launch.args(), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
        : spawn(launch.command, launch.args(), {
            stdio: ['ignore', 'ignore', 'ignore'],
            env: { ...process.env, ...launch.env },
          })
    child = running
    if (onMessage) running.on('message', onMessage)
    running.once('error', (error) => log(`${name} could not be started: ${error.message}`))
    running.once('exit', (code, signal) => {
      if (child === running) child = null
      if (stopping) return
      if (code !== null && fatalCodes.includes(code)) return onFatal?.(code)
      failures = performance.now() - began > settled ? 0 : failures + 1
      const wait = pauses[Math.min(failures, pauses.length) - 1] ?? pauses[0]
      log(`${name} ended (${signal ?? code}); it starts again in ${wait / 1000} s`)
      pause = setTimeout(start, wait)
    })
  }

  return {
    name,
    start,
    pid: () => child?.pid,
    /** SIGTERM, and SIGKILL when it has not ended `patience` ms later. */
    async stop(patience = 3_500) {
      stopping = true
      if (pause) clearTimeout(pause)
      const running = child
      if (!running || running.exitCode !== null || running.signalCode !== null) return
      const gone = new Promise<void>((done) => running.once('exit', () => done()))
      running.kill('SIGTERM')
      const kill = setTimeout(() => running.kill('SIGKILL'), patience)
      await gone
      clearTimeout(kill)
    },
  }
}
export type Supervised = ReturnType<typeof supervise>
