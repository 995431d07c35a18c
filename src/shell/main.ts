import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describeProblem, MakerhallError } from '../shared/problem.ts'
import { isBuilt } from './built.ts'
import { takeDataFolder } from './data-folder.ts'
import { ControllerMessage, type ControllerReady, HubMessage, type HubReady } from './messages.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { type Supervised, supervise } from './process.ts'
import { chooseWindow } from './window.ts'

const root = resolve(import.meta.dirname, '../..')
const log = (line: string) => process.stderr.write(`makerhall: ${line}\n`)

/** Exit codes of the controller and the hub that only a person can mend: settings, a port in use, the data folder. */
const settingsCodes = [2, 3, 4]
/** How long the controller waits for a hub that it has not joined yet, in ms: exhibits play without one. */
const hubPatience = 10_000

/** The supervisor: builds what is not built, starts what the role asks for, says when all is ready, ends it all. */
async function run(options: Options) {
  // Kept in a variable for as long as the product runs: a lock that is collected is a lock that is gone.
  const folder = takeDataFolder(options.data, options.role === 'all' ? ['controller', 'hub'] : [options.role])
  if (!isBuilt(root)) build()

  const supervised: Supervised[] = []
  let isEnding = false
  let isReady = false
  const end = async (code: number) => {
    if (isEnding) return
    isEnding = true
    await Promise.all(supervised.toReversed().map((one) => one.stop()))
    folder.release()
    process.exit(code)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0))

  /** Starts a process and has it started again whenever it ends; `onMessage` gets each of its messages. */
  function bring(name: string, module: string, args: () => string[], onMessage: (message: unknown) => void) {
    const one = supervise({
      name,
      launch: { kind: 'fork', module: join(root, module), args },
      onMessage,
      // While a person waits for the start, they are told at once; later on, what was lacking may come back.
      leaveEnded(code) {
        if (isReady || !settingsCodes.includes(code)) return false
        void end(code)
        return true
      },
      log,
    })
    supervised.push(one)
    one.start()
  }

  const local = (offset: number, scheme = 'http') => `${scheme}://127.0.0.1:${options.port + offset}`
  const common = [
    ...['--data', options.data],
    ...(options.site ? ['--site', options.site] : []),
    ...options['allow-host'].flatMap((name) => ['--allow-host', name]),
  ]
  const hub = {
    url: options.hub ?? (options.role === 'controller' ? null : `${local(1)}/`),
    told: null as HubReady | null,
  }
  const hubReady = Promise.withResolvers<void>()
  if (options.role === 'controller') hubReady.resolve()
  else {
    bring(
      'hub',
      'src/hub/main.ts',
      () => [...common, '--port', String(options.port + 1), '--mqtt-port', String(options.port + 2)],
      (message) => {
        const told = HubMessage.parse(message)
        if (told.type !== 'ready') return
        hub.told = told
        hubReady.resolve()
      },
    )
  }

  let kiosk: ControllerReady | null = null
  const kioskReady = Promise.withResolvers<void>()
  if (options.role === 'hub') kioskReady.resolve()
  else {
    // Whoever has joined needs nothing of the hub to start; whoever has not needs its code.
    const hasJoined = existsSync(join(options.data, 'secrets', 'hub.json'))
    if (!hasJoined) await Promise.race([hubReady.promise, pause(hubPatience, undefined, { ref: false })])
    bring(
      'controller',
      'src/controller/main.ts',
      () => {
        const code = options.join ?? hub.told?.join
        return [
          ...[...common, '--port', String(options.port)],
          ...(hub.url ? ['--hub', hub.url] : []),
          ...(code ? ['--join', code] : []),
          ...(options.role === 'all' ? ['--mqtt', local(2, 'mqtt')] : []),
        ]
      },
      (message) => {
        const told = ControllerMessage.parse(message)
        if (told.type !== 'ready') return
        kiosk = told
        kioskReady.resolve()
      },
    )
  }
  await Promise.all([
    kioskReady.promise,
    Promise.race([
      hubReady.promise,
      kioskReady.promise.then(() => pause(hubPatience, undefined, { ref: false })),
    ]),
  ])
  isReady = true
  sayReady(kiosk, hub.url, hub.told)
  if (options.window && kiosk) openWindow(kiosk)

  function openWindow({ kiosk: url }: ControllerReady) {
    const launch = chooseWindow(root, options.data, url)
    if (launch.kind === 'none') return log(`${launch.why}: open ${url} in a browser`)
    const window = supervise({ name: 'window', launch, log })
    supervised.push(window)
    window.start()
  }
}

/** The one line for programs, as docs/operations.md describes it. */
function sayReady(kiosk: ControllerReady | null, hub: string | null, told: HubReady | null) {
  const addresses = {
    kiosk: kiosk?.kiosk ?? null,
    console: kiosk?.console ?? (hub && `${hub}console/`),
    hub,
    mqtt: told?.mqtt ?? null,
    setup: told?.setup ?? null,
    join: told?.join ?? null,
  }
  process.stdout.write(`makerhall ready ${JSON.stringify(addresses)}\n`)
}

function build() {
  log('building the pages and the exhibits (only after a change)')
  const { status } = spawnSync(process.execPath, [join(root, 'src/shell/build.ts')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0)
    throw new MakerhallError({
      code: 'build',
      message: 'The pages could not be built.',
      mend: 'The lines above say why.',
    })
}

try {
  const options = parseOptions(process.argv.slice(2))
  if (options) await run(options)
  else process.stdout.write(`${usage}\n`)
} catch (error) {
  if (!(error instanceof MakerhallError)) throw error
  log(describeProblem(error.problem))
  process.exit(error.problem.code === 'data-folder' ? 4 : 2)
}
