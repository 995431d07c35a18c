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
  await vi.waitFor(() => expect(here).toHaveBeenCalledWith('here'), 10_000)
  const pid = one.pid()
  await one.stop(50)
  expect(alive(pid)).toBe(false)
})

it('leaves a process ended where its exit code says that only a person can mend it', async () => {
  const module = script('fatal.mjs', 'process.exit(3)')
  const leaveEnded = vi.fn(() => true)
  const one = supervise({
    name: 'fatal',
    launch: { kind: 'fork', module, args: () => [] },
    leaveEnded,
    log: () => {},
  })
  one.start()
  await vi.waitFor(() => expect(leaveEnded).toHaveBeenCalledWith(3), 10_000)
  await one.stop()
})

it('kills and starts again what has beaten once and then hangs', async () => {
  const module = script('hangs.mjs', `process.send({ type: 'beat' }, () => { for (;;); })`)
  const lines: string[] = []
  const one = supervise({
    name: 'hangs',
    launch: { kind: 'fork', module, args: () => [] },
    silence: 200,
    log: (line) => lines.push(line),
  })
  one.start()
  await vi.waitFor(() => expect(lines.join()).toMatch(/has said nothing.*starts again/s), 20_000)
  await one.stop(50)
})

it('tries again what could not even be started', async () => {
  const lines: string[] = []
  const launch = { kind: 'spawn', command: join(folder, 'nowhere'), args: () => [] } as const
  const one = supervise({ name: 'missing', launch, log: (line) => lines.push(line) })
  one.start()
  await vi.waitFor(
    () => expect(lines.filter((line) => /ENOENT/.test(line)).length).toBeGreaterThan(1),
    10_000,
  )
  await one.stop()
})
