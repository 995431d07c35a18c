import type { SignedIn } from '../../shared/account.ts'
import { controllerRoutes, hubRoutes } from '../../shared/routes.ts'
import { type Client, RequestError, type Server } from '../api/client.ts'

export interface Attempt {
  name: string
  password: string
}

/**
 * At the hub, whose tokens hold everywhere; while it is away, at the kiosk by its roster.
 * @throws RequestError of the server that refused, or of the last one that was away
 */
export async function signInSomewhere(
  client: Client,
  body: Attempt,
): Promise<{ by: Server; signedIn: SignedIn }> {
  const servers: Server[] = ['hub', 'controller']
  const known = servers.filter((server) => client.config[server] !== null)
  let away: unknown = new RequestError({
    server: 'hub',
    failure: 'away',
    status: 0,
    problem: { code: 'hub.away', message: 'No server is known to this page.', mend: 'Reload the page.' },
  })
  for (const by of known) {
    try {
      const route = by === 'hub' ? hubRoutes.signIn : controllerRoutes.signIn
      return { by, signedIn: await client.call(by, route, { body }) }
    } catch (error) {
      if (!(error instanceof RequestError) || error.failure !== 'away') throw error
      away = error
    }
  }
  throw away
}
