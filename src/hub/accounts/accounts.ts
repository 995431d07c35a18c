import { randomBytes, randomUUID } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'
import {
  Account,
  type Credentials,
  type FirstAccount,
  type NewAccount,
  type Roster,
  type SignedIn,
  type StaffRole,
  staffRoles,
} from '../../shared/account.ts'
import { MakerhallError, type Problem } from '../../shared/problem.ts'
import {
  claimsOf,
  type Identity,
  type KeptFile,
  keptFile,
  readableSecret,
  rosterType,
  type SigningKey,
  tokenSeconds,
  tokenType,
  type Warns,
} from '../../shared/server/index.ts'

const StoredAccount = Account.extend({
  /** argon2id, as its library writes it, with its parameters. */
  hash: z.string(),
  /** Counted up when roles or password are set by someone else: the tokens of before end. */
  gen: z.int(),
})
type StoredAccount = z.infer<typeof StoredAccount>
const AccountsFile = z.object({ accounts: z.array(StoredAccount) })

/** The file of accounts, read anew when someone else (the command line) has changed it. */
function openAccounts(file: string, log: Warns) {
  const kept: KeptFile<typeof AccountsFile> = keptFile(file, AccountsFile, log)
  let stamp = ''
  let accounts: StoredAccount[] = []
  let saves = true
  const write = (next: readonly StoredAccount[]) => {
    saves = false
    kept.write({ accounts: [...next] })
    saves = true
  }
  return {
    read(): readonly StoredAccount[] {
      const now = kept.stamp()
      if (now !== stamp) {
        accounts = kept.read()?.accounts ?? []
        stamp = kept.stamp()
      }
      return accounts
    },
    /**
     * Synchronous from reading to writing, so that nothing comes in between.
     * @throws MakerhallError `accounts.not-saved`; then all is as it was
     */
    change(to: (before: readonly StoredAccount[]) => StoredAccount[]): void {
      const next = to(this.read())
      try {
        write(next)
      } catch (error) {
        throw new MakerhallError({ ...notSaved, file }, { cause: error })
      }
    },
    /** False while the disk takes no change; after a change that failed, each question tries the disk again. */
    saves(): boolean {
      if (saves) return true
      try {
        write(this.read())
      } catch {
        // It is as before.
      }
      return saves
    },
  }
}

/** What someone meets who changes an account on a full disk. */
export const notSaved: Problem = {
  code: 'accounts.not-saved',
  message: 'The accounts could not be saved; they are as they were before.',
  mend: 'Make room on the disk of the data folder, then try again.',
}

const publicPart = ({ id, name, roles, created }: StoredAccount): Account => ({ id, name, roles, created })
const sameName = (one: string, other: string) =>
  one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase()

/** Whatever changes an account throws MakerhallError `accounts.not-saved` where the disk does not take it. */
export interface Accounts {
  isEmpty(): boolean
  /** False from a change that the disk did not take until it takes one. */
  saves(): boolean
  /** Makes the first account, with all roles. Null when there is one already. */
  addFirst(first: z.infer<typeof FirstAccount>): Promise<SignedIn | null>
  /** Null for a wrong name or password, in the same time for both. */
  signIn(credentials: z.infer<typeof Credentials>): Promise<SignedIn | null>
  authenticate(token: string): Promise<Identity | null>
  list(): Account[]
  /** @throws MakerhallError `account.unknown` */
  get(id: string): Account
  /** @throws MakerhallError `account.name-taken` */
  add(account: z.infer<typeof NewAccount>): Promise<Account>
  /** @throws MakerhallError `account.unknown`, `account.name-taken`, `account.last-admin` */
  change(
    id: string,
    change: {
      name?: string | undefined
      roles?: z.infer<typeof StaffRole>[] | undefined
      password?: string | undefined
    },
  ): Promise<Account>
  /** @throws MakerhallError `account.unknown`, `account.last-admin` */
  remove(id: string): Account[]
  /** One's own password; null when `current` is wrong. One's tokens go on. */
  changePassword(id: string, current: string, next: string): Promise<Account | null>
  /** The accounts as kiosks keep them, signed. */
  roster(): Promise<string>
}

