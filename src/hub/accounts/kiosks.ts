import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { JoinRequest } from '../../shared/account.ts'
import { Instant, Slug } from '../../shared/ids.ts'
import { MakerhallError } from '../../shared/problem.ts'
import {
  httpOrigin,
  type Identity,
  keepSecret,
  keptFile,
  keptSecret,
  randomSecret,
  readableSecret,
  sameSecret,
  textOf,
  type Warns,
} from '../../shared/server/index.ts'

const JoinedKiosk = z.object({
  id: Slug,
  /** SHA-256 of its secret, which is 256 random bits: nothing slower is needed. */
  secretHash: z.string(),
  origin: z.string().nullable(),
  joined: Instant,
})
export type JoinedKiosk = z.infer<typeof JoinedKiosk>
const KiosksFile = z.object({ kiosks: z.array(JoinedKiosk) })

export interface Kiosks {
  joinCode(): string
  /** A new code; kiosks that joined stay joined. */
  renewJoinCode(): string
  isJoinCode(code: string): boolean
  /**
   * Takes a kiosk in and gives its secret. One that is here already gets a new secret, and the old one ends; while the
   * one that holds the id is online, nobody else can have it.
   * @throws MakerhallError `kiosk.invalid`, `kiosk.taken`
   */
  join(request: z.infer<typeof JoinRequest>): Promise<string>
  /** The kiosk whose secret this is. */
  authenticate(secret: string): Promise<Identity | null>
  /** Whether the broker may let this name in with this password. */
  knows(kiosk: string, secret: string): boolean
  /** Notes where the kiosk's controller is reached now. */
  seenAt(kiosk: string, origin: string | undefined): void
  list(): readonly JoinedKiosk[]
}

export function createKiosks(options: {
  file: string
  joinCodeFile: string
  /** Whether a kiosk of this id is connected now. */
  isOnline: (kiosk: string) => Promise<boolean>
  log: Warns
  clock?: () => number
}): Kiosks {
  const { file, joinCodeFile, isOnline, log, clock = Date.now } = options
  const kept = keptFile(file, KiosksFile, log)
  let kiosks: JoinedKiosk[] = kept.read()?.kiosks ?? []
  const keep = (next: JoinedKiosk[]) => {
    kept.write({ kiosks: next })
    kiosks = next
  }
  const joinCode = () => keptSecret(joinCodeFile, readableSecret)

  return {
    joinCode,
    renewJoinCode: () => keepSecret(joinCodeFile, readableSecret()),
    isJoinCode: (code) => {
      const right = textOf(joinCodeFile)?.trim()
      return right !== undefined && sameSecret(code, right)
    },
    async join({ kiosk, origin }) {
      const id = Slug.safeParse(kiosk)
      if (!id.success)
        throw new MakerhallError({
          code: 'kiosk.invalid',
          message: `${kiosk} cannot be a kiosk's id.`,
          mend: 'Use 1 to 40 lower-case letters, digits and dashes.',
          path: 'kiosk',
        })
      if (kiosks.some((other) => other.id === kiosk) && (await isOnline(kiosk)))
        throw new MakerhallError({
          code: 'kiosk.taken',
          message: `A kiosk ${kiosk} is here already, and online.`,
          mend: 'Give one of the two another kiosk.id in its site file, or switch the other one off first.',
          path: 'kiosk',
        })
      const secret = randomSecret(32)
      const joined: JoinedKiosk = {
        id: kiosk,
        secretHash: hashOf(secret),
        origin: httpOrigin(origin),
        joined: new Date(clock()).toISOString(),
      }
      keep([...kiosks.filter((other) => other.id !== kiosk), joined])
      return secret
    },
    async authenticate(secret) {
      const wanted = hashOf(secret)
      const kiosk = kiosks.find(({ secretHash }) => sameSecret(secretHash, wanted))
      return kiosk ? { sub: kiosk.id, name: kiosk.id, roles: [] } : null
    },
    knows(kiosk, secret) {
      const known = kiosks.find(({ id }) => id === kiosk)
      return known !== undefined && sameSecret(known.secretHash, hashOf(secret))
    },
    seenAt(kiosk, origin) {
      const clean = httpOrigin(origin)
      const known = kiosks.find(({ id }) => id === kiosk)
      if (!clean || !known || known.origin === clean) return
      keep(kiosks.map((other) => (other.id === kiosk ? { ...other, origin: clean } : other)))
    },
    list: () => kiosks,
  }
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')
