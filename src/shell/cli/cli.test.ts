import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openMembership } from '../../hub/accounts/index.ts'
import { productVersion } from '../../shared/server/product.ts'
import { runCli } from './cli.ts'
import { nodeFinding, sqliteFinding } from './doctor.ts'
import { schemaFiles } from './schemas.ts'

async function run(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(args, { out: (line) => out.push(line), err: (line) => err.push(line) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const version = productVersion()

const folders: string[] = []
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'makerhall-cli-'))
  folders.push(made)
  return made
}
const servers: Server[] = []
const closed = (server: Server) =>
  new Promise((done) => {
    server.close(done)
    server.closeAllConnections()
  })
afterEach(async () => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true })
  await Promise.all(servers.splice(0).map((server) => closed(server)))
})

describe('the command line', () => {
  it('helps, with every command and with each', async () => {
    const all = await run('--help')
    expect(all).toMatchObject({ code: 0, err: '' })
    for (const name of ['exhibit check', 'account reset', 'doctor', 'schemas']) {
      expect(all.out).toContain(name)
      const own = await run(...name.split(' '), '--help')
      expect(own).toMatchObject({ code: 0, err: '' })
      expect(own.out).toContain(`makerhall ${name}`)
    }
    expect((await run('exhibit', '--help')).out).not.toContain('doctor')
    expect(await run('--version')).toMatchObject({ code: 0, out: version })
  })

  it.each([
    [[]],
    [['fly']],
    [['exhibit']],
    [['exhibit', 'fly']],
    [['exhibit', 'check']],
    [['exhibit', 'check', '--fast', 'x']],
    [['account', 'reset']],
    [['account', 'reset', 'Anna', 'Berit']],
    [['doctor', '--port', '0']],
    [['doctor', '--role', 'king']],
    [['fly', '--help']],
  ])('answers wrong usage %j with exit code 2 and a mend', async (args) => {
    const { code, out, err } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^makerhall: .*--help\.$|Use --/)
  })
})

describe('exhibit check', () => {
  const manifest = {
    makerhall: 1,
    id: 'lab',
    version: '1.0.0',
    licence: 'MIT',
    authors: ['Makerhall'],
    hue: 75,
    languages: ['en'],
    scenes: { attract: 'scenes/attract.tsx', play: 'scenes/play.tsx' },
    modes: [{ id: 'explore' }],
    channels: {},
    learning: { ages: [7, 99], minutes: 4, leastSeconds: 60 },
  }
  function writeExhibit(changes: object, name = 'lab') {
    const at = join(folder(), 'exhibits', name)
    const files = {
      'exhibit.json': JSON.stringify({ ...manifest, ...changes }),
      'scenes/attract.tsx': '',
      'scenes/play.tsx': '',
      'locales/en.json': '{"title":"Lab"}',
    }
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(at, file)), { recursive: true })
      writeFileSync(join(at, file), text)
    }
    return at
  }

  it('says one line of a sound package', async () => {
    expect(await run('exhibit', 'check', writeExhibit({}))).toEqual({
      code: 0,
      out: 'lab 1.0.0 is sound: 1 modes, en.',
      err: '',
    })
  })

  it('says everything that is wrong, and goes on with the next package', async () => {
    const broken = writeExhibit(
      { modes: 7, rules: [{ rule: 'toggle', on: 'nothing', to: 'nobody' }] },
      'other',
    )
    const { code, out, err } = await run('exhibit', 'check', broken, writeExhibit({}))
    expect(code).toBe(1)
    expect(out).toContain('lab 1.0.0 is sound')
    for (const path of ['modes', 'rules[0].on', 'rules[0].to'])
      expect(err).toContain(`exhibit.json: ${path}: `)
    expect(err.split('\n').at(-1)).toMatch(/: 3 problems\.$/)
    expect((await run('exhibit', 'check', '/nowhere')).err).toContain('no such package folder')
  })

  it('asks that a package among packages is called as its folder', async () => {
    expect((await run('exhibit', 'check', writeExhibit({}, 'other'))).err).toContain('id: ')
  })
})

