import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import type { Desired, Reported } from '../shared/mqtt.ts'
import { MakerhallError } from '../shared/problem.ts'
import { quietLog } from '../shared/server/test-log.ts'
import { fakeRooms } from './api/fixture.ts'
import { createWishes } from './wishes.ts'

let dataDir: string
let now: number
let done: unknown[][]
let reports: Reported[]
/** Whether desired.json was there when a mode was set. */
let keptThen: boolean[]
const file = () => join(dataDir, 'controller', 'desired.json')
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'makerhall-wishes-'))
  mkdirSync(join(dataDir, 'controller'))
  now = Date.parse('2026-11-23T10:00:00Z')
  done = []
  reports = []
  keptThen = []
})

function wishes() {
  const { list, get } = fakeRooms('').rooms.exhibits
  const lamp = get('lamp')
  if (!lamp) throw new Error('no lamp')
  return createWishes({
    dataDir,
    exhibits: {
      list,
      get: (id) =>
        id === 'lamp'
          ? {
              ...lamp,
              lease: { mode: 'predict', back: 'explore', until: '2026-11-23T10:30:00Z', by: 'Ilze' },
            }
          : undefined,
      setMode: (id, { mode, minutes }, by) => {
        if (id !== 'lamp') throw new MakerhallError({ code: 'exhibit.unknown', message: 'No.', mend: 'No.' })
        done.push(['set', mode, minutes, by])
        keptThen.push(existsSync(file()))
        return lamp
      },
      endLease: (id) => {
        done.push(['end', id])
        return lamp
      },
    },
    report: (reported) => reports.push(reported),
    clock: () => now,
    logger: quietLog,
  })
}
const desired = (epoch: number, version: number, modes: Desired['modes'] = {}): Desired => ({
  epoch,
  version,
  modes,
})
const predict = { mode: 'predict', until: '2026-11-23T10:30:00Z', by: 'Ilze' }

it('takes a wish once, when it is newer, over a restart too', () => {
  const first = wishes()
  first.take(desired(1, 2, { lamp: predict, volcano: predict }))
  expect(done).toEqual([['set', 'predict', 30, 'Ilze']])
  first.take(desired(1, 2, { lamp: predict }))
  first.take(desired(1, 1, { lamp: { ...predict, mode: 'explore' } }))
  first.take(desired(0, 9, { lamp: { ...predict, mode: 'explore' } }))
  wishes().take(desired(1, 2, { lamp: predict }))
  expect(done).toHaveLength(1)
})

it('keeps a wish only once it is met, so that a power cut in between loses none', () => {
  wishes().take(desired(1, 2, { lamp: predict }))
  expect(keptThen).toEqual([false])
  expect(existsSync(file())).toBe(true)
})

it('meets a wish that the disk does not keep', () => {
  const one = wishes()
  mkdirSync(file())
  one.take(desired(1, 2, { lamp: predict }))
  one.take(desired(1, 2, { lamp: predict }))
  expect(done).toEqual([['set', 'predict', 30, 'Ilze']])
  expect(reports.at(-1)).toMatchObject({ epoch: 1, version: 2 })
})

it('does not set again what was wished before, nor what is over', () => {
  const one = wishes()
  one.take(desired(1, 1, { lamp: predict }))
  one.take(desired(1, 2, { lamp: predict }))
  now += 3600_000
  one.take(desired(2, 0, { lamp: { ...predict, by: 'Anna' } }))
  expect(done).toEqual([['set', 'predict', 30, 'Ilze']])
})

it('ends the lease that is wished no more', () => {
  const one = wishes()
  one.take(desired(1, 1, { lamp: predict }))
  one.take(desired(1, 2))
  expect(done.at(-1)).toEqual(['end', 'lamp'])
})

it('reports what is, when it changed', () => {
  const one = wishes()
  one.tell()
  one.tell()
  one.take(desired(3, 4))
  expect(reports).toEqual([
    { epoch: 0, version: 0, modes: { lamp: 'explore' } },
    { epoch: 3, version: 4, modes: { lamp: 'explore' } },
  ])
})
