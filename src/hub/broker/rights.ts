import { Slug } from '../../shared/ids.ts'

/** Who a client of the broker is. */
export type Identity =
  | { role: 'kiosk'; kiosk: string }
  | { role: 'collector' }
  /** May read everything and say nothing. */
  | { role: 'observer' }

/** What a kiosk says of itself. */
export const fromKiosk = ['events', 'state', 'availability', 'reported']
/** What the hub says to a kiosk. */
const fromHub = ['committed', 'desired']

interface Place {
  site: string
  kiosk: string
  leaf: string
}

/** A topic of ours: `makerhall/v1/<site>/<kiosk>/<leaf>`. */
export function placeOf(topic: string): Place | null {
  const [root, version, site, kiosk, leaf, ...rest] = topic.split('/')
  if (root !== 'makerhall' || version !== 'v1' || !site || !kiosk || !leaf || rest.length > 0) return null
  if (!Slug.safeParse(site).success || !Slug.safeParse(kiosk).success) return null
  return { site, kiosk, leaf }
}

/** Null where the identity may publish there, else why not. A message of events is never retained. */
export function refusesPublish(identity: Identity, topic: string, retain: boolean): string | null {
  if (identity.role === 'observer') return 'an observer publishes nothing'
  const place = placeOf(topic)
  const leaves = identity.role === 'kiosk' ? fromKiosk : fromHub
  if (!place || !leaves.includes(place.leaf)) return `a ${identity.role} does not publish on ${topic}`
  if (identity.role === 'kiosk' && place.kiosk !== identity.kiosk) {
    return `${identity.kiosk} does not publish as ${place.kiosk}`
  }
  if (retain && (place.leaf === 'events' || place.leaf === 'committed'))
    return `${place.leaf} is never retained`
  return null
}

/** Null where the identity may subscribe to the filter, else why not. */
export function refusesSubscribe(identity: Identity, filter: string): string | null {
  if (identity.role !== 'kiosk') return null
  const place = placeOf(filter)
  const own = place?.kiosk === identity.kiosk && fromHub.includes(place.leaf) && !/[+#]/.test(filter)
  return own ? null : `${identity.kiosk} subscribes only to its own committed and desired`
}

/** The same one, so that it may take its own connection over. */
export function sameIdentity(one: Identity, other: Identity): boolean {
  if (one.role === 'kiosk' && other.role === 'kiosk') return one.kiosk === other.kiosk
  return one.role === other.role
}
