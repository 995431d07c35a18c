import { describe, expect, test } from 'vitest'
import { Joined } from './account.ts'
import { MqttUrl } from './mqtt.ts'
import { hubOptions, readOptions } from './server/options.ts'
import { defaultSite, Site } from './site.ts'

test.each(['mqtt://127.0.0.1', 'mqtts://broker.example:8883', 'mqtt://name:p%40ss@[::1]:1883'])(
  '%s is a broker',
  (url) => {
    expect(MqttUrl.parse(url)).toBe(url)
  },
)

describe.each([
  'mqtt://host:99999',
  'mqtt://',
  'mqtt://a b:1883',
  'mqtt://na%me@host',
  'mqtt://name:%zz@host',
  'http://host',
])('%s', (mqtt) => {
  test('is no broker, and that is said once', () => {
    expect(MqttUrl.safeParse(mqtt).error?.issues).toHaveLength(1)
  })

  test('is taken neither from a site file, nor a command line, nor a hub', () => {
    expect(Site.safeParse({ ...defaultSite, mqtt }).error?.issues[0]?.path).toEqual(['mqtt'])
    expect(() => readOptions(['--data', 'x', '--port', '0', '--mqtt', mqtt], hubOptions)).toThrow(/--mqtt/)
    const key = { kty: 'OKP', crv: 'Ed25519', x: '' }
    const joined = Joined.safeParse({ key, secret: 'a', mqtt, roster: 'b' })
    expect(joined.error?.issues[0]?.path).toEqual(['mqtt'])
  })
})
