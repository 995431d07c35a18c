import { join } from 'node:path'
import { openSigningKey, type PublicKey, type Warns } from '../../shared/server/index.ts'
import { type Accounts, createAccounts, resetPasswordIn } from './accounts.ts'
import { createKiosks, type Kiosks } from './kiosks.ts'
import { createSetup, type Setup } from './setup.ts'

export { type Accounts, notSaved } from './accounts.ts'
export type { Kiosks } from './kiosks.ts'
export type { Setup } from './setup.ts'

const accountsFile = (dataDir: string) => join(dataDir, 'hub', 'accounts.json')

/** People, kiosks, and the key that signs for both. */
export interface Membership {
  accounts: Accounts
  kiosks: Kiosks
  setup: Setup
  /** What kiosks pin. */
  publicKey: PublicKey
}

/** Opens what DIR keeps of accounts and kiosks; the folders are there already. */
export async function openMembership(options: {
  dataDir: string
  /** Whether a kiosk of this id is connected to the broker now. */
  isOnline: (kiosk: string) => Promise<boolean>
  log: Warns
  clock?: () => number
}): Promise<Membership> {
  const { dataDir, isOnline, log, clock = Date.now } = options
  const secret = (name: string) => join(dataDir, 'secrets', name)
  const key = await openSigningKey(secret('hub-key.json'), log, clock)
  const accounts = createAccounts({ file: accountsFile(dataDir), key, log, clock })
  const kiosks = createKiosks({
    file: join(dataDir, 'hub', 'kiosks.json'),
    joinCodeFile: secret('join-code'),
    isOnline,
    log,
    clock,
  })
  return { accounts, kiosks, setup: createSetup(secret('setup-code'), accounts), publicKey: key.publicKey }
}

/**
 * Gives an account a new random password, for someone who lost theirs and can reach the machine; answers the password.
 * Its tokens end, and a running hub takes notice by itself.
 * @throws MakerhallError `account.unknown`
 */
export const resetPassword = (dataDir: string, name: string): Promise<string> =>
  resetPasswordIn(accountsFile(dataDir), name, { warn: () => {} })
