import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const kit = fileURLToPath(new URL('src/kit/index.ts', import.meta.url))

/**
 * Three suites: `unit` (logic beside its source), `hardware` (the built firmware on emulated AVRs) and `e2e` (the
 * whole product with real Chromium and Mosquitto). The last two start processes, so their files run one at a time.
 */
export default defineConfig({
  resolve: { alias: { '@makerhall/kit': kit } },
  test: {
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,firmware-protocol,exhibits,docs}/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'hardware',
          include: ['test/hardware/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
