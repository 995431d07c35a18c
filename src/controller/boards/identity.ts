import { z } from 'zod'
import { BoardIdentity, Slug } from '../../shared/ids.ts'

/** `DIR/controller/boards.json`: which identity each board of the site file was last met with. */
export const IdentityFile = z.object({ makerhall: z.literal(1), identities: z.record(Slug, BoardIdentity) })
export type IdentityFile = z.infer<typeof IdentityFile>

/** A board of the site file, as far as its identification is concerned. */
export interface Claimant {
  id: string
  /** True where the port's other end can be no other board: a virtual one. */
  sure: boolean
  /** The path in the site file. */
  port: string | null
  /** In the site file: this board and no other. */
  written: string | null
  /** From an earlier meeting. */
  learned: string | null
  connected: boolean
}

export type Choice =
  | { board: string }
  /** `wanted` is the identity that the site file asks for at this port. */
  | { board: null; wanted: { board: string; identity: string } | null }

/**
 * Which board of the site file answers here. The identity decides; the port is a hint for the first meeting, and where a
 * board was exchanged. `identity` is null while the EEPROM is blank.
 */
export function chooseBoard(identity: string | null, path: string, claimants: readonly Claimant[]): Choice {
  const free = claimants.filter((claimant) => !claimant.connected)
  const sure = free.find((claimant) => claimant.sure && claimant.port === path)
  if (sure) return { board: sure.id }
  const known = free.find((c) => !c.sure && identity !== null && (c.written ?? c.learned) === identity)
  if (known) return { board: known.id }
  const atPort = free.find((claimant) => claimant.port === path)
  if (atPort) {
    // A blank board that was never met takes the identity that is written; any other must have it.
    const mayTake = atPort.written === null || (identity === null && atPort.learned === null)
    if (mayTake) return { board: atPort.id }
    return { board: null, wanted: { board: atPort.id, identity: atPort.written ?? '' } }
  }
  const unmet = free.find((c) => !c.sure && c.port === null && c.written === null && c.learned === null)
  return unmet ? { board: unmet.id } : { board: null, wanted: null }
}

/** A new identity for a board with a blank EEPROM. `bytes` are four random ones. */
export function makeIdentity(bytes: Uint8Array): string {
  return `mh-${Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
