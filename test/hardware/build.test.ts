import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFirmware, type Target } from '../../firmware-protocol/build.ts'

/* What is committed is what the sources give. */

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'makerhall-build-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const committed = (target: Target) =>
  readFileSync(new URL(`../../firmware-protocol/hex/makerhall-${target}.hex`, import.meta.url))

test.each(['uno', 'mega'] as const)('a fresh build for the %s gives the committed bytes', (target) => {
  const build = buildFirmware(target, folder)
  expect(readFileSync(build.file).equals(committed(target))).toBe(true)
  expect(build.flash).toBeLessThan(0.9)
  expect(build.ram).toBeLessThan(0.75)
})

test('the build for the watchdog’s proof is another one, and not the committed one', () => {
  const build = buildFirmware('uno', join(folder, 'hang'), ['MAKERHALL_TEST_HANG'])
  expect(readFileSync(build.file).equals(committed('uno'))).toBe(false)
})

test('nothing of the machine gets in: no folder, no year', () => {
  for (const target of ['uno', 'mega'] as const) {
    const bytes = Buffer.from(
      committed(target)
        .toString('latin1')
        .split('\n')
        .filter((record) => record.slice(7, 9) === '00')
        .map((record) => record.slice(9, 9 + 2 * Number.parseInt(record.slice(1, 3), 16)))
        .join(''),
      'hex',
    ).toString('latin1')
    expect(bytes).toContain('heartbeat')
    expect(bytes).not.toMatch(/\/usr|\/tmp|\/home|makerhall\/|20[2-9]\d/)
  }
})
