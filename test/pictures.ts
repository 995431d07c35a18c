import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openBrowser, openPage, panels, playing } from './e2e/browser.ts'
import { startProduct, until } from './e2e/product.ts'

/** `node test/pictures.ts [FOLDER]`: the screens as people see them, in Latvian and English, at both panel sizes. */
const folder = resolve(process.argv[2] ?? 'build/pictures')
mkdirSync(folder, { recursive: true })

const product = await startProduct()
await product.signUp()
await product.boardsReady()
const browser = await openBrowser()

for (const language of ['lv', 'en'] as const) {
  for (const panel of panels) {
    const { page, close } = await openPage(browser, product.urls.kiosk ?? '', panel)
    const save = (name: string) =>
      page.screenshot({ path: join(folder, `${name}-${language}-${panel.width}.png`) })
    const dial = playing(page).locator('[data-channel=dial]')
    await page.locator('iframe').first().waitFor()
    if (!(await dial.isVisible())) {
      await save('attract')
      await page.mouse.click(500, 300)
    }
    await dial.waitFor()
    await page.getByRole('button', { name: language === 'lv' ? 'Latviešu' : 'English' }).click()
    for (const mode of ['explore', 'predict', 'challenge']) {
      await page.locator('.modes button').nth(['explore', 'predict', 'challenge'].indexOf(mode)).click()
      await until('the mode', async () => (await product.exhibits())[0]?.mode === mode)
      for (let volts = 0.5; volts <= 4.5; volts += 0.5) {
        await product.hold('A0', { volts })
        await until(
          'the voltage',
          async () => Math.abs(Number((await product.channel('dial')).value) - volts) < 0.05,
        )
        await page.waitForTimeout(600)
      }
      await save(mode)
    }
    await close()
  }

  const { page, close } = await openPage(browser, product.urls.console ?? '', { width: 1366, height: 768 })
  await page.locator('select').first().selectOption(language)
  await page.screenshot({ path: join(folder, `console-sign-in-${language}.png`) })
  await page.getByRole('textbox').first().fill('Ilze')
  await page.locator('input[type=password]').fill('liela zila zivs 7')
  await page.locator('button[type=submit]').click()
  await page.locator('nav.pages').waitFor()
  for (const [index, name] of ['exhibits', 'devices', 'statistics', 'accounts'].entries()) {
    await page.locator('nav.pages a').nth(index).click()
    await page.locator('h1').first().waitFor()
    await page.waitForTimeout(1500)
    await page.screenshot({ path: join(folder, `console-${name}-${language}.png`) })
  }
  await close()
}
await browser.close()
await product.stop()
process.exit(0)
