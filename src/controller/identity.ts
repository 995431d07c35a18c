import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { Slug } from '../shared/ids.ts'
import { keptFile, randomSecret, type Warns } from '../shared/server/index.ts'

/** The kiosk's id: the site file's, or one made at the first start and kept as DIR/controller/kiosk.json. */
export function kioskId(dataDir: string, ofSite: string | undefined, log: Warns): string {
  if (ofSite) return ofSite
  const file = keptFile(join(dataDir, 'controller', 'kiosk.json'), z.object({ id: Slug }), log)
  const kept = file.read()
  if (kept) return kept.id
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const id = `kiosk-${Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')}`
  file.write({ id })
  return id
}

/** What the kiosk's page carries in its address to be let in as a visitor; kept as DIR/secrets/kiosk.json. */
export function visitorKey(dataDir: string, log: Warns): string {
  const file = keptFile(join(dataDir, 'secrets', 'kiosk.json'), z.object({ key: z.string().min(16) }), log)
  const kept = file.read()
  if (kept) return kept.key
  const key = randomSecret(24)
  file.write({ key })
  return key
}
