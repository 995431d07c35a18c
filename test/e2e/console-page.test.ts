import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, openPage, seriousFindings } from './browser.ts'
import { type Product, startProduct, until } from './product.ts'

const name = 'Ilze'
const password = 'liela zila zivs 7'

describe('the console', () => {
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

  const desk = { width: 1366, height: 768 }
  async function signIn(page: Page) {
    await page.getByRole('textbox', { name: 'Vārds' }).fill(name)
    await page.locator('input[type=password]').fill(password)
    await page.getByRole('button', { name: 'Pierakstīties' }).click()
    await page.locator('nav.pages').waitFor()
  }

  it('makes the first account by the link of the ready line', async () => {
    const { page, close } = await openPage(browser, product.urls.setup ?? '', desk)
    await page.getByRole('textbox').first().fill(name)
    await page.locator('input[type=password]').first().fill(password)
    await page.locator('form button[type=submit]').click()
    await page.locator('nav.pages').waitFor()
    const answer = await product.hub('POST', '/api/sign-in', { name, password })
    product.useToken((answer.json as { token: string }).token)
    expect(await product.boards()).toHaveLength(1)
    await close()
  })

  it.each(['lv', 'en'])('has nothing serious against it for axe on any page, in %s', async (language) => {
    const { page, complaints, close } = await openPage(browser, product.urls.console ?? '', desk)
    expect(await seriousFindings(page)).toEqual([])
    await signIn(page)
    if (language === 'en') await page.locator('select').first().selectOption('en')
    await until('the language', async () => (await page.locator('html').getAttribute('lang')) === language)
    const links = await page.locator('nav.pages a').all()
    expect(links).toHaveLength(4)
    for (const link of links) {
      await link.click()
      await page.locator('h1').first().waitFor()
      await until('the page', async () => ((await page.locator('main').textContent()) ?? '').length > 40)
      expect(await seriousFindings(page), `${await link.textContent()}`).toEqual([])
    }
    expect(complaints).toEqual([])
    await close()
  })

  it('lets an educator set a mode for some minutes, and says who, what, until when', async () => {
    const { page, close } = await openPage(browser, product.urls.console ?? '', desk)
    await signIn(page)
    await page.locator('nav.pages a').first().click()
    await page
      .locator('main')
      .getByRole('button', { name: /Paredzi|predict/i })
      .click()
    await until('the lease', async () => (await product.exhibits())[0]?.lease?.by === name)
    expect((await product.exhibits())[0]?.mode).toBe('predict')
    await page.getByText(name, { exact: false }).first().waitFor()
    await product.controller('DELETE', '/api/exhibits/ohms-law/mode')
    await close()
  })

  it('shows a technician what moves, as it moves', async () => {
    const { page, close } = await openPage(browser, product.urls.console ?? '', desk)
    await signIn(page)
    await page.locator('nav.pages a').nth(1).click()
    await product.hold('A0', { volts: 3.21 })
    await page
      .getByText(/3,2[01]/)
      .first()
      .waitFor()
    await close()
  })

  it('calibrates through the API: two points, a version, an author, one step back, kept over a restart', async () => {
    const path = '/api/channels/ohms-law/dial/calibration'
    const equal = await product.controller('POST', path, {
      points: [
        { raw: 100, value: 1 },
        { raw: 100, value: 4 },
      ],
    })
    expect(equal.status).toBe(422)
    const made = await product.controller('POST', path, {
      points: [
        { raw: 0, value: 1 },
        { raw: 1023, value: 4 },
      ],
    })
    expect(made.json).toMatchObject({ current: { version: 1, author: name, pin: 'A0' } })
    await product.hold('A0', { volts: 2.5 })
    await until(
      'the calibrated value',
      async () => Math.abs(Number((await product.channel('dial')).value) - 2.5) < 0.05,
    )
    await product.hold('A0', { volts: 5 })
    await until(
      'the calibrated end',
      async () => Math.abs(Number((await product.channel('dial')).value) - 4) < 0.05,
    )
    const { pid } = await product.health()
    process.kill(pid, 'SIGKILL')
    await until('another controller', async () => (await product.health()).pid !== pid)
    await product.boardsReady()
    expect((await product.controller('GET', path)).json).toMatchObject({ current: { version: 1 } })
    await product.controller('DELETE', path)
    await product.hold('A0', { volts: 4.9 })
    await until(
      'the value as it was',
      async () => Math.abs(Number((await product.channel('dial')).value) - 4.9) < 0.05,
    )
  })
})
