import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { devicePaths } from './device-paths.ts'

it('finds USB serial ports by their names, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'makerhall-dev-'))
  for (const name of ['ttyUSB1', 'ttyACM0', 'tty1', 'ttyS0', 'null']) writeFileSync(join(folder, name), '')
  expect(await devicePaths(folder)).toEqual([join(folder, 'ttyACM0'), join(folder, 'ttyUSB1')])
  expect(await devicePaths(join(folder, 'nowhere'))).toEqual([])
})
