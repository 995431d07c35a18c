import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { LiveDown } from '../shared/live.ts'
import { quietLog } from '../shared/server/test-log.ts'
import { openApi } from './api/fixture.ts'
import { fakeChannels } from './exhibits/fixtures/channels.ts'
import { manifest } from './exhibits/fixtures/package.ts'
import { createExhibits } from './exhibits/index.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

it('tells a page of each act on the hardware, so that a visitor who only turns the dial is not asked to go', async () => {
  const lab = manifest()
  const channels = fakeChannels('lab', lab)
  const exhibits = createExhibits({
    packages: [{ id: 'lab', folder: '/lab', manifest: lab, problems: [] }],
    channels,
    dataDir: mkdtempSync(join(tmpdir(), 'makerhall-acts-')),
    logger: quietLog,
  })
  await exhibits.start()
  ends.push(() => exhibits.stop())
  const { api, activities } = await openApi()
  ends.push(exhibits.onActivity((activity) => activities.emit(activity)))
  await api.start()
  ends.push(() => api.stop())

  const socket = new WebSocket(`ws://127.0.0.1:${api.port()}/api/live`)
  ends.push(() => socket.terminate())
  const heard: LiveDown[] = []
  const told = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (heard.filter(({ type }) => type === 'woken').length >= count) resolve()
      }
      socket.on('message', look)
      look()
    })
  const listening = new Promise((resolve) => socket.once('message', resolve))
  socket.on('message', (data) => heard.push(LiveDown.parse(JSON.parse(String(data)))))
  socket.on('open', () => socket.send(JSON.stringify({ token: 'visitor' })))
  await listening

  channels.quality('good')
  // The first says where it stands; each further 0.16 V is an act, be the visit long begun, and 0.01 V is none.
  const volts = Array.from({ length: 21 }, (_, n) => 1 + n * 0.16)
  for (const value of volts) for (const noise of [0, 0.005]) channels.read('dial', value + noise)
  exhibits.touch('lab', 'dial', 4.5)
  channels.read('dial', 4.32)
  for (const value of [false, true]) channels.read('button', value)
  await told(22)
  // Nothing was on its way any more when the next tick came.
  heard.length = 0
  await new Promise<void>((resolve) => socket.on('message', () => heard.some(isTick) && resolve()))
  expect(heard.filter(({ type }) => type === 'woken')).toEqual([])
})

const isTick = ({ type }: LiveDown) => type === 'tick'
