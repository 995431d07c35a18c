import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Event } from '../../src/shared/event.ts'
import { Manifest } from '../../src/shared/manifest.ts'
import { openBrowser, openPage, playing } from './browser.ts'
import { type Product, startProduct, temporaryFolder, until } from './product.ts'

const root = resolve(import.meta.dirname, '../..')

/** A visit from the first act to the reset, with Ohm's law set to be impatient, its dial left at 2 V by someone before. */
describe('a visit', () => {
  let product: Product
  let browser: Browser

  beforeAll(async () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'build/exhibits/ohms-law'), join(folder, 'ohms-law'), { recursive: true })
    const file = join(folder, 'ohms-law/exhibit.json')
    const manifest = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')))
    const parts = manifest.breadboard.parts.map((part) =>
      part.part === 'potentiometer' ? { ...part, position: 0.4 } : part,
    )
    writeFileSync(
      file,
      JSON.stringify({ ...manifest, idle: { seconds: 10, warn: 3 }, breadboard: { parts } }),
    )
    product = await startProduct({ env: { MAKERHALL_EXHIBITS: folder } })
    await product.signUp()
    await product.boardsReady()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  const attract = (page: Page) => page.locator('iframe[src*="scene=attract"]')
  const stored = async () => {
    await until('an empty outbox', async () => (await product.health()).outbox.waiting === 0)
    return (await product.events()).map((event) => Event.parse(event))
  }
  const ended = async (count: number) =>
    until(`${count} ended visits`, async () => {
      const visits = (await stored()).filter((event) => event.type === 'visit.ended')
      return visits.length === count ? visits : null
    })

  it('is not begun by a start or by a technician, and what a technician drove goes back to safe', async () => {
    await until('2 V at the dial', async () => Number((await product.channel('dial')).value) > 1.5)
    expect((await product.pin('9')).duty).toBe(0)
    await product.controller('PUT', '/api/channels/ohms-law/voltage', { value: 3 })
    await until('a duty of 0.6', async () => Math.abs((await product.pin('9')).duty - 0.6) < 0.02)
    await until('no duty', async () => (await product.pin('9')).duty === 0)
    expect((await stored()).filter((event) => event.type === 'visit.begun')).toEqual([])
  })

  it('begins by a touch, tells its mode and language, and is over when nobody touches any more', async () => {
    const { page, complaints, close } = await openPage(browser, product.urls.kiosk ?? '')
    await attract(page).waitFor()
    await page.mouse.click(960, 540)
    await playing(page).locator('[data-channel=dial]').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Predict' }).click()
    await until('the mode', async () => (await product.exhibits())[0]?.mode === 'predict')

    // 'Still there?', then everything is as for the first visitor.
    await page.getByRole('button', { name: 'Yes, I am!' }).waitFor()
    const [visit] = await ended(1)
    await attract(page).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('lv')
    expect((await product.exhibits())[0]).toMatchObject({ mode: 'explore', lease: null })
    expect(visit).toMatchObject({ how: 'left', mode: 'predict', language: 'en', exhibit: 'ohms-law' })
    // The idle tail of 13 s that nobody touched is no part of it.
    expect(visit?.type === 'visit.ended' && visit.dwell).toBeLessThan(10)
    expect(complaints).toEqual([])
    await close()
  })

  it('begins by the hardware too: a turn of the dial wakes the screen', async () => {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await attract(page).waitFor()
    await product.hold('A0', { volts: 3 })
    await playing(page).locator('[data-channel=dial]').waitFor()
    const begun = await until('a visit by hardware', async () =>
      (await stored()).find((event) => event.type === 'visit.begun' && event.by === 'hardware'),
    )
    expect(begun).toMatchObject({ exhibit: 'ohms-law', language: 'lv' })
    await ended(2)
    await close()
  })

  it('is completed by the right action, and not by doing nothing', async () => {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await product.controller('PUT', '/api/exhibits/ohms-law/mode', { mode: 'challenge', minutes: 5 })
    await product.hold('A0', { volts: 1 })
    await playing(page).locator('[data-channel=dial]').waitFor()
    const stages = async () =>
      (await stored())
        .filter((event) => event.type === 'visit.stage')
        .map((event) => event.type === 'visit.stage' && event.stage)
    const atTen = () => stages().then((list) => list.includes('ten-milliamps'))
    expect(await atTen()).toBe(false)

    // With the resistor that is in the loop at first, the whole turn of the dial is not enough: press the button.
    await product.hold('A0', { volts: 5 })
    await until('the most of it', async () => Number((await product.channel('current')).value) > 7.5)
    expect(Number((await product.channel('current')).value)).toBeLessThan(9.5)
    await product.hold('2', { level: 0 })
    await product.hold('2', { level: 1 })
    await until('the other resistor', async () => (await product.channel('resistor')).value === true)

    // Towards ten milliamperes as a visitor would: look at the meter, turn a little, look again.
    let volts = 5
    await until('ten milliamperes, held', async () => {
      const current = Number((await product.channel('current')).value)
      if (Math.abs(current - 10) > 0.1) {
        volts = Math.min(5, Math.max(0, volts + (10 - current) * 0.3))
        await product.hold('A0', { volts })
      }
      return atTen()
    })
    await product.controller('DELETE', '/api/exhibits/ohms-law/mode')
    const visits = await ended(3)
    expect(visits.at(-1)).toMatchObject({ how: 'completed' })
    await close()
  })

  it('is counted once, with the median of those that ended', async () => {
    const { zone, rows } = await product.visits()
    expect(zone).toBe('Europe/Riga')
    expect(rows).toMatchObject([{ key: 'ohms-law', visits: 3, medianDwell: expect.any(Number) }])
  })
})
