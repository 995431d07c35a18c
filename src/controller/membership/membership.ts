import { join } from 'node:path'
import { z } from 'zod'
import { Joined, Roster } from '../../shared/account.ts'
import { Listeners } from '../../shared/listeners.ts'
import type { Logger } from '../../shared/node/logger.ts'
import type { Problem } from '../../shared/problem.ts'
import { keptFile, type PublicKey, rosterType, verified } from '../../shared/server/index.ts'
import { createHubClient, type Heard, type HubClient } from './hub-client.ts'

/** What DIR/secrets/hub.json keeps: with it a kiosk starts and lets people sign in while its hub is away. */
const KeptHub = Joined.extend({ hub: z.url() })
type KeptHub = z.infer<typeof KeptHub>

/**
 * `alone` no hub was ever named; `joining` the first answer is awaited; `joined` all is well; `away` it joined and the
 * hub does not answer now; `refused` the hub answers and does not take this kiosk, `problem` says why.
 */
export interface MembershipState {
  state: 'alone' | 'joining' | 'joined' | 'away' | 'refused'
  problem: Problem | null
}

export interface Membership {
  /** Reads what is kept, then asks the hub; resolves when it answered once, or did not. */
  start(): Promise<void>
  stop(): Promise<void>
  status(): MembershipState
  /** The hub's address; null for a kiosk without one. */
  hub(): string | null
  /** The hub's pinned key. */
  key(): PublicKey | null
  /** Whom the hub knows, as of its last answer. */
  accounts(): Roster['accounts']
  /** What the hub gave this kiosk to show to its broker. */
  broker(): { url: string; secret: string } | null
  /** Asks the hub now what is new. */
  refresh(): Promise<void>
  /** The state, the broker or the roster changed. */
  onChange(listener: (state: MembershipState) => void): () => void
  readonly client: HubClient
}

export interface MembershipOptions {
  dataDir: string
  kiosk: string
  /** `--hub` and `--join`; what is kept stands in where they are absent. */
  hub: string | null
  joinCode: string | null
  /** Where this controller is reached. */
  origin: () => string
  logger: Logger
}

/**
 * Roster and broker are asked for each minute; a hub that is away after 1 s, 2 s, … 30 s. A wrong code gets no better by
 * trying, and each try would slow down the others who join from this address. In ms.
 */
export function pauseAfter({ state, problem }: MembershipState, failures: number): number {
  if (state === 'joined') return 60_000
  if (problem?.code === 'hub.wrong-code') return 300_000
  return Math.min(30_000, 500 * 2 ** failures)
}

