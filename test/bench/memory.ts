import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Product, until } from '../e2e/product.ts'
import type { Figures } from './measure.ts'

/** Resident memory of a process, in MB (Linux). */
function residentMemory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** The controller's and the hub's memory in use, against a Node that does nothing. */
export async function memory(product: Product): Promise<Figures> {
  const idle = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1e6)'])
  await new Promise((done) => idle.stdout.once('data', done))
  const bare = residentMemory(idle.pid ?? 0)
  idle.kill()

  const Health = z.object({ pid: z.int() })
  const pidOf = async (call: Product['hub']) => Health.parse((await call('GET', '/health')).json).pid
  const figure = (value: number) => ({
    value,
    unit: 'MB' as const,
    limit: { name: 'a bare Node', value: bare },
    ratio: value / bare,
  })
  await until('an empty outbox', async () => (await product.health()).outbox.waiting === 0)
  return {
    'rss.controller': figure(residentMemory(await pidOf(product.controller))),
    'rss.hub': figure(residentMemory(await pidOf(product.hub))),
  }
}
