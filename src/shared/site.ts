import { z } from 'zod'
import { Mcu } from './board.ts'
import { BoardIdentity, Pin, Slug } from './ids.ts'
import { Language, languages } from './language.ts'
import { MqttUrl } from './mqtt.ts'

const SerialPath = z.string().min(1).max(200)

export const SiteBoard = z.discriminatedUnion('kind', [
  /** Runs our firmware. Known by its identity once it has been met; `port` adds a path to those that are looked at. */
  z.strictObject({
    kind: z.literal('makerhall'),
    id: Slug,
    port: SerialPath.optional(),
    identity: BoardIdentity.optional(),
  }),
  /** Runs StandardFirmata, which has no identity of its own: it is known by its port. */
  z.strictObject({ kind: z.literal('firmata'), id: Slug, port: SerialPath }),
  /** Our firmware on an emulated AVR, with the exhibit's breadboard on its pins. */
  z.strictObject({ kind: z.literal('virtual'), id: Slug, mcu: Mcu.default('uno') }),
])
export type SiteBoard = z.infer<typeof SiteBoard>

export const SiteExhibit = z.strictObject({
  id: Slug,
  /** The board that carries all its channels but those bound otherwise. */
  board: Slug,
  /** Channels on other pins than the manifest's, or on other boards. */
  bindings: z.record(Slug, z.strictObject({ pin: Pin.optional(), board: Slug.optional() })).default({}),
})
export type SiteExhibit = z.infer<typeof SiteExhibit>

/** What stands at this kiosk: the installation. Only `boards` and `exhibits` must be written. */
export const Site = z.strictObject({
  $schema: z.string().optional(),
  /** The version of this schema. */
  makerhall: z.literal(1).default(1),
  /** Counted up by the console at each change. */
  revision: z.int().min(0).default(0),
  site: z
    .strictObject({
      id: Slug.default('makerhall'),
      name: z.string().min(1).max(80).default('Makerhall'),
      /** The IANA time zone that days and hours are counted in. */
      zone: z
        .string()
        .refine((zone) => {
          try {
            return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
          } catch {
            return false
          }
        }, 'use an IANA time zone such as Europe/Riga')
        .default('Europe/Riga'),
    })
    .prefault({}),
  kiosk: z
    .strictObject({
      /** Absent: made once and kept in the data folder. */
      id: Slug.optional(),
      /** The languages offered, the first one at rest. */
      languages: z
        .array(Language)
        .min(1)
        .default([...languages]),
    })
    .prefault({}),
  boards: z.array(SiteBoard).max(32),
  /** More paths to look for boards at; those of the operating system are looked at anyway. */
  ports: z.array(SerialPath).default([]),
  /** Paths to leave alone: a printer, a scale. */
  exclude: z.array(SerialPath).default([]),
  exhibits: z.array(SiteExhibit).min(1).max(16),
  /** A broker of one's own in place of the hub's: `mqtt://name:password@host:1883`. */
  mqtt: MqttUrl.optional(),
})
export type Site = z.infer<typeof Site>
export type SiteInput = z.input<typeof Site>

/** Stands where no site file is: one virtual board and the first exhibit. */
export const defaultSite: SiteInput = {
  boards: [{ kind: 'virtual', id: 'uno' }],
  exhibits: [{ id: 'ohms-law', board: 'uno' }],
}
