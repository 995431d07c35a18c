import type { BrokerLink } from './telemetry/index.ts'

/**
 * Which broker a kiosk uses: the site file's own, else `--mqtt`, else the one its hub names. The secret that the hub
 * gave is shown to the hub's broker, never to one of the site's own. Null while none is known.
 */
export function brokerLink(input: {
  ofSite: string | undefined
  argument: string | undefined
  /** A hub was named, so its broker asks for the secret that it gives at joining. */
  hub: string | null
  ofHub: { url: string; secret: string } | null
  kiosk: string
}): BrokerLink | null {
  const { ofSite, argument, hub, ofHub, kiosk } = input
  if (ofSite) return { url: ofSite }
  if (ofHub) {
    const url = argument ?? ofHub.url
    return new URL(url).username ? { url } : { url, username: kiosk, password: ofHub.secret }
  }
  return argument && !hub ? { url: argument } : null
}
