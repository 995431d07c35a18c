import { expect, it } from 'vitest'
import { hubHealthOf } from './health.ts'

const healthWith = (storing: boolean, accountsSaved: boolean) => {
  const { status, reasons } = hubHealthOf({
    version: '1.2.3',
    pid: 1,
    site: [],
    store: { stored: 7, setAside: 0 },
    collector: { connected: true, storing, queued: 0, turnedAway: 0 },
    accountsSaved,
    kiosks: [],
    starting: false,
  })
  return [status, ...reasons.map(({ code }) => code)]
}

it('names a full disk, whoever met it', () => {
  expect(healthWith(true, true)).toEqual(['ok'])
  expect(healthWith(true, false)).toEqual(['degraded', 'accounts.not-saved'])
  expect(healthWith(false, true)).toEqual(['degraded', 'store.full'])
})
