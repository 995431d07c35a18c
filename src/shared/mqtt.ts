import { z } from 'zod'
import { Slug } from './ids.ts'

/** The topics of one kiosk. `desired` and `committed` come from the hub, the others from the kiosk. */
export const topics = (site: string, kiosk: string) => {
  const base = `makerhall/v1/${site}/${kiosk}`
  return {
    events: `${base}/events`,
    state: `${base}/state`,
    availability: `${base}/availability`,
    desired: `${base}/desired`,
    reported: `${base}/reported`,
    committed: `${base}/committed`,
  }
}

/** A broker: `mqtt://` or `mqtts://`, a host, and where needed a port, a name and a password, escaped as in any URL. */
export const MqttUrl = z
  .string()
  .regex(/^mqtts?:\/\//, { error: 'use mqtt://host:port or mqtts://host:port', abort: true })
  .refine(namesBroker, 'use mqtt://host:port or mqtts://host:port, with a port up to 65535')

function namesBroker(url: string): boolean {
  try {
    const { hostname, username, password } = new URL(url)
    for (const escaped of [username, password]) decodeURIComponent(escaped)
    return hostname !== ''
  } catch {
    return false
  }
}

/** A batch. Its members are parsed one by one, so that a bad one is set aside and the others go on. */
export const EventBatch = z.object({ events: z.array(z.unknown()).min(1).max(500) })

/**
 * What the hub has committed: for each stream, ranges of seq, both ends included. Without any stream it says that the
 * hub has just come, so that a kiosk sends again at once what still waits.
 */
export const Committed = z.object({
  streams: z.record(z.uuid(), z.array(z.tuple([z.int().min(1), z.int().min(1)]))),
})
export type Committed = z.infer<typeof Committed>

/** Retained on `availability`; `offline` is the last will. */
export const Availability = z.object({ state: z.enum(['online', 'offline']) })
export type Availability = z.infer<typeof Availability>

/** Retained on `state`: what a dashboard of someone else needs. */
export const KioskState = z.object({
  kiosk: Slug,
  at: z.string(),
  status: z.enum(['ok', 'degraded']),
  exhibits: z.array(z.object({ id: Slug, mode: Slug.nullable(), resting: z.boolean(), visit: z.boolean() })),
  boards: z.array(z.object({ id: Slug, state: z.string() })),
})
export type KioskState = z.infer<typeof KioskState>

/** What the hub wishes an exhibit's mode to be. The kiosk takes it only when (epoch, version) is newer than what it has. */
export const Desired = z.object({
  epoch: z.int().min(0),
  version: z.int().min(0),
  modes: z.record(Slug, z.object({ mode: Slug, until: z.iso.datetime({ offset: true }), by: z.string() })),
})
export type Desired = z.infer<typeof Desired>

export const Reported = z.object({
  epoch: z.int().min(0),
  version: z.int().min(0),
  modes: z.record(Slug, Slug.nullable()),
})
export type Reported = z.infer<typeof Reported>
