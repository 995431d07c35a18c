import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { describeProblem, MakerhallError } from '../shared/problem.ts'
import { isBuilt } from './built.ts'
import { takeDataFolder } from './data-folder.ts'
import { ControllerReady, HubReady } from './messages.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { type Supervised, supervise } from './process.ts'
import { chooseWindow } from './window.ts'

const root = resolve(import.meta.dirname, '../..')
const log = (line: string) => process.stderr.write(`makerhall: ${line}\n`)

/** Exit codes of the controller and the hub that no restart can mend. */
const fatalCodes = [2, 3, 4] as const

/** The supervisor: builds what is not built, starts what the role asks for, says when all is ready, ends it all. */
async function run(options: Options) {
  // Kept in a variable for as long as the product runs: a lock that is collected is a lock that is gone.
  const folder = takeDataFolder(options.data, options.role === 'all' ? ['controller', 'hub'] : [options.role])
  if (!isBuilt(root)) build()

  const supervised: Supervised[] = []
  const ends = new AbortController()
  const end = async (code: number) => {
    if (ends.signal.aborted) return
    ends.abort()
    await Promise.all(supervised.toReversed().map((one) => one.stop()))
    folder.release()
    process.exit(code)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0))

  const site = options.site ? ['--site', options.site] : []
  const common = ['--data', options.data, ...site]
  const ready = { kiosk: null, console: null, hub: null, mqtt: null, setup: null, join: null } as {
    [key in 'kiosk' | 'console' | 'hub' | 'mqtt' | 'setup' | 'join']: string | null
  }

  /** Starts a process and resolves with its first ready message. It is told of every later one too. */
  function bring<Message>(
    name: string,
    module: string,
    args: () => string[],
    parse: (message: unknown) => Message,
    onReady: (message: Message) => void,
  ): Promise<void> {
    return new Promise((done) => {
      const one = supervise({
        name,
        launch: { kind: 'fork', module: join(root, module), args },
        onMessage: (message) => {
          onReady(parse(message))
          done()
        },
        fatalCodes,
        onFatal: (code) => void end(code),
        log,
      })
      supervised.push(one)
      one.start()
    })
  }

  if (options.role !== 'controller') {
    await bring(
      'hub',
      'src/hub/main.ts',
      () => [...common, '--port', String(options.port + 1), '--mqtt-port', String(options.port + 2)],
      (message) => HubReady.parse(message),
      ({ hub, mqtt, setup, join: code }) => Object.assign(ready, { hub, mqtt, setup, join: code }),
    )
  }
  if (options.role !== 'hub') {
    const hub = options.hub ?? ready.hub
    const joinCode = options.join ?? ready.join
    await bring(
      'controller',
      'src/controller/main.ts',
      () => [
        ...common,
        '--port',
        String(options.port),
        ...(hub ? ['--hub', hub] : []),
        ...(joinCode ? ['--join', joinCode] : []),
        ...(options.role === 'all' ? ['--mqtt', `mqtt://127.0.0.1:${options.port + 2}`] : []),
      ],
      (message) => ControllerReady.parse(message),
      (message) => Object.assign(ready, { kiosk: message.kiosk, console: message.console, hub: hub ?? null }),
    )
  }

  process.stdout.write(`makerhall ready ${JSON.stringify(ready)}\n`)
  if (options.role !== 'hub' && options.window && ready.kiosk) openWindow(ready.kiosk)

  function openWindow(url: string) {
    const launch = chooseWindow(root, options.data, () => url)
    if (launch.kind === 'none') {
      log(`${launch.why}: open ${url} in a browser`)
      return
    }
    const window = supervise({ name: 'window', launch, log })
    supervised.push(window)
    window.start()
  }
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
