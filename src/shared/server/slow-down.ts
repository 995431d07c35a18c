import { isIPv6 } from 'node:net'
import { Refusal } from './refusal.ts'

/** How a source that guesses is slowed down. Times in ms, from a clock passed in. */
export interface Guesses {
  failures: number
  last: number
  until: number
}

const freeFailures = 4
const longest = 60_000
const forgivenEvery = 60_000
const mostSources = 10_000

/** After a wrong guess: the first four cost nothing, then 1 s, 2 s, 4 s … 60 s; each quiet minute forgives one. */
export function afterFailure(before: Guesses | undefined, now: number): Guesses {
  const forgiven = before ? Math.floor(Math.max(0, now - before.last) / forgivenEvery) : 0
  const failures = Math.max(0, (before?.failures ?? 0) - forgiven) + 1
  const over = failures - freeFailures
  const pause = over > 0 ? Math.min(longest, 1000 * 2 ** (over - 1)) : 0
  return { failures, last: now, until: now + pause }
}

/** IPv4 as it is; of IPv6 the first 64 bits, which one subscriber has to itself. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const middle = address.includes('::') ? Array(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  return [...left, ...middle, ...right].slice(0, 4).join(':')
}

/**
 * Slows down the source of wrong guesses, never the account that is guessed at: children would lock it. Tries of one
 * source are heard one after another, so that many at once gain nothing.
 * @param clock ms that never go back: a wall clock set back an hour would make everyone wait for an hour
 */
export function createSlowDown(clock: () => number = () => performance.now()) {
  const sources = new Map<string, Guesses>()
  const queues = new Map<string, { tail: Promise<unknown>; length: number }>()

  const mayTry = (source: string) => {
    const wait = (sources.get(source)?.until ?? 0) - clock()
    if (wait > 0) throw tooMany(Math.ceil(wait / 1000))
  }
  const fail = (source: string) => {
    const next = afterFailure(sources.get(source), clock())
    sources.delete(source)
    sources.set(source, next)
    const oldest = sources.keys().next()
    if (sources.size > mostSources && !oldest.done) sources.delete(oldest.value)
  }

  return {
    /**
     * Makes one try for a caller's address. `guess` answers null for a wrong one.
     * @throws Refusal 429 with `retryAfter` while the source has to wait
     */
    async attempt<T>(address: string, guess: () => Promise<T | null>): Promise<T | null> {
      const source = sourceOf(address)
      mayTry(source)
      const queue = queues.get(source) ?? { tail: Promise.resolve(), length: 0 }
      if (queue.length >= 16) throw tooMany(1)
      queue.length += 1
      queues.set(source, queue)
      const mine = queue.tail.then(async () => {
        mayTry(source)
        const answer = await guess()
        if (answer === null) fail(source)
        return answer
      })
      queue.tail = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        queue.length -= 1
        if (queue.length === 0) queues.delete(source)
      }
    },
  }
}
export type SlowDown = ReturnType<typeof createSlowDown>

const tooMany = (seconds: number) =>
  new Refusal(
    429,
    {
      code: 'sign-in.wait',
      message: 'There were too many wrong tries from here.',
      mend: `Wait ${seconds} s, then try again.`,
    },
    { retryAfter: seconds },
  )
