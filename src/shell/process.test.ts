import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { supervise } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'makerhall-supervise-'))
const script = (name: string, text: string) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
const alive = (pid: number | undefined) => {
  if (pid === undefined) return false
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('starts again what ends by itself, and no longer once it was stopped', async () => {
  const file = join(folder, 'starts')
  writeFileSync(file, '')
  const module = script(
    'short.mjs',
    `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(file)}, 'x')`,
  )
  const one = supervise({ name: 'short', launch: { kind: 'fork', module, args: () => [] }, log: () => {} })
  one.start()
  await vi.waitFor(() => expect(readFileSync(file, 'utf8').length).toBeGreaterThanOrEqual(2), 10_000)
  await one.stop()
  expect(one.pid()).toBeUndefined()
})

it('kills what does not end at SIGTERM', async () => {
  const module = script(
    'deaf.mjs',
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send('here')`,
  )
  const here = vi.fn()
  const one = supervise({
    name: 'deaf',
    launch: { kind: 'fork', module, args: () => [] },
    onMessage: here,
    log: () => {},
  })
  one.start()
  await vi.waitFor(() => expect(here).toHaveBeenCalledWith('here', undefined), 10_000)
  const pid = one.pid()
  await one.stop(50)
  expect(alive(pid)).toBe(false)
})

it('gives up at an exit code that only a person can mend', async () => {
  const module = script('fatal.mjs', 'process.exit(3)')
  const onFatal = vi.fn()
  const one = supervise({
    name: 'fatal',
    launch: { kind: 'fork', module, args: () => [] },
    fatalCodes: [3],
    onFatal,
    log: () => {},
  })
  one.start()
  await vi.waitFor(() => expect(onFatal).toHaveBeenCalledWith(3), 10_000)
  await one.stop()
})
