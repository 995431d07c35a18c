import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defaultSite, Site } from '../../shared/site.ts'
import { type Boards, createBoards } from '../boards/index.ts'
import { bindExhibits } from './bind.ts'
import { createChannels } from './channels.ts'
import { button, dial, manifestWith, voltage } from './testing/manifest.ts'
import type { Channels } from './types.ts'

const soon = { timeout: 15_000, interval: 5 }

let folder: string
let boards: Boards
let channels: Channels

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'virtual-channels-'))
  const site = Site.parse(defaultSite)
  const { bound } = bindExhibits(site, [manifestWith({ dial, button, voltage })])
  boards = createBoards({ site, dataDir: folder, parts: {} })
  channels = createChannels({ exhibits: bound, boards, dataDir: folder })
  await channels.start()
  await boards.start()
})

afterEach(async () => {
  await channels.stop()
  await boards.stop()
  await rm(folder, { recursive: true })
})

const get = (channel: string) => channels.get('ohms-law', channel)

it('On real firmware, volts on a pin are a channel’s value, and a channel’s value is volts on a pin', async () => {
  await vi.waitFor(() => expect(boards.list()).toMatchObject([{ state: 'ready' }]), soon)
  const pins = boards.pins('uno')
  for (const volts of [0.5, 2.5, 4.75]) {
    await pins?.hold('A0', { volts })
    await vi.waitFor(
      () => expect(Math.abs(Number(get('dial')?.value) - volts)).toBeLessThan(volts * 0.01 + 0.005),
      soon,
    )
    expect(get('dial')?.quality).toBe('good')
  }
  await pins?.hold('2', { level: 0 })
  await vi.waitFor(() => expect(get('button')).toMatchObject({ value: true, quality: 'good' }), soon)
  await pins?.release('2')
  await vi.waitFor(() => expect(get('button')).toMatchObject({ value: false }), soon)
  for (const volts of [1, 3.3]) {
    channels.write('ohms-law', 'voltage', volts)
    await vi.waitFor(
      async () => expect(Math.abs(((await pins?.read('9'))?.duty ?? 0) * 5 - volts)).toBeLessThan(0.02),
      soon,
    )
  }
})
