import { spawn } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hubRoutes } from '../../src/shared/routes.ts'
import { openBrowser, openPage, playing } from './browser.ts'
import { type Product, startProduct, until } from './product.ts'

/** From a turned dial to a statistic, through the real firmware on an emulated board, real MQTT and real Chromium. */
describe('the loop', () => {
  let product: Product
  let browser: Browser

  beforeAll(async () => {
    product = await startProduct()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  it('is well when it says that it is ready', async () => {
    expect(await product.health()).toMatchObject({ status: 'ok', reasons: [] })
  })

  it('makes the first account once, by the link of the ready line', async () => {
    await product.signUp()
    const again = await product.hub('POST', product.urls.setup ?? '', {
      name: 'Mallory',
      password: 'long enough a word',
    })
    expect(again.status).toBeGreaterThanOrEqual(400)
    expect((await product.boards()).map(({ id, state }) => [id, state])).toEqual([['uno', 'ready']])
  })

  it('shows the dial that stands on the virtual board, in volts, within one per cent', async () => {
    for (const volts of [0.4, 1.7, 3.1, 4.6]) {
      await product.hold('A0', { volts })
      await until(
        `${volts} V at the dial`,
        async () => Math.abs(Number((await product.channel('dial')).value) - volts) < 0.05,
      )
    }
    expect(await product.channel('dial')).toMatchObject({ unit: 'V', quality: 'good', reason: null })
  })

  it('puts the voltage of the dial out on pin 9, and measures the current that follows', async () => {
    await product.hold('A0', { volts: 4 })
    await until('a duty of 0.8 on pin 9', async () => Math.abs((await product.pin('9')).duty - 0.8) < 0.02)
    // 4 V over 470 ohms (5 %), the lamp (30 to 45 ohms) and the shunt of 100 ohms.
    await until(
      'some 6.6 mA',
      async () => Math.abs(Number((await product.channel('current')).value) - 6.6) < 0.5,
    )
  })

  it('swaps the resistor at a press of the button', async () => {
    const before = Number((await product.channel('current')).value)
    await product.hold('2', { level: 0 })
    await product.hold('2', { level: 1 })
    await until('a larger current', async () => Number((await product.channel('current')).value) > before + 3)
    expect((await product.channel('resistor')).value).toBe(true)
    await product.hold('2', { level: 0 })
    await product.hold('2', { level: 1 })
    await until('the first resistor again', async () => (await product.channel('resistor')).value === false)
  })

  it('moves the scene with the dial, and pin 9 with a finger on the scene', async () => {
    const { page, complaints, close } = await openPage(browser, product.urls.kiosk ?? '')
    await product.hold('A0', { volts: 1 })
    const frame = playing(page)
    const dial = frame.locator('[role=slider][data-channel=dial]')
    await dial.waitFor()
    const shown = async () => Number(await dial.getAttribute('aria-valuenow'))
    await until('the dial at 1 V', async () => Math.abs((await shown()) - 1) < 0.1)
    await product.hold('A0', { volts: 3 })
    await until('the dial at 3 V', async () => Math.abs((await shown()) - 3) < 0.1)

    await dial.focus()
    await page.keyboard.press('Home')
    await until('no voltage on pin 9', async () => (await product.pin('9')).duty < 0.02)
    await page.keyboard.press('End')
    await until('the whole voltage on pin 9', async () => (await product.pin('9')).duty > 0.98)

    // The hardware takes over again: whoever moved last wins.
    await product.hold('A0', { volts: 2 })
    await until('a duty of 0.4', async () => Math.abs((await product.pin('9')).duty - 0.4) < 0.02)
    expect(complaints).toEqual([])
    await close()
  })

  it('turns the dial by a finger that goes round', async () => {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await product.hold('A0', { volts: 0.5 })
    const dial = playing(page).locator('[role=slider][data-channel=dial]')
    await dial.waitFor()
    const box = await dial.boundingBox()
    if (!box) throw new Error('the dial is not on the screen')
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    const at = (angle: number) => ({
      x: middle.x + Math.sin(angle) * box.width * 0.35,
      y: middle.y - Math.cos(angle) * box.height * 0.35,
    })
    const before = (await product.pin('9')).duty
    await page.mouse.move(at(-1.5).x, at(-1.5).y)
    await page.mouse.down()
    for (let angle = -1.5; angle <= 1.5; angle += 0.1) await page.mouse.move(at(angle).x, at(angle).y)
    await page.mouse.up()
    await until('a higher duty on pin 9', async () => (await product.pin('9')).duty > before + 0.2)
    await close()
  })

  it('lets mosquitto_sub hear it, and the statistics count it once', async () => {
    const broker = new URL(product.urls.mqtt ?? '')
    const listener = spawn('mosquitto_sub', [
      ...['-h', broker.hostname, '-p', broker.port, '-t', 'makerhall/v1/+/+/events'],
      ...['-u', decodeURIComponent(broker.username), '-P', decodeURIComponent(broker.password)],
    ])
    let heard = ''
    listener.stdout.on('data', (chunk: Buffer) => {
      heard += chunk
    })
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await product.hold('A0', { volts: 4.5 })
    await playing(page).locator('[data-channel=dial]').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    try {
      await until('the visit on MQTT', () => heard.includes('"visit.language"'))
    } finally {
      listener.kill()
      await close()
    }

    await until('an empty outbox', async () => (await product.health()).outbox.waiting === 0)
    const rows = (await product.visits()).rows
    const events = await product.events()
    const begun = events.filter((event) => event.type === 'visit.begun').length
    expect(rows.find((row) => row.key === 'ohms-law')?.visits).toBe(begun)
    expect(begun).toBeGreaterThanOrEqual(1)
  })

  it('gives the same sums as CSV', async () => {
    const query = new URLSearchParams({
      from: new Date(Date.now() - 86_400_000).toISOString(),
      to: new Date(Date.now() + 86_400_000).toISOString(),
      by: 'day',
    })
    const statistics = hubRoutes.visits.response.parse(
      (await product.hub('GET', `/api/stats/visits?${query}`)).json,
    )
    const csv = (await product.hub('GET', `/api/stats/visits.csv?${query}`)).text
      .trim()
      .split(/\r?\n/)
      .slice(1)
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    expect(sum(csv.map((line) => Number(line.split(',')[1])))).toBe(
      sum(statistics.rows.map((row) => row.visits)),
    )
  })

  it('refuses what is outside a range, and says the range', async () => {
    const answer = await product.controller('PUT', '/api/channels/ohms-law/voltage', { value: 7 })
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({ error: { range: [0, 5] } })
    expect((await product.controller('PUT', '/api/channels/ohms-law/dial', { value: 1 })).status).toBe(422)
    expect(
      (await product.controller('PUT', '/api/exhibits/ohms-law/mode', { mode: 'party', minutes: 1 })).status,
    ).toBe(422)
    expect(
      (await product.controller('PUT', '/api/exhibits/ohms-law/mode', { mode: 'predict', minutes: 0 }))
        .status,
    ).toBe(422)
  })
})
