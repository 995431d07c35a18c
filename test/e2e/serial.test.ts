import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ScriptedFirmata } from '../../src/controller/boards/testing/firmata-board.ts'
import { type Cable, plugCable } from '../../src/controller/boards/testing/pty.ts'
import type { SiteInput } from '../../src/shared/site.ts'
import { buildRunner, SimavrBoard } from '../hardware/simavr.ts'
import { type Product, startProduct, temporaryFolder, until } from './product.ts'

const hex = resolve(import.meta.dirname, '../../firmware-protocol/hex/makerhall-uno.hex')

/** Boards on real serial lines (pseudo-terminals), named in a site file. */
describe('a board on a serial line works the same', () => {
  const folder = temporaryFolder()
  const runner = buildRunner()
  let product: Product | null = null

  const startWith = async (boards: SiteInput['boards']) => {
    const site = join(folder, 'site.json')
    const [board] = boards
    writeFileSync(
      site,
      JSON.stringify({ boards, exhibits: [{ id: 'ohms-law', board: board?.id ?? '' }] } satisfies SiteInput),
    )
    product = await startProduct({ site })
    await product.signUp()
    await product.boardsReady()
    return product
  }
  const dialReads = (on: Product, volts: number) =>
    until(
      `${volts} V at the dial`,
      async () => Math.abs(Number((await on.channel('dial')).value) - volts) < 0.05,
    )

  afterEach(async () => {
    await product?.stop()
    product = null
  })
  afterAll(() => runner.remove())

  it('of ours: the real firmware on simavr', async () => {
    const board = new SimavrBoard()
    const port = await board.power(runner.program, 'atmega328p', hex)
    const on = await startWith([{ kind: 'makerhall', id: 'table', port }])
    expect((await on.boards())[0]).toMatchObject({ id: 'table', state: 'ready', port })
    for (const volts of [0.7, 2.5, 4.2]) {
      board.tell(`adc 0 ${volts * 1000}`)
      await dialReads(on, volts)
    }

    // The button (pin 2, D2 of the chip) chooses the resistor (pin 8, B0).
    const from = board.mark
    board.tell('pin D2 0')
    await board.happens('pin', (text) => text === 'B0 out high', from)
    board.tell('pin D2 1')
    expect(await until('the resistor', async () => (await on.channel('resistor')).value)).toBe(true)

    // Off with the controller's head: within the firmware's own time the actuators are safe.
    const before = board.mark
    await on.kill()
    await board.happens('pin', (text) => text === 'B0 out low', before)
    await board.stop()
  })

  describe('with StandardFirmata', () => {
    let cable: Cable
    let board: ScriptedFirmata
    beforeAll(async () => {
      cable = await plugCable(folder, 'firmata')
      board = new ScriptedFirmata((bytes) => cable.far.write(bytes))
      cable.far.on('data', (chunk: Buffer) => board.receive(chunk))
    })
    afterAll(() => cable.pull())

    it('reads its dial, drives its pin 9, and never has more than the limits', async () => {
      const on = await startWith([{ kind: 'firmata', id: 'table', port: cable.path }])
      // Where the dial stands at first moves nothing; a turn does.
      board.measure(0, 512)
      await dialReads(on, 2.5)
      expect(board.analog.get(9) ?? 0).toBe(0)
      for (const volts of [1, 4]) {
        board.measure(0, Math.round((volts / 5) * 1023))
        await dialReads(on, volts)
        await until(
          `a duty for ${volts} V`,
          () => Math.abs((board.analog.get(9) ?? 0) - (volts / 5) * 255) < 3,
        )
      }
      const answer = await on.controller('PUT', '/api/channels/ohms-law/voltage', { value: 6 })
      expect(answer.status).toBe(422)
    })
  })

  it('is left alone where it talks garbage: counted, said, and nothing moves', async () => {
    const cable = await plugCable(folder, 'garbage')
    const noise = setInterval(
      () => cable.far.write(Buffer.from('\xff\x00R 1 garbage*0000\nhalf a li', 'latin1')),
      20,
    )
    const site = join(folder, 'garbage.json')
    writeFileSync(
      site,
      JSON.stringify({
        boards: [
          { kind: 'makerhall', id: 'table', port: cable.path },
          { kind: 'virtual', id: 'uno' },
        ],
        exhibits: [{ id: 'ohms-law', board: 'uno' }],
      } satisfies SiteInput),
    )
    product = await startProduct({ site })
    await product.signUp()
    const on = product
    const state = async () => (await on.boards()).find((board) => board.id === 'table')
    const found = await until('a state with its mend', async () => {
      const board = await state()
      return board?.problem && board.state !== 'identifying' ? board : null
    })
    expect(found.problem?.mend).toBeTruthy()
    expect((await on.boards()).find((board) => board.id === 'uno')?.state).toBe('ready')
    expect((await on.exhibits())[0]?.resting).toBeNull()
    expect((await on.health()).status).toBe('degraded')
    clearInterval(noise)
    await cable.pull()
  })
})
