import { rmSync } from 'node:fs'
import type { z } from 'zod'
import type { FirstAccount, SignedIn } from '../../shared/account.ts'
import { keptSecret, randomSecret, sameSecret, textOf } from '../../shared/server/index.ts'
import type { Accounts } from './accounts.ts'

export interface Setup {
  /** The code of the link that makes the first account; null once there is one. */
  code(): string | null
  /** Makes the first account. Null for a code that is wrong or was used. */
  use(code: string, first: z.infer<typeof FirstAccount>): Promise<SignedIn | null>
}

/** Whoever can read the data folder, or the line that the start prints, makes the first account, once. */
export function createSetup(file: string, accounts: Pick<Accounts, 'isEmpty' | 'addFirst'>): Setup {
  return {
    code() {
      if (accounts.isEmpty()) return keptSecret(file, () => randomSecret(18))
      rmSync(file, { force: true })
      return null
    },
    async use(code, first) {
      const right = textOf(file)?.trim()
      if (!right || !accounts.isEmpty() || !sameSecret(code, right)) return null
      const signedIn = await accounts.addFirst(first)
      rmSync(file, { force: true })
      return signedIn
    },
  }
}