describe('account reset', () => {
  it('prints the new password, which works from then on', async () => {
    const dataDir = folder()
    for (const name of ['hub', 'secrets']) mkdirSync(join(dataDir, name))
    const open = () => openMembership({ dataDir, isOnline: async () => false, log: { warn() {} } })
    const running = await open()
    await running.accounts.addFirst({ name: 'Anna', password: 'a long password' })
    const { code, out } = await run('account', 'reset', 'Anna', '--data', dataDir)
    const password = out.replace('The new password of Anna is ', '')
    expect([code, password.length >= 10]).toEqual([0, true])
    for (const { accounts } of [running, await open()]) {
      expect(await accounts.signIn({ name: 'Anna', password })).toMatchObject({ name: 'Anna' })
      expect(await accounts.signIn({ name: 'Anna', password: 'a long password' })).toBe(null)
    }
  })

  it('says who is not there', async () => {
    const { code, err } = await run('account', 'reset', 'Nobody', '--data', folder())
    expect(code).toBe(1)
    expect(err).toContain('Nobody')
  })
})

describe('doctor', () => {
  /** Two servers on neighbouring ports, as the controller and the hub are. */
  async function serve(controller: object, hub: object): Promise<number> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const first = await listen(controller, 0)
      const port = portOf(first)
      const second = await listen(hub, port + 1).catch(() => null)
      if (!second) continue
      return port
    }
    throw new Error('no two neighbouring ports are free')
  }
  function listen(answer: object, port: number): Promise<Server> {
    return new Promise((done, fail) => {
      const server = createServer((_, response) => response.end(JSON.stringify(answer)))
      server.once('error', fail)
      server.listen(port, '127.0.0.1', () => {
        servers.push(server)
        done(server)
      })
    })
  }
  const portOf = (server: Server) => {
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }
  const health = { status: 'ok', version, pid: 7, reasons: [] }
  const controller = {
    ...health,
    kiosk: 'one',
    boards: [{ id: 'uno', state: 'ready' }],
    outbox: { waiting: 3, oldest: null, recording: true },
    broker: 'connected',
  }
  const hub = { ...health, stored: 12, kiosks: [] }

  it('is content where all is well', async () => {
    const port = await serve(controller, hub)
    const { code, out } = await run('doctor', '--data', folder(), '--port', String(port))
    expect(out).toContain('uno ready; 3 events wait; broker connected')
    expect(out).toContain('12 events stored')
    expect(out).not.toContain('problem')
    expect(code).toBe(0)
  })

  it('names every reason and what mends it', async () => {
    const reasons = [{ code: 'board.away', message: 'The board uno is away.', mend: 'Plug it in.' }]
    const port = await serve({ ...controller, status: 'degraded', reasons }, { ...hub, version: '0.0.1' })
    const { code, out } = await run('doctor', '--data', folder(), '--port', String(port))
    expect(code).toBe(1)
    expect(out).toContain('The controller: The board uno is away. Plug it in.')
    expect(out).toContain('The hub runs version 0.0.1. Start it again.')
  })

  it('says what does not answer, and what is not ours', async () => {
    const port = await serve({ hello: 'world' }, {})
    const { code, out } = await run(
      'doctor',
      '--data',
      '/nowhere',
      '--port',
      String(port),
      '--role',
      'controller',
    )
    expect(code).toBe(1)
    expect(out).toContain('The data folder cannot be used')
    expect(out).toContain('is not a controller of ours')
    expect(out).not.toContain('The hub')
    await Promise.all(servers.splice(0).map((server) => closed(server)))
    expect((await run('doctor', '--data', folder(), '--port', String(port))).out).toContain(
      'The hub does not answer',
    )
  })

  it('knows which Node and SQLite will do', () => {
    expect([nodeFinding('24.21.0').well, nodeFinding('20.20.0').well]).toEqual([true, false])
    expect([
      sqliteFinding('3.53.4').well,
      sqliteFinding('3.51.2').well,
      sqliteFinding(undefined).well,
    ]).toEqual([true, false, false])
  })
})

describe('schemas', () => {
  it('are in docs/schema as the code has them (else run npm run makerhall -- schemas)', () => {
    const committed = new URL('../../../docs/schema/', import.meta.url)
    for (const [name, text] of Object.entries(schemaFiles()))
      expect(readFileSync(new URL(name, committed), 'utf8')).toBe(text)
  })

  it('are written where one asks for them', async () => {
    const to = folder()
    expect((await run('schemas', to)).code).toBe(0)
    expect(readdirSync(to).sort()).toEqual(Object.keys(schemaFiles()).sort())
  })
})
