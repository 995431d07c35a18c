import { cpSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SiteInput } from '../../src/shared/site.ts'
import { openBrowser, openPage, playing } from './browser.ts'
import { type Product, startProduct, temporaryFolder, until } from './product.ts'

const root = resolve(import.meta.dirname, '../..')

/** Two exhibits on one kiosk: Ohm's law, and one that misbehaves on request. */
describe('a scene that misbehaves is contained', () => {
  let product: Product
  let browser: Browser

  beforeAll(async () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'build/exhibits/ohms-law'), join(folder, 'ohms-law'), { recursive: true })
    cpSync(join(import.meta.dirname, 'fixtures/naughty'), join(folder, 'naughty'), { recursive: true })
    const site: SiteInput = {
      boards: [
        { kind: 'virtual', id: 'uno' },
        { kind: 'virtual', id: 'dos' },
      ],
      exhibits: [
        { id: 'ohms-law', board: 'uno' },
        { id: 'naughty', board: 'dos' },
      ],
    }
    const file = join(folder, 'site.json')
    writeFileSync(file, JSON.stringify(site))
    product = await startProduct({ site: file, env: { MAKERHALL_EXHIBITS: folder } })
    await product.signUp()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  })

  /** From the chooser into an exhibit; where a visit is under way, home first. */
  async function enter(page: Page, exhibit: string) {
    const card = page.getByRole('button', { name: exhibit })
    const home = page.getByRole('button', { name: 'Visi eksponāti' })
    await card.or(home).first().waitFor()
    if (await home.isVisible()) await home.click()
    await card.click()
  }
  const failures = async () => (await product.events()).filter((event) => event.type === 'scene.failed')

  it('offers both exhibits, and plays the one that was chosen', async () => {
    const { page, complaints, close } = await openPage(browser, product.urls.kiosk ?? '')
    await page.getByRole('button', { name: 'Naughty' }).waitFor()
    await page.getByRole('button', { name: 'Oma likums' }).click()
    await playing(page).locator('[data-channel=dial]').waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('cannot reach the network, the controller, its page, a store, or another window', async () => {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
    await enter(page, 'Naughty')
    const frame = playing(page)
    await frame.locator('#escape').click()
    const results = await until('the results', async () => {
      const text = await frame.locator('output').textContent()
      return text && text !== '{}' ? text : null
    })
    expect(Object.values(JSON.parse(results))).not.toContain('escaped')
    expect(page.url()).toContain('/kiosk/')
    await close()
  })

  it.each(['throw', 'hang'] as const)(
    'that does "%s" is put to rest, reported, and loaded again',
    async (fault) => {
      const before = (await failures()).length
      const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
      await enter(page, 'Naughty')
      const button = playing(page).locator(`#${fault}`)
      await button.waitFor()
      const box = await button.boundingBox()
      if (!box) throw new Error('the button is not on the screen')
      // A frame that hangs never says that it took the click: nobody waits for it.
      void page.mouse.click(box.x + box.width / 2, box.y + box.height / 2).catch(() => {})
      await until('the report of the failed scene', async () => (await failures()).length > before)
      // The page around it lives on, and brings the scene back.
      expect(await page.evaluate(() => document.readyState)).toBe('complete')
      await until('the scene again', () => playing(page).locator('#escape').isVisible())
      await close()
    },
  )
})
