import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Sender } from './sender.ts'

const stream = 'a0a0a0a0-0000-4000-8000-000000000001'
const packed = { first: 1, last: 1, spans: [{ stream, from: 1, to: 1 }], payload: 'the batch' }
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A sender of one batch, and what it published; the disk cannot be read while `readable` says so. */
function senderOf(readable: () => boolean) {
  const published: string[] = []
  const sender = new Sender({
    take: async (after) => {
      if (!readable()) return 'unread'
      return after === 0 ? packed : null
    },
    remove: async () => {},
    publish: (payload) => published.push(payload),
    monotonic: () => performance.now(),
  })
  return { sender, published }
}

test('a batch that cannot be read when it falls due goes out again later', async () => {
  let readable = true
  const { sender, published } = senderOf(() => readable)
  sender.open()
  await vi.advanceTimersByTimeAsync(0)
  expect(published).toHaveLength(1)
  readable = false
  await vi.advanceTimersByTimeAsync(5_000)
  expect(published).toHaveLength(1)
  readable = true
  await vi.advanceTimersByTimeAsync(10_000)
  expect(published).toHaveLength(2)
  sender.close()
  expect(vi.getTimerCount()).toBe(0)
})

test('an outbox that cannot be read is asked again, though nothing new comes', async () => {
  let readable = false
  const { sender, published } = senderOf(() => readable)
  sender.open()
  await vi.advanceTimersByTimeAsync(0)
  readable = true
  await vi.advanceTimersByTimeAsync(5_000)
  expect(published).toEqual(['the batch'])
  sender.close()
  expect(vi.getTimerCount()).toBe(0)
})
