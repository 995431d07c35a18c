import { expect, it } from 'vitest'
import type { ConsoleConfig } from '../../shared/routes.ts'
import { createClient, RequestError } from '../api/client.ts'
import { signInSomewhere } from './sign-in-somewhere.ts'

const both: ConsoleConfig = { controller: 'http://kiosk.test:1', hub: 'http://hub.test:2' }
const anna = { token: 'T', name: 'Anna', roles: ['educator'], expires: '2026-11-23T20:00:00.000Z' }
const attempt = { name: 'Anna', password: 'three small words' }

/** A client for which each host answers as told; a host that is not named is away. */
function clientOf(config: ConsoleConfig, hosts: Record<string, () => Response>) {
  const asked: string[] = []
  const client = createClient({
    config,
    token: () => null,
    onUnauthorised: () => {},
    fetch: async (url) => {
      const { hostname } = new URL(String(url))
      asked.push(hostname)
      const answer = hosts[hostname]
      if (!answer) throw new TypeError('fetch failed')
      return answer()
    },
  })
  return { client, asked }
}

it('asks the hub first and no one else', async () => {
  const { client, asked } = clientOf(both, { 'hub.test': () => Response.json(anna) })
  expect(await signInSomewhere(client, attempt)).toMatchObject({ by: 'hub', signedIn: { name: 'Anna' } })
  expect(asked).toEqual(['hub.test'])
})

it('asks the kiosk while the hub is away, or where there is none', async () => {
  const away = clientOf(both, { 'kiosk.test': () => Response.json(anna) })
  expect(await signInSomewhere(away.client, attempt)).toMatchObject({ by: 'controller' })
  expect(away.asked).toEqual(['hub.test', 'kiosk.test'])
  const none = clientOf({ ...both, hub: null }, { 'kiosk.test': () => Response.json(anna) })
  expect(await signInSomewhere(none.client, attempt)).toMatchObject({ by: 'controller' })
})

it('takes the hub’s no for an answer', async () => {
  const { client, asked } = clientOf(both, {
    'hub.test': () => new Response('', { status: 401 }),
    'kiosk.test': () => Response.json(anna),
  })
  await expect(signInSomewhere(client, attempt)).rejects.toMatchObject({ status: 401, server: 'hub' })
  expect(asked).toEqual(['hub.test'])
})

it('says away when nobody answers or nobody is known', async () => {
  await expect(signInSomewhere(clientOf(both, {}).client, attempt)).rejects.toMatchObject({
    failure: 'away',
    server: 'controller',
  })
  const nobody = clientOf({ controller: null, hub: null }, {})
  await expect(signInSomewhere(nobody.client, attempt)).rejects.toBeInstanceOf(RequestError)
})
