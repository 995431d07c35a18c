import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'
import { MakerhallError } from '../problem.ts'
import { exitCodeOf } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'makerhall-run-'))
const stopped = join(folder, 'stopped')
const run = pathToFileURL(join(import.meta.dirname, 'run.ts')).href
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process whose `start` does `body`. */
function server(name: string, body: string) {
  const module = join(folder, `${name}.mjs`)
  const text = `
import { writeFileSync } from 'node:fs'
import { runServer } from ${JSON.stringify(run)}
await runServer(async () => {
  ${body}
})`
  writeFileSync(module, text)
  const child = fork(module, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  children.push(child)
  const heard: unknown[] = []
  child.on('message', (message) => heard.push(message))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, heard, ended }
}
const serve = `
  const open = setInterval(() => {}, 1000)
  const stop = async () => { clearInterval(open); writeFileSync(${JSON.stringify(stopped)}, '') }
  return { ready: { hub: 'here' }, stop, failed: () => {} }`

it('tells its parent that it serves, and each second that it lives; without a parent it puts all in order', async () => {
  const { child, heard, ended } = server('serves', serve)
  await vi.waitFor(() => {
    expect(heard).toContainEqual({ type: 'ready', hub: 'here' })
    expect(heard.filter((message) => JSON.stringify(message) === '{"type":"beat"}').length).toBeGreaterThan(2)
  }, 20_000)
  expect(existsSync(stopped)).toBe(false)
  child.disconnect()
  expect(await ended).toBe(0)
  expect(existsSync(stopped)).toBe(true)
})

it('ends where the parent is gone before it starts', async () => {
  const { child, ended } = server('orphan', serve)
  child.disconnect()
  expect(await ended).toBe(0)
})

it('ends with 1 where nobody knows why it did not start', async () => {
  const { ended } = server('fails', `throw new Error('the disk')`)
  expect(await ended).toBe(1)
})

it.each([
  ['site.invalid', 2],
  ['sqlite.newer', 2],
  ['port.in-use', 3],
  ['broker.port', 3],
  ['data.unusable', 4],
  ['worker.ended', 1],
])('%s is exit code %i', (code, exit) => {
  expect(exitCodeOf(new MakerhallError({ code, message: 'No.', mend: 'Mend it.' }))).toBe(exit)
})
