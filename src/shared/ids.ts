import { z } from 'zod'

/** A short name in files, routes and topics: lower-case letters, digits and dashes, 1 to 40 characters. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes')

/** A pin as printed on the board: `A0`… for analogue pins, `0`… for the others. */
export const Pin = z.string().regex(/^(A(?:[0-9]|1[0-5])|[0-9]|[1-6][0-9])$/, 'use A0, A1, … or 0, 1, …')
export type Pin = z.infer<typeof Pin>

/** The identity that a board of ours keeps in its EEPROM: `mh-` and 8 hexadecimal digits. */
export const BoardIdentity = z.string().regex(/^mh-[0-9a-f]{8}$/)

/** ISO 8601 with an offset or Z. */
export const Instant = z.iso.datetime({ offset: true })

export const Semver = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'use a version such as 1.0.0')