export function createAccounts(options: {
  file: string
  key: SigningKey
  log: Warns
  clock?: () => number
}): Accounts {
  const { file, key, log, clock = Date.now } = options
  const store = openAccounts(file, log)
  const now = () => new Date(clock()).toISOString()
  // An unknown name costs as much time as a wrong password.
  const nobody = hash(randomBytes(16).toString('hex'))

  const find = (id: string): StoredAccount => {
    const found = store.read().find((account) => account.id === id)
    if (found) return found
    throw problem('unknown', 'There is no such account.', 'Reload the list of accounts.')
  }
  const nameMustBeFree = (name: string, except?: string) => {
    if (store.read().some((other) => other.id !== except && sameName(other.name, name)))
      throw problem('name-taken', `There is an account ${name} already.`, 'Choose another name.')
  }
  const adminMustRemain = (accounts: readonly StoredAccount[]) => {
    if (!accounts.some(({ roles }) => roles.includes('admin')))
      throw problem(
        'last-admin',
        'This is the last admin, and there must be one.',
        'Make someone else an admin first.',
      )
  }
  const replace = (id: string, change: (account: StoredAccount) => StoredAccount) =>
    store.change((before) => {
      const after = before.map((account) => (account.id === id ? change(account) : account))
      adminMustRemain(after)
      return after
    })
  const newAccount = async (
    name: string,
    password: string,
    roles: z.infer<typeof StaffRole>[],
  ): Promise<StoredAccount> => ({
    id: randomUUID(),
    name,
    roles: staffRoles.filter((role) => roles.includes(role)),
    created: now(),
    hash: await hash(password),
    gen: 0,
  })
  const tokenFor = async ({ id, name, roles, gen }: StoredAccount): Promise<SignedIn> => ({
    token: await key.sign(tokenType, { iss: 'hub', sub: id, name, roles, gen }, tokenSeconds),
    name,
    roles,
    expires: new Date(clock() + tokenSeconds * 1000).toISOString(),
  })

  return {
    isEmpty: () => store.read().length === 0,
    saves: () => store.saves(),
    async addFirst({ name, password }) {
      const first = await newAccount(name, password, [...staffRoles])
      if (store.read().length > 0) return null
      store.change(() => [first])
      return tokenFor(first)
    },
    async signIn({ name, password }) {
      const account = store.read().find((candidate) => sameName(candidate.name, name))
      const right = await verify(account?.hash ?? (await nobody), password)
      return account && right ? tokenFor(account) : null
    },
    async authenticate(token) {
      const claims = await claimsOf(token, key.publicKey, 'hub', clock)
      const account = claims && store.read().find(({ id, gen }) => id === claims.sub && gen === claims.gen)
      return account ? { sub: account.id, name: account.name, roles: account.roles } : null
    },
    list: () => store.read().map(publicPart),
    get: (id) => publicPart(find(id)),
    async add({ name, password, roles }) {
      nameMustBeFree(name)
      const account = await newAccount(name, password, roles)
      nameMustBeFree(name)
      store.change((before) => [...before, account])
      return publicPart(account)
    },
    async change(id, { name, roles, password }) {
      find(id)
      const newHash = password === undefined ? undefined : await hash(password)
      const before = find(id)
      if (name !== undefined) nameMustBeFree(name, id)
      const otherRoles = roles && String(staffRoles.filter((role) => roles.includes(role)))
      const ends = newHash !== undefined || (otherRoles !== undefined && otherRoles !== String(before.roles))
      replace(id, (account) => ({
        ...account,
        name: name ?? account.name,
        roles: roles ? staffRoles.filter((role) => roles.includes(role)) : account.roles,
        hash: newHash ?? account.hash,
        gen: account.gen + (ends ? 1 : 0),
      }))
      return publicPart(find(id))
    },
    remove(id) {
      find(id)
      store.change((before) => {
        const after = before.filter((account) => account.id !== id)
        adminMustRemain(after)
        return after
      })
      return store.read().map(publicPart)
    },
    async changePassword(id, current, next) {
      if (!(await verify(find(id).hash, current))) return null
      const newHash = await hash(next)
      replace(id, (account) => ({ ...account, hash: newHash }))
      return publicPart(find(id))
    },
    roster() {
      const accounts = store.read().map(({ id, name, roles, hash, gen }) => ({ id, name, roles, hash, gen }))
      return key.sign(rosterType, { accounts } satisfies Roster)
    },
  }
}

/**
 * Gives an account a new random password, for someone who has lost theirs and can reach the machine. Its tokens end; a
 * running hub takes notice by itself.
 * @param file DIR/hub/accounts.json
 * @throws MakerhallError `account.unknown`
 */
export async function resetPasswordIn(file: string, name: string, log: Warns): Promise<string> {
  const store = openAccounts(file, log)
  const account = store.read().find((candidate) => sameName(candidate.name, name))
  if (!account) {
    const names = store.read().map((candidate) => candidate.name)
    throw problem(
      'unknown',
      `There is no account ${name}.`,
      names.length > 0 ? `Use one of ${names.join(', ')}.` : 'Make the first one by the setup link.',
    )
  }
  const password = readableSecret()
  const newHash = await hash(password)
  store.change((before) =>
    before.map((other) =>
      other.id === account.id ? { ...other, hash: newHash, gen: other.gen + 1 } : other,
    ),
  )
  return password
}

const problem = (code: string, message: string, mend: string) =>
  new MakerhallError({ code: `account.${code}`, message, mend })
