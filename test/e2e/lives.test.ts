import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Product, startProduct, temporaryFolder, until } from './product.ts'

const listens = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })

/** Processes whose command line names this data folder. */
const processesOf = (data: string) =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid || !existsSync(`/proc/${pid}/cmdline`)) return false
    try {
      return readCommand(pid).includes(data)
    } catch {
      return false
    }
  })

const readCommand = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')

describe('anything may die and comes back', () => {
  const data = temporaryFolder()
  let product: Product

  beforeAll(async () => {
    product = await startProduct({ data })
    await product.signUp()
  })
  afterAll(async () => {
    await product?.stop()
  })

  const play = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      const volts = turn % 2 ? 0.5 : 4.5
      await product.hold('A0', { volts })
      await until(
        'the dial',
        async () => Math.abs(Number((await product.channel('dial')).value) - volts) < 0.1,
      )
    }
  }
  const again = async () => {
    const token = product.token() ?? ''
    await product.kill()
    product = await startProduct({ data })
    product.useToken(token)
    await product.boardsReady()
  }

  it('loses nothing and counts nothing twice over kill -9 of everything during use', async () => {
    for (let round = 0; round < 4; round++) {
      await play(3 + round)
      await again()
    }
    await until('an empty outbox', async () => (await product.health()).outbox.waiting === 0)
    const events = await product.events()
    const streams = Map.groupBy(events, (event) => `${event.kiosk}/${event.stream}`)
    for (const [stream, members] of streams) {
      const seqs = members.map((event) => event.seq).sort((a, b) => a - b)
      expect(seqs, stream).toEqual(seqs.map((_, index) => index + 1))
    }
    const count = (type: string) => events.filter((event) => event.type === type).length
    expect(count('visit.begun')).toBeGreaterThanOrEqual(4)
    // Each visit that a kill cut off is closed at the next start.
    expect(count('visit.ended')).toBeGreaterThanOrEqual(count('visit.begun') - 1)
    expect(product.urls.setup).toBeNull()
  })

  it('goes back from a lease by itself, also over a kill', async () => {
    const usual = (await product.exhibits())[0]?.mode
    const answer = await product.controller('PUT', '/api/exhibits/ohms-law/mode', {
      mode: 'challenge',
      minutes: 0.15,
    })
    expect(answer.status).toBe(200)
    expect((await product.exhibits())[0]).toMatchObject({
      mode: 'challenge',
      lease: { back: usual, by: 'Ilze' },
    })
    await again()
    await until('the usual mode', async () => (await product.exhibits())[0]?.mode === usual)
    expect((await product.exhibits())[0]?.lease).toBeNull()
  })

  it('starts a controller again that died alone, and the visit it cut off is closed', async () => {
    await play(2)
    const before = (await product.health()).pid
    process.kill(before, 'SIGKILL')
    await until('another controller', async () => (await product.health()).pid !== before)
    await product.boardsReady()
    await until('no reason to complain', async () => (await product.health()).status === 'ok')
  })

  it('plays on without its hub, and sends afterwards what waited', async () => {
    const { json } = await product.hub('GET', '/health')
    const { pid } = json as { pid: number }
    process.kill(pid, 'SIGKILL')
    await play(2)
    await until('the hub again', async () => (await product.hub('GET', '/health')).status === 200)
    await until('an empty outbox', async () => (await product.health()).outbox.waiting === 0)
  })

  it('ends at SIGTERM, with no process and no port left', async () => {
    const { port } = product
    expect(await product.stop()).toBe(0)
    expect(await Promise.all([port, port + 1, port + 2].map(listens))).toEqual([false, false, false])
    expect(processesOf(data)).toEqual([])
    product = await startProduct({ data })
  })
})