/** This kiosk as a member of a hub: joins with the code, pins the hub's key, keeps the roster fresh. */
export function createMembership(options: MembershipOptions): Membership {
  const { dataDir, kiosk, joinCode, origin, logger } = options
  const kept = keptFile(join(dataDir, 'secrets', 'hub.json'), KeptHub, logger)
  const changes = new Listeners<MembershipState>(logger)
  const stopped = new AbortController()
  const client = createHubClient(stopped.signal)
  let member: KeptHub | null = null
  let accounts: Roster['accounts'] = []
  let status: MembershipState = { state: 'alone', problem: null }
  /** What secrets/hub.json says, without the date of the roster's signature. */
  let written = ''
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let asking: Promise<void> | null = null

  const hub = () => options.hub ?? member?.hub ?? null

  async function readRoster(jwt: string, key: PublicKey): Promise<Roster['accounts'] | null> {
    const roster = Roster.safeParse(await verified(jwt, key, rosterType))
    return roster.success ? roster.data.accounts : null
  }

  function tell(state: MembershipState['state'], problem: Problem | null = null) {
    const before = status
    status = { state, problem }
    failures = state === 'joined' ? 0 : failures + 1
    if (before.state !== state || before.problem?.code !== problem?.code)
      logger[problem ? 'warn' : 'info']({ hub: hub(), problem }, `The hub: ${state}`)
    changes.emit(status)
  }

  async function take(url: string, joined: Joined): Promise<void> {
    if (member && member.key.x !== joined.key.x) return tell('refused', problems.otherHub(url))
    const fresh = await readRoster(joined.roster, joined.key)
    if (!fresh) return tell('refused', problems.otherHub(url))
    accounts = fresh
    member = { ...joined, hub: url }
    keep(member)
    tell('joined')
  }

  /** A disk that takes nothing costs the membership its life over a restart, and is tried again at the next answer. */
  function keep(next: KeptHub) {
    const news = contentOf(next, accounts)
    if (news === written) return
    try {
      kept.write(next)
      written = news
    } catch (error) {
      logger.error({ err: error, file: kept.file }, 'What the hub said cannot be kept')
    }
  }

  async function ask(): Promise<void> {
    const url = hub()
    if (!url) return
    let heard: Heard<Joined> | null = member && (await client.refresh(url, member.secret, origin()))
    const strange = heard?.kind === 'refused' && (heard.status === 401 || heard.status === 403)
    if (!heard || strange) {
      if (!joinCode) return tell('refused', heard ? problems.forgotten(url) : problems.noCode(url))
      heard = await client.join(url, { code: joinCode, kiosk, origin: origin() })
    }
    if (stopped.signal.aborted) return
    if (heard.kind === 'answer') return take(url, heard.answer)
    if (heard.kind === 'away') return tell('away', problems.away(url, heard.why))
    tell('refused', heard.status === 409 ? problems.taken(kiosk) : problems.notTaken(url, heard.status))
  }

  /** One question at a time; whoever asks while one is under way gets a later one, which knows more. */
  async function refresh(): Promise<void> {
    const before = asking
    const mine = (async () => {
      await before
      if (!stopped.signal.aborted) await ask()
    })().catch((error) => {
      failures += 1
      logger.error({ err: error }, 'Asking the hub failed')
    })
    asking = mine
    await mine
    if (asking === mine) {
      asking = null
      schedule()
    }
  }

  function schedule() {
    clearTimeout(timer)
    if (stopped.signal.aborted || !hub()) return
    timer = setTimeout(() => void refresh(), pauseAfter(status, failures))
  }

  return {
    async start() {
      member = kept.read()
      if (member) {
        const known = await readRoster(member.roster, member.key)
        accounts = known ?? []
        if (known) written = contentOf(member, known)
      }
      if (!hub()) return
      status = { state: 'joining', problem: null }
      await refresh()
    },
    async stop() {
      stopped.abort()
      clearTimeout(timer)
      await asking
    },
    status: () => status,
    hub,
    key: () => member?.key ?? null,
    accounts: () => accounts,
    broker: () => member && { url: member.mqtt, secret: member.secret },
    refresh,
    onChange: (listener) => changes.add(listener),
    client,
  }
}

/** The hub signs its roster anew for each answer: only who is in it makes it another one. */
const contentOf = (kept: KeptHub, accounts: Roster['accounts']): string =>
  JSON.stringify({ ...kept, roster: accounts })

const problems = {
  away: (hub: string, why: string): Problem => ({
    code: 'hub.away',
    message: `The hub at ${hub} does not answer: ${why}.`,
    mend: 'Start the hub, or correct --hub; the exhibits play on, and what they count waits here.',
  }),
  noCode: (hub: string): Problem => ({
    code: 'hub.no-code',
    message: `This kiosk has not joined the hub at ${hub}.`,
    mend: 'Start it once with --join CODE; an admin finds the code in the hub’s console.',
  }),
  forgotten: (hub: string): Problem => ({
    code: 'hub.unknown-kiosk',
    message: `The hub at ${hub} does not know this kiosk any more.`,
    mend: 'Start it once with --join CODE; an admin finds the code in the hub’s console.',
  }),
  notTaken: (hub: string, status: number): Problem => ({
    code: 'hub.wrong-code',
    message: `The hub at ${hub} does not take this kiosk’s join code (${status}).`,
    mend: 'Start it once with --join and the code that the hub’s console shows now.',
  }),
  taken: (kiosk: string): Problem => ({
    code: 'hub.id-taken',
    message: `The hub has another kiosk ${kiosk}, which is online.`,
    mend: 'Give this kiosk another kiosk.id in its site file.',
  }),
  otherHub: (hub: string): Problem => ({
    code: 'hub.other',
    message: `Another hub than the one that this kiosk joined answers at ${hub}.`,
    mend: 'Correct --hub; to move to that hub for good, remove secrets/hub.json from the data folder.',
  }),
}
