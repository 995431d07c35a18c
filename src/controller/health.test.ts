import { expect, it } from 'vitest'
import { healthOf } from './health.ts'

const reasonWith = (lost?: number) =>
  healthOf({
    version: '1.2.3',
    pid: 1,
    kiosk: 'hall',
    site: [],
    boards: [],
    exhibits: [],
    telemetry: {
      waiting: 0,
      oldest: null,
      recording: false,
      broker: 'none',
      ...(lost !== undefined && { lost }),
    },
    membership: { state: 'alone', problem: null },
    starting: false,
  }).reasons.find(({ code }) => code === 'outbox.not-recording')?.message

it('tells of a disk that takes nothing what is lost, and that nothing is yet', () => {
  expect(reasonWith()).toBe('The disk takes nothing more; nothing is lost yet.')
  expect(reasonWith(0)).toBe('The disk takes nothing more; nothing is lost yet.')
  expect(reasonWith(1)).toBe('The disk takes nothing more: 1 event was not kept.')
  expect(reasonWith(17)).toBe('The disk takes nothing more: 17 events were not kept.')
})
