import { spawn } from 'node:child_process'
import { openBrowser, openPage } from '../e2e/browser.ts'
import { startProduct, temporaryFolder } from '../e2e/product.ts'
import { type Figures, interleaved } from './measure.ts'

/** A web server that has nothing to do but one page: what Node and Chromium take for themselves. */
const barePage = `
const server = require('node:http').createServer((request, response) => response
  .setHeader('content-type', 'text/html').end('<!doctype html><link rel=icon href="data:,"><h1 id=painted>Here</h1>'))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

/** From the start of the supervisor, on a data folder in use, to the attract scene on a screen. */
export async function startToAttract(): Promise<Figures> {
  const browser = await openBrowser()
  const data = temporaryFolder()
  await (await startProduct({ data })).stop()

  const values = await interleaved({
    async product() {
      const began = performance.now()
      const product = await startProduct({ data })
      const { page, close } = await openPage(browser, product.urls.kiosk ?? '')
      await page.frameLocator('iframe').locator('#scene > *').first().waitFor()
      const took = performance.now() - began
      await close()
      await product.stop()
      return took
    },
    async bare() {
      const began = performance.now()
      const server = spawn(process.execPath, ['-e', barePage])
      const port = await new Promise((done) =>
        server.stdout.once('data', (chunk) => done(Number(String(chunk)))),
      )
      const { page, close } = await openPage(browser, `http://127.0.0.1:${port}/`)
      await page.locator('#painted').waitFor()
      const took = performance.now() - began
      await close()
      server.kill()
      return took
    },
  })
  await browser.close()
  return {
    'start.attract': {
      value: values.product,
      unit: 'ms',
      limit: { name: 'a bare Node server and one page', value: values.bare },
      ratio: values.product / values.bare,
    },
  }
}
