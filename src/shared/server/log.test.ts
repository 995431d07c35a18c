import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, vi } from 'vitest'
import { openLog } from './log.ts'

it.each(['is not open yet', 'cannot be opened'])('changes no exit code where its file %s', (which) => {
  const file = join(mkdtempSync(join(tmpdir(), 'makerhall-log-')), 'a.log')
  if (which === 'cannot be opened') mkdirSync(file)
  const script = `
    import { setImmediate } from 'node:timers/promises'
    import { openLog } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'log.ts')).href)}
    const { log, close } = openLog(${JSON.stringify(file)}, 'test')
    log.error('something')
    ${which === 'cannot be opened' ? 'for (let n = 0; n < 100; n++) await setImmediate(); log.error("more"); close()' : ''}
    process.exit(0)`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
})

it('counts what earlier starts have written: at 5 MB a new file begins', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'makerhall-log-')), 'a.log')
  writeFileSync(file, `${'x'.repeat(5 * 1024 * 1024 - 10)}\n`)
  const { log, close } = openLog(file, 'test')
  try {
    log.error('the last line of the old file')
    await vi.waitFor(() => expect(existsSync(`${file}.1`)).toBe(true), 10_000)
    log.error('the first line of the new file')
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('the first line'), 10_000)
    expect(readFileSync(file, 'utf8').length).toBeLessThan(1000)
    expect(readFileSync(`${file}.1`, 'utf8')).toContain('the last line')
  } finally {
    close()
  }
})
