import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languageNames, languages } from '../../src/shared/language.ts'
import { openBrowser, openPage, panels, playing, seriousFindings } from './browser.ts'
import { type Product, startProduct, until } from './product.ts'

describe('the kiosk page', () => {
  let product: Product
  let browser: Browser

  beforeAll(async () => {
    product = await startProduct()
    await product.signUp()
    await product.boardsReady()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  const dial = (page: Page) => playing(page).locator('[data-channel=dial]')
  const wake = async (page: Page) => {
    await page.locator('iframe').first().waitFor()
    if (!(await dial(page).isVisible())) await page.mouse.click(500, 300)
    await dial(page).waitFor()
  }

  it.each(panels)(
    'has nothing serious against it for axe at $width x $height, in any language and mode',
    async (panel) => {
      const { page, close } = await openPage(browser, product.urls.kiosk ?? '', panel)
      for (const language of languages) {
        for (let mode = 0; mode < 3; mode++) {
          // Looking through a page takes axe so long that the kiosk may have gone to rest.
          await wake(page)
          await page.getByRole('button', { name: languageNames[language] }).click()
          await until(
            'the language',
            async () => (await page.locator('html').getAttribute('lang')) === language,
          )
          await page.locator('.modes button').nth(mode).click()
          await dial(page).waitFor()
          expect(await seriousFindings(page), `${language}, mode ${mode}`).toEqual([])
        }
      }
      await close()
    },
  )

  it.each(panels)(
    'has targets of 60 px or more, all of them on the screen, at $width x $height',
    async (panel) => {
      const { page, close } = await openPage(browser, product.urls.kiosk ?? '', panel)
      await wake(page)
      const buttons = [
        ...(await page.locator('.bar button').all()),
        ...(await playing(page).locator('button, [role=slider]').all()),
      ]
      expect(buttons.length).toBeGreaterThan(6)
      for (const button of buttons) {
        const box = await button.boundingBox()
        if (!box) continue
        const name = (await button.textContent()) || (await button.getAttribute('aria-label'))
        expect(Math.min(box.width, box.height), `${name}`).toBeGreaterThanOrEqual(
          panel.width >= 1920 ? 60 : 48,
        )
        expect(
          box.x >= 0 && box.y >= 0 && box.x + box.width <= panel.width && box.y + box.height <= panel.height,
          `${name}`,
        ).toBe(true)
      }
      await close()
    },
  )

  it('rests, friendly and without a technical word, while the controller is away, and plays on by itself', async () => {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await wake(page)
    const { pid } = await product.health()
    process.kill(pid, 'SIGSTOP')
    try {
      await page.getByText('C1').waitFor()
      expect(await page.locator('body').textContent()).not.toMatch(
        /error|socket|server|connection|undefined/i,
      )
      expect(await seriousFindings(page)).toEqual([])
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await dial(page).waitFor()
    await close()
  })

  it('leads staff, and nobody else, to the sign-in by a long press in the corner', async () => {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await wake(page)
    await page.mouse.move(20, 20)
    await page.mouse.down()
    const signIn = page.locator('dialog a[href="/console/"]')
    await signIn.waitFor()
    await page.mouse.up()
    await signIn.click()
    await page.waitForURL(/\/console\//)
    await page.getByRole('textbox').first().waitFor()
    await close()
  })
})
