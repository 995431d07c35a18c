import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoards } from '../../src/controller/boards/index.ts'
import { bindExhibits, createChannels } from '../../src/controller/channels/index.ts'
import { createExhibits } from '../../src/controller/exhibits/index.ts'
import type { Pin } from '../../src/shared/ids.ts'
import { Manifest } from '../../src/shared/manifest.ts'
import { silentLogger } from '../../src/shared/node/logger.ts'
import { Site } from '../../src/shared/site.ts'

/** A button that turns a lamp over, and a dial that drives a pin: the shortest ways through the product. */
const manifest = Manifest.parse({
  makerhall: 1,
  id: 'bench',
  version: '1.0.0',
  licence: 'MIT',
  authors: ['Makerhall'],
  hue: 0,
  languages: ['en'],
  scenes: { attract: 'attract.js', play: 'play.js' },
  modes: [{ id: 'explore' }],
  channels: {
    button: { kind: 'digital-in', pin: '2', pullup: true },
    lamp: { kind: 'digital-out', pin: '8' },
    dial: { kind: 'analog-in', pin: 'A0', range: [0, 5], scale: { slope: 5 / 1023 }, touch: true },
    voltage: { kind: 'pwm-out', pin: '9', range: [0, 5], scale: { slope: 5 / 255 }, safe: 0 },
  },
  rules: [
    { rule: 'toggle', on: 'button', to: 'lamp' },
    { rule: 'last-moved', of: ['dial'], to: 'voltage', deadband: 0.02 },
  ],
  learning: { ages: [7, 99], minutes: 1, leastSeconds: 1 },
})

/** Boards, channels and exhibits of the product over one virtual board, in this process. */
export async function createRig({ withExhibit }: { withExhibit: boolean }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'makerhall-bench-'))
  const site = Site.parse({
    boards: [{ kind: 'virtual', id: 'uno' }],
    exhibits: [{ id: 'bench', board: 'uno' }],
  })
  const boards = createBoards({ site, dataDir, parts: {} })
  const { bound } = bindExhibits(site, [manifest])
  const channels = createChannels({ exhibits: withExhibit ? bound : [], boards, dataDir })
  const exhibits = createExhibits({
    packages: withExhibit ? [{ id: 'bench', folder: dataDir, manifest, problems: [] }] : [],
    channels,
    dataDir,
    logger: silentLogger,
  })
  await channels.start()
  await exhibits.start()
  await boards.start()
  const board = boards.board('uno')
  const pins = boards.pins('uno')
  if (!board || !pins) throw new Error('the virtual board is missing')
  await until(() => board.status().state === 'ready')

  return {
    board,
    channels,
    exhibits,
    pins,
    /** Resolves as soon as the emulated chip's pin is as asked. */
    pinIs: (pin: Pin, test: (state: { level: number; duty: number }) => boolean) =>
      until(async () => test(await pins.read(pin))),
    async stop() {
      await exhibits.stop()
      await channels.stop()
      await boards.stop()
      rmSync(dataDir, { recursive: true })
    },
  }
}
export type Rig = Awaited<ReturnType<typeof createRig>>

/** Waits without a pause: what is measured is shorter than any timer. */
async function until(test: () => boolean | Promise<boolean>) {
  while (!(await test())) await new Promise((next) => setImmediate(next))
}
