import { describe, expect, it } from 'vitest'
import { kioskOrigin, mayNavigate, parseReady, permitted } from './policy.ts'

describe('what the window allows', () => {
  const origin = kioskOrigin('http://127.0.0.1:8600/kiosk/#key=abc')

  it('reads the address from the ready line and from no other', () => {
    expect(parseReady('makerhall ready {"kiosk":"http://127.0.0.1:8600/kiosk/#key=a"}')).toBe(
      'http://127.0.0.1:8600/kiosk/#key=a',
    )
    expect(parseReady('> makerhall@0.1.0 start')).toBeNull()
  })

  it.each([
    ['http://127.0.0.1:8600/console/', true],
    ['http://127.0.0.1:8601/console/', false],
    ['https://example.org/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['', false],
  ])('navigating to %s: %s', (target, allowed) => expect(mayNavigate(origin, target)).toBe(allowed))

  it('grants no permission but the whole screen', () => {
    expect(['media', 'geolocation', 'midi', 'openExternal', 'fullscreen'].filter(permitted)).toEqual([
      'fullscreen',
    ])
  })
})
