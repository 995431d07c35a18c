import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { SignedIn } from '../../src/shared/account.ts'
import type { BoardStatus, PinHold } from '../../src/shared/board.ts'
import type { ChannelValue } from '../../src/shared/channel.ts'
import type { ExhibitStatus } from '../../src/shared/exhibit.ts'
import { ControllerHealth } from '../../src/shared/health.ts'
import { controllerRoutes, hubRoutes } from '../../src/shared/routes.ts'

const root = resolve(import.meta.dirname, '../..')

const Ready = z.object({
  kiosk: z.string().nullable(),
  console: z.string().nullable(),
  hub: z.string().nullable(),
  mqtt: z.string().nullable(),
  setup: z.string().nullable(),
  join: z.string().nullable(),
})

export interface ProductOptions {
  data?: string
  site?: string
  role?: 'all' | 'controller' | 'hub'
  hub?: string
  join?: string
  env?: Record<string, string>
}
export interface Answer {
  status: number
  json: unknown
  text: string
  headers: Headers
}
type Call = (method: string, path: string, body?: unknown, token?: string) => Promise<Answer>

/** Waits for a condition; never for a duration. Resolves with what `test` returned. */
export async function until<T>(
  what: string,
  test: () => T | Promise<T>,
  limit = 30_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + limit
  let last: unknown
  while (performance.now() < end) {
    try {
      const result = await test()
      if (result) return result
      last = result
    } catch (error) {
      last = error
    }
    await new Promise((next) => setTimeout(next, 40))
  }
  throw new Error(
    `${what} did not come within ${limit / 1000} s; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  )
}

/** A port that is free together with the two after it. */
export async function freePorts(): Promise<number> {
  const taken = (port: number) =>
    new Promise<boolean>((done) => {
      const server = createServer()
      server.once('error', () => done(true))
      server.listen(port, '127.0.0.1', () => server.close(() => done(false)))
    })
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 30_000)
    if (!(await Promise.all([port, port + 1, port + 2].map(taken))).includes(true)) return port
  }
}

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'makerhall-e2e-'))

const caller =
  (base: string, tokenOf: () => string | undefined): Call =>
  async (method, path, body, token = tokenOf()) => {
    const response = await fetch(new URL(path, base), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      json = undefined
    }
    return { status: response.status, json, text, headers: response.headers }
  }

/** Ends a process and all that it started. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  process.kill(-child.pid, signal)
}

/** The whole product as `npm start -- --no-window` brings it up, on ports and in a folder of its own. */
export async function startProduct(options: ProductOptions = {}) {
  const data = options.data ?? temporaryFolder()
  const port = await freePorts()
  const argument = (name: string, value?: string) => (value ? [`--${name}`, value] : [])
  const child = spawn(
    process.execPath,
    [
      join(root, 'src/shell/main.ts'),
      '--no-window',
      ...argument('data', data),
      ...argument('port', String(port)),
      ...argument('site', options.site),
      ...argument('role', options.role),
      ...argument('hub', options.hub),
      ...argument('join', options.join),
    ],
    { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  )
  let log = ''
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const ready = await new Promise<z.infer<typeof Ready>>((done, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk
      const line = /^makerhall ready (\{.*\})$/m.exec(log)?.[1]
      if (line) done(Ready.parse(JSON.parse(line)))
    })
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk
    })
    void ended.then((code) => fail(new Error(`it ended with ${code}: ${log}`)))
  })
  let token: string | undefined
  const tokenOf = () => token
  const controller = caller(ready.kiosk ?? `http://127.0.0.1:${port}/`, tokenOf)
  const hub = caller(ready.hub ?? options.hub ?? `http://127.0.0.1:${port + 1}/`, tokenOf)

  return {
    /** The addresses of the ready line. */
    urls: ready,
    data,
    port,
    pid: child.pid,
    log: () => log,
    controller,
    hub,
    useToken: (value: string) => {
      token = value
    },
    token: () => token,
    /** Makes the first account, who may do everything. */
    async signUp(name = 'Ilze', password = 'liela zila zivs 7') {
      if (!ready.setup) throw new Error('the first account is made already')
      const answer = await hub('POST', ready.setup, { name, password })
      token = SignedIn.parse(answer.json).token
      return token
    },
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      killGroup(child, signal)
      const code = await ended
      if (!options.data) rmSync(data, { recursive: true, force: true })
      return code
    },
    /** kill -9 of everything at once, as a power cut would. */
    async kill() {
      killGroup(child, 'SIGKILL')
      await ended
    },
    health: async () => ControllerHealth.parse((await controller('GET', '/health')).json),
    boards: async (): Promise<BoardStatus[]> =>
      controllerRoutes.boards.response.parse((await controller('GET', '/api/boards')).json),
    exhibits: async (): Promise<ExhibitStatus[]> =>
      controllerRoutes.exhibits.response.parse((await controller('GET', '/api/exhibits')).json),
    async channel(channel: string, exhibit = 'ohms-law'): Promise<ChannelValue> {
      const list = controllerRoutes.channels.response.parse((await controller('GET', '/api/channels')).json)
      const found = list.find((one) => one.exhibit === exhibit && one.channel === channel)
      if (!found) throw new Error(`no channel ${exhibit}/${channel}`)
      return found
    },
    async pin(pin: string, board = 'uno') {
      return controllerRoutes.readPin.response.parse(
        (await controller('GET', `/api/boards/${board}/pins/${pin}`)).json,
      )
    },
    async hold(pin: string, hold: PinHold, board = 'uno') {
      const answer = await controller('PUT', `/api/boards/${board}/pins/${pin}`, hold)
      return controllerRoutes.holdPin.response.parse(answer.json)
    },
    async boardsReady() {
      await until('ready boards', async () => (await this.boards()).every((board) => board.state === 'ready'))
    },
    async visits(by: 'hour' | 'day' | 'exhibit' = 'exhibit') {
      const day = 86_400_000
      const query = new URLSearchParams({
        from: new Date(Date.now() - day).toISOString(),
        to: new Date(Date.now() + day).toISOString(),
        by,
      })
      return hubRoutes.visits.response.parse((await hub('GET', `/api/stats/visits?${query}`)).json)
    },
    async events() {
      const all: { kiosk: string; stream: string; seq: number; type: string }[] = []
      for (let after = 0; ; ) {
        const page = hubRoutes.events.response.parse(
          (await hub('GET', `/api/events?after=${after}&limit=500`)).json,
        )
        if (page.events.length === 0) return all
        all.push(...page.events)
        after = page.next
      }
    },
  }
}
export type Product = Awaited<ReturnType<typeof startProduct>>
