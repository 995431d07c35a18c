import { type ChildProcess, fork, type Serializable, spawn } from 'node:child_process'

/** How a supervised process is started. `fork` runs a TypeScript module on this Node and talks to it over IPC. */
export type Launch =
  | { kind: 'fork'; module: string; args: () => string[] }
  | { kind: 'spawn'; command: string; args: () => string[]; before?: () => void }

export interface SupervisedOptions {
  name: string
  launch: Launch
  onMessage?: (message: Serializable) => void
  /** Told of an exit code after which starting again is pointless for now: true where it is to be left ended. */
  leaveEnded?: (code: number) => boolean
  /** A forked process that has once sent a message and then none for so long hangs, and is killed. In ms. */
  silence?: number
  log: (line: string) => void
}

/** Pauses before a start, by how often it ended shortly before, in ms. */
const pauses = [100, 500, 2_000, 5_000, 15_000, 60_000] as const
/** A process that lived this long has come up well: the next pause is the shortest again. In ms. */
const settled = 60_000

/** One process that is started again, with growing pauses, whenever it ends by itself or hangs. */
export function supervise({ name, launch, onMessage, leaveEnded, silence = 15_000, log }: SupervisedOptions) {
  let child: ChildProcess | null = null
  let stopping = false
  let failures = 0
  let timer: NodeJS.Timeout | null = null

  function start() {
    const began = performance.now()
    let running: ChildProcess
    try {
      running = launched(launch)
    } catch (error) {
      return ended(`could not be started: ${error instanceof Error ? error.message : String(error)}`, began)
    }
    child = running
    let heard: NodeJS.Timeout | null = null
    running.on('message', (message) => {
      if (heard) clearTimeout(heard)
      heard = setTimeout(() => {
        log(`${name} has said nothing for ${silence / 1000} s and is killed`)
        running.kill('SIGKILL')
      }, silence)
      onMessage?.(message)
    })
    let over = false
    const end = (how: string, code: number | null = null) => {
      if (over) return
      over = true
      if (heard) clearTimeout(heard)
      if (child === running) child = null
      if (stopping || (code !== null && leaveEnded?.(code))) return
      ended(how, began)
    }
    running.once('error', (error) => end(`failed: ${error.message}`))
    running.once('exit', (code, signal) => end(`ended (${signal ?? code})`, code))
  }

  function ended(how: string, began: number) {
    failures = performance.now() - began > settled ? 1 : failures + 1
    const wait = pauses[Math.min(failures, pauses.length) - 1] ?? pauses[0]
    log(`${name} ${how}; it starts again in ${wait / 1000} s`)
    timer = setTimeout(start, wait)
  }

  return {
    name,
    start,
    pid: () => child?.pid,
    /** SIGTERM, and SIGKILL when it has not ended `patience` ms later. */
    async stop(patience = 3_500) {
      stopping = true
      if (timer) clearTimeout(timer)
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

function launched(launch: Launch): ChildProcess {
  if (launch.kind === 'fork') {
    return fork(launch.module, launch.args(), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }
  launch.before?.()
  return spawn(launch.command, launch.args(), { stdio: 'ignore' })
}
