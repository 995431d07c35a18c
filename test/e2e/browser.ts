import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Sizes that the kiosk page must hold at. */
export const panels = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 600 },
] as const

/** Debian's Chromium. Tests run as root in containers, where Chromium's sandbox cannot; what users run keeps it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** A page that remembers every complaint of the browser. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number } = panels[0],
) {
  const context = await browser.newContext({ viewport, hasTouch: true, locale: 'lv-LV' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(url)
  return { page, complaints, close: () => context.close() }
}

/** What axe finds that is serious or worse, as sentences. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(' ')).join('; ')})`)
}

/** The frame of the scene that plays; for a moment the attract scene's stands behind it. */
export const playing = (page: Page) => page.frameLocator('iframe[src*="scene=play"]')
