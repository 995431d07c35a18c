import { expect, test } from 'vitest'
import { Link } from './link.ts'
import { Sender } from './sender.ts'

test('a broker that nothing can go to is said, and does not keep from the next one', async () => {
  const told: string[] = []
  const link: Link = new Link({
    site: 'centre',
    kiosk: 'hall',
    sender: new Sender({
      take: async () => null,
      remove: async () => {},
      publish: () => {},
      monotonic: () => performance.now(),
    }),
    onDesired: () => {},
    onChange: () => {},
    logger: {
      info() {},
      warn: (_fields, message) => told.push(message),
      error: (_fields, message) => told.push(message),
    },
  })
  link.connect({ url: 'mqtt://127.0.0.1:99999' })
  await expect.poll(() => told).toEqual(['The broker cannot be gone to'])
  expect(link.broker).toBe('disconnected')
  // Nobody listens there.
  link.connect({ url: 'mqtt://127.0.0.1:1' })
  await expect.poll(() => told.slice(1)).toEqual(['No broker'])
  await link.stop()
})
