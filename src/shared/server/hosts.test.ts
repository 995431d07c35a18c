import { describe, expect, it } from 'vitest'
import { answersTo, httpOrigin, sameOrigin } from './hosts.ts'

describe('a server on loopback', () => {
  it.each(['localhost', 'localhost:8600', '127.0.0.1:8600', '[::1]:8600', 'LOCALHOST.:1'])(
    'answers to %s',
    (host) => expect(answersTo(host, '127.0.0.1', [])).toBe(true),
  )
  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8600',
    '10.0.0.4:8600',
    'localhost/@evil.example',
    'a b',
    'user@localhost',
  ])('does not answer to %s', (host) => expect(answersTo(host, '127.0.0.1', [])).toBe(false))

  it('answers to a name that it was told', () => {
    expect(answersTo('kiosk-3.centre.lv:8600', '127.0.0.1', ['kiosk-3.centre.lv'])).toBe(true)
  })
})

it('on all addresses, answers to bare addresses, which no stranger can point anywhere', () => {
  expect(answersTo('10.0.0.4:8600', '0.0.0.0', [])).toBe(true)
  expect(answersTo('[fe80::1]:8600', '::', [])).toBe(true)
  expect(answersTo('evil.example', '0.0.0.0', [])).toBe(false)
})

it('takes loopback’s names for one origin, and ports for two', () => {
  expect(sameOrigin('http://localhost:8600', 'http://127.0.0.1:8600')).toBe(true)
  expect(sameOrigin('http://localhost:8600', 'http://127.0.0.1:8601')).toBe(false)
  expect(sameOrigin('http://localhost:8600', 'https://localhost:8600')).toBe(false)
  expect(sameOrigin('null', 'null')).toBe(false)
})

it('takes an origin from http addresses alone', () => {
  expect(httpOrigin('http://a.lv:80/x?y')).toBe('http://a.lv')
  expect(httpOrigin('javascript:alert(1)')).toBeNull()
  expect(httpOrigin('nonsense')).toBeNull()
  expect(httpOrigin(undefined)).toBeNull()
})
