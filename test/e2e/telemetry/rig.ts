import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type MqttClient } from 'mqtt'
import type { TelemetryOptions } from '../../../src/controller/telemetry/index.ts'
import { createTelemetry } from '../../../src/controller/telemetry/index.ts'
import { createBroker } from '../../../src/hub/broker/index.ts'
import { createCollector } from '../../../src/hub/collector/index.ts'
import { createStore } from '../../../src/hub/store/index.ts'
import type { StoredEvent } from '../../../src/shared/routes.ts'

export const quiet = { info() {}, warn() {}, error() {} }

/** A broker that can go and come back on its port. `link` is an URL with the credentials of one of its users. */
export interface TestBroker {
  start(): Promise<void>
  /** As a power cut does it, where the broker is a process of its own. */
  stop(): Promise<void>
  link(user: string): string
}

/** With the signs that an URL must escape. */
const secret = 'a secret/with:signs@'

export async function embedded(): Promise<TestBroker> {
  const port = await freePort()
  const broker = createBroker({
    port,
    authenticate: (name = '', password) => {
      if (password !== secret) return null
      if (name === 'hub') return { role: 'collector' }
      if (name === 'eye') return { role: 'observer' }
      return { role: 'kiosk', kiosk: name }
    },
    logger: quiet,
  })
  return {
    start: () => broker.start(),
    stop: () => broker.stop(),
    link: (user) => `mqtt://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port}`,
  }
}

/** Debian's Mosquitto as it comes, with one user for all. */
export async function mosquitto(): Promise<TestBroker> {
  const port = await freePort()
  const folder = temporary()
  const passwords = join(folder, 'passwords')
  const config = join(folder, 'mosquitto.conf')
  await once(spawn('mosquitto_passwd', ['-b', '-c', passwords, 'centre', secret]), 'exit')
  // Started by root it becomes another user, who could not read the folder.
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  writeFileSync(
    config,
    `${user}listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\n`,
  )
  let process_: ChildProcess | null = null
  const link = () => `mqtt://centre:${encodeURIComponent(secret)}@127.0.0.1:${port}`
  return {
    async start() {
      process_ = spawn(mosquittoBinary, ['-c', config], { stdio: 'ignore' })
      await until('mosquitto', () => answers(link()))
    },
    async stop() {
      if (!process_) return
      const gone = once(process_, 'exit')
      process_.kill('SIGKILL')
      await gone
      process_ = null
    },
    link,
  }
}
const mosquittoBinary = '/usr/sbin/mosquitto'

/** Any client; MQTT.js itself would cut a password in the URL at its colon. */
export function clientOf(link: string): MqttClient {
  const { hostname, port, username, password } = new URL(link)
  return connect({
    host: hostname,
    port: Number(port),
    username,
    password: decodeURIComponent(password),
    reconnectPeriod: 0,
  })
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = clientOf(url)
    client.once('connect', () => client.end(true, () => resolve(true)))
    client.once('error', () => client.end(true, () => resolve(false)))
  })
}

/** The hub's rooms between broker and disk. */
export function hubAt(url: string, dataDir: string) {
  const store = createStore({ dataDir, logger: quiet })
  const collector = createCollector({ url, store, logger: quiet })
  return {
    store,
    collector,
    async start() {
      await store.start()
      await collector.start()
    },
    async stop() {
      await collector.stop()
      await store.stop()
    },
    async events(): Promise<StoredEvent[]> {
      const events: StoredEvent[] = []
      for (let after = 0; ; ) {
        const page = await store.events(after, 1_000)
        if (page.events.length === 0) return events
        events.push(...page.events)
        after = page.next
      }
    },
  }
}

export function kioskAt(url: string | null, options: Partial<TelemetryOptions> & { dataDir: string }) {
  return createTelemetry({
    kiosk: 'hall',
    site: 'centre',
    link: url === null ? null : { url },
    clock: Date.now,
    monotonic: () => performance.now(),
    logger: quiet,
    ...options,
  })
}

/** In each stream 1, 2, 3 … without a gap and without a double; returns how many streams there are. */
export function streamsOf(events: readonly { kiosk: string; stream: string; seq: number }[]): number {
  const streams = new Map<string, number[]>()
  for (const { kiosk, stream, seq } of events) {
    const key = `${kiosk}/${stream}`
    streams.set(key, [...(streams.get(key) ?? []), seq])
  }
  for (const [key, seqs] of streams) {
    seqs.sort((a, b) => a - b)
    const wrong = seqs.findIndex((seq, index) => seq !== index + 1)
    if (wrong >= 0) throw new Error(`${key}: ${seqs[wrong]} stands where ${wrong + 1} should`)
  }
  return streams.size
}

const folders: string[] = []
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'makerhall-telemetry-'))
  folders.push(folder)
  return folder
}
export function removeTemporary(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (!address || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Waits for a condition; the time is only for giving up. */
export async function until(
  what: string,
  test: () => boolean | Promise<boolean>,
  limit = 30_000,
): Promise<void> {
  const end = performance.now() + limit
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${limit / 1_000} s`)
    await new Promise((next) => setTimeout(next, 10))
  }
}
