import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Outbox } from './outbox.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'makerhall-outbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a worker that dies after a commit is started again, and nothing is lost or doubled', async () => {
  const file = join(folder, 'outbox.sqlite')
  const told: string[] = []
  const outbox = new Outbox({
    file,
    kiosk: 'hall',
    session: 'this start',
    stamp: () => ({ at: '2026-11-23T12:00:00Z', mono: 0 }),
    worker: new URL('./fixtures/dying-worker.ts', import.meta.url),
    retryEvery: 10,
    logger: { info() {}, warn() {}, error: (_fields, message) => told.push(message) },
    onState: () => {},
  })
  await outbox.start()
  for (let n = 1; n <= 12; n++) {
    outbox.add({
      at: '2026-11-23T12:00:00Z',
      mono: n,
      fact: { type: 'mode.changed', exhibit: 'ohms-law', mode: 'predict', why: 'lease' },
    })
  }
  await expect.poll(() => outbox.state().taken, { timeout: 20_000 }).toBe(12)
  await outbox.stop()

  const db = new DatabaseSync(file)
  const rows = db.prepare('SELECT stream, seq, json FROM events ORDER BY id').all()
  db.close()
  expect(rows.map(({ json }) => Number(/"mono":(\d+)/.exec(String(json))?.[1]))).toEqual(
    Array.from({ length: 12 }, (_, n) => n + 1),
  )
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2])
  expect(told).toEqual(Array(2).fill('The outbox worker ended. It is started again'))
})
