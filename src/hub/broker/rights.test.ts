import { expect, test } from 'vitest'
import { refusesPublish, refusesSubscribe, sameIdentity } from './rights.ts'

const kiosk = { role: 'kiosk', kiosk: 'hall' } as const
const collector = { role: 'collector' } as const
const observer = { role: 'observer' } as const
const topic = (leaf: string, of = 'hall') => `makerhall/v1/centre/${of}/${leaf}`

test.each(['events', 'state', 'availability', 'reported'])('a kiosk publishes its own %s', (leaf) => {
  expect(refusesPublish(kiosk, topic(leaf), leaf !== 'events')).toBeNull()
  expect(refusesPublish(kiosk, topic(leaf, 'other'), false)).toMatch(/does not publish as other/)
  expect(refusesPublish(collector, topic(leaf), false)).toMatch(/a collector does not/)
  expect(refusesPublish(observer, topic(leaf), false)).toMatch(/an observer/)
})

test.each(['committed', 'desired'])('only the hub publishes %s', (leaf) => {
  expect(refusesPublish(collector, topic(leaf), false)).toBeNull()
  expect(refusesPublish(kiosk, topic(leaf), false)).toMatch(/a kiosk does not/)
  expect(refusesPublish(observer, topic(leaf), false)).not.toBeNull()
})

test.each([
  '$SYS/x',
  'makerhall/v2/centre/hall/events',
  topic('events/more'),
  topic('else'),
  'x',
  'makerhall/v1//hall/events',
  'makerhall/v1/No Slug/hall/events',
])('nobody publishes on %s', (other) => {
  for (const identity of [kiosk, collector, observer]) {
    expect(refusesPublish(identity, other, false)).not.toBeNull()
  }
})

test('events and answers are never retained', () => {
  expect(refusesPublish(kiosk, topic('events'), true)).toMatch(/never retained/)
  expect(refusesPublish(collector, topic('committed'), true)).toMatch(/never retained/)
  expect(refusesPublish(collector, topic('desired'), true)).toBeNull()
})

test('a kiosk hears only what is said to it; the others hear everything', () => {
  expect(refusesSubscribe(kiosk, topic('committed'))).toBeNull()
  expect(refusesSubscribe(kiosk, topic('desired'))).toBeNull()
  const others = [
    '#',
    '+/v1/centre/hall/desired',
    topic('events'),
    topic('desired', 'other'),
    topic('desired', '+'),
  ]
  for (const filter of [...others, 'makerhall/v1/+/hall/desired', topic('#')]) {
    expect(refusesSubscribe(kiosk, filter)).toMatch(/only to its own/)
  }
  expect(refusesSubscribe(collector, '#')).toBeNull()
  expect(refusesSubscribe(observer, '#')).toBeNull()
})

test('one kiosk is not another', () => {
  expect(sameIdentity(kiosk, { role: 'kiosk', kiosk: 'hall' })).toBe(true)
  expect(sameIdentity(kiosk, { role: 'kiosk', kiosk: 'other' })).toBe(false)
  expect(sameIdentity(kiosk, collector)).toBe(false)
  expect(sameIdentity(observer, observer)).toBe(true)
})
