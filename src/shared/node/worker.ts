import { parentPort, Worker } from 'node:worker_threads'
import { MakerhallError, type Problem } from '../problem.ts'

/** What a worker offers: plain functions on values that can be cloned. */
export type Methods = Record<string, (...args: never[]) => unknown>

interface Call {
  id: number
  name: string
  args: unknown[]
}
interface Answer {
  id: number
  result?: unknown
  failed?: { message: string; problem?: Problem }
}

/**
 * In a worker: answers calls in the order in which they come. `close` runs when the owner stops the worker; a call that
 * throws answers with its message (and with its problem, where it is a MakerhallError).
 */
export function serveCalls(methods: Methods, close: () => void): void {
  const port = parentPort
  if (!port) throw new Error('this file runs in a worker thread')
  port.on('message', (message: Call | 'stop') => {
    if (message === 'stop') {
      close()
      port.close()
      return
    }
    port.postMessage(answer(methods, message))
  })
}

function answer(methods: Methods, { id, name, args }: Call): Answer {
  try {
    const method = methods[name]
    if (!method) throw new TypeError(`the worker offers no ${name}`)
    return { id, result: Reflect.apply(method, undefined, args) }
  } catch (error) {
    const failed = { message: error instanceof Error ? error.message : String(error) }
    return { id, failed: error instanceof MakerhallError ? { ...failed, problem: error.problem } : failed }
  }
}

export interface WorkerCalls<Served extends Methods> {
  /** Rejects with the method's error, or with MakerhallError `worker.ended` where the worker is gone. */
  call<Name extends keyof Served & string>(
    name: Name,
    ...args: Parameters<Served[Name]>
  ): Promise<ReturnType<Served[Name]>>
  /** Lets the calls under way be answered, closes what the worker holds, and ends it. */
  stop(): Promise<void>
}

/** Starts a worker that serves calls. `onEnd` is told when it ends by itself, which is a fault. */
export function startWorker<Served extends Methods>(
  file: URL,
  workerData: unknown,
  onEnd: (error: Error) => void,
): WorkerCalls<Served> {
  const worker = new Worker(file, { workerData, name: file.pathname.split('/').at(-1) })
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let next = 0
  let stopping = false
  let over: Error | undefined

  const end = (error: Error) => {
    if (over) return
    over = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    if (!stopping) onEnd(error)
  }
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      end(ended(`it ended with code ${code}`))
      resolve()
    })
  })
  worker.once('error', (error: Error) => end(ended(error.message)))
  worker.on('message', ({ id, result, failed }: Answer & { result: never }) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (!failed) call?.resolve(result)
    else call?.reject(failed.problem ? new MakerhallError(failed.problem) : new Error(failed.message))
  })

  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (over || stopping) return reject(over ?? ended('it was stopped'))
        const id = next++
        waiting.set(id, { resolve, reject })
        try {
          worker.postMessage({ id, name, args } satisfies Call)
        } catch (error) {
          waiting.delete(id)
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      }),
    async stop() {
      if (!stopping && !over) worker.postMessage('stop')
      stopping = true
      await exited
    },
  }
}

function ended(why: string): MakerhallError {
  return new MakerhallError({
    code: 'worker.ended',
    message: `A worker thread is gone: ${why}.`,
    mend: 'It is started again by itself; see the log if this returns.',
  })
}
