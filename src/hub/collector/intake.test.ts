import { expect, test } from 'vitest'
import type { Committed } from '../../shared/mqtt.ts'
import type { Incoming, Taken } from '../store/index.ts'
import { Intake } from './intake.ts'

const stream = 'b5b7f1c8-7c1e-4d43-9a53-0f8c6c3a0001'
const quiet = { info() {}, warn() {}, error() {} }
const place = (kiosk: string) => ({ site: 'centre', kiosk })

/** A store whose transactions the test lets through one by one. */
function slowStore() {
  const groups: { batches: Incoming[]; commit: () => void; fail: () => void }[] = []
  const insert = (batches: Incoming[]) =>
    new Promise<Taken[]>((resolve, reject) => {
      const commit = () =>
        resolve(
          batches.map(({ kiosk, events }) => ({
            kiosk,
            keys: events.map((seq) => ({ stream, seq: Number(seq) })),
          })),
        )
      groups.push({ batches, commit, fail: () => reject(new Error('database or disk is full')) })
    })
  return { groups, insert }
}

function intakeOf() {
  const store = slowStore()
  const answers: [string, Committed][] = []
  const intake = new Intake({
    store,
    answer: ({ kiosk }, committed) => answers.push([kiosk, committed]),
    logger: quiet,
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { store, answers, intake, turn }
}

test('what comes during a transaction shares the next one, and is answered after its commit alone', async () => {
  const { store, answers, intake, turn } = intakeOf()
  intake.add(place('a'), [1])
  intake.add(place('b'), [1, 2])
  intake.add(place('a'), [2])
  expect(store.groups.map(({ batches }) => batches.length)).toEqual([1])
  expect(answers).toEqual([])
  store.groups[0]?.commit()
  await turn()
  expect(answers).toEqual([['a', { streams: { [stream]: [[1, 1]] } }]])
  expect(store.groups.map(({ batches }) => batches.length)).toEqual([1, 2])
  store.groups[1]?.commit()
  await intake.settled()
  expect(answers.slice(1)).toEqual([
    ['b', { streams: { [stream]: [[1, 2]] } }],
    ['a', { streams: { [stream]: [[2, 2]] } }],
  ])
  expect(intake.status()).toEqual({ queued: 0, storing: true, turnedAway: 0 })
})

test('a group that fails is tried batch by batch, and what still fails is not answered', async () => {
  const { store, answers, intake, turn } = intakeOf()
  intake.add(place('first'), [1])
  intake.add(place('good'), [1])
  intake.add(place('bad'), [2])
  store.groups[0]?.commit()
  await turn()
  store.groups[1]?.fail()
  await turn()
  store.groups[2]?.commit()
  await turn()
  store.groups[3]?.fail()
  await intake.settled()
  expect(answers.map(([kiosk]) => kiosk)).toEqual(['first', 'good'])
  expect(intake.status()).toEqual({ queued: 0, storing: false, turnedAway: 0 })
})

test('the queue is bounded: what is beyond stays with the kiosk', async () => {
  const { store, intake } = intakeOf()
  const batch = Array.from({ length: 500 }, (_, n) => n + 1)
  for (let n = 0; n < 101; n++) intake.add(place('a'), batch)
  expect(intake.status()).toEqual({ queued: 50_000, storing: true, turnedAway: 500 })
  for (let n = 0; n < store.groups.length || intake.status().queued > 0; n++) {
    store.groups[n]?.commit()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await intake.settled()
})
