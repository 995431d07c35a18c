import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const from = (path: string) => resolve(import.meta.dirname, path)

/**
 * The shell (Electron's main process) and the two pages. The pages are served by the controller and the hub, never
 * from Electron's own files, so the same build runs in Electron and in any browser.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'build/electron',
      rolldownOptions: { input: from('src/shell/electron/main.ts') },
    },
  },
  renderer: {
    root: from('src'),
    // Pages lie at /kiosk/ and /console/, what they share at /assets/.
    base: './',
    plugins: [react()],
    build: {
      outDir: 'build/pages',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { kiosk: from('src/kiosk/index.html'), console: from('src/console/index.html') },
      },
    },
  },
})
