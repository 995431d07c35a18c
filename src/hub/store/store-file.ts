import { createHash } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { Event } from '../../shared/event.ts'
import {
  isCorrupt,
  isFull,
  numeric,
  openSqlite,
  setAside,
  text,
  transaction,
} from '../../shared/node/sqlite.ts'
import { StoredEvent } from '../../shared/routes.ts'
import { migrations } from './migrations.ts'

/** What came from one kiosk in one message; `kiosk` is the topic's. */
export interface Incoming {
  kiosk: string
  events: unknown[]
}

/** Keys that the kiosk need not keep any longer: stored, stored before, or set aside. */
export interface Taken {
  kiosk: string
  keys: { stream: string; seq: number }[]
}

export interface KnownKiosk {
  kiosk: string
  stored: number
  /** Wall time in ms. */
  lastSeen: number
}

export interface StoreState {
  stored: number
  setAside: number
  /** Where the database lies that could not be read any more and was replaced by a fresh one. */
  broken?: string
}

/** The part of an event that can be read even where the rest does not fit. */
const Key = z.looseObject({ stream: z.uuid(), seq: z.int().min(1) })

/** More of what does not fit is not kept: characters. */
const contentLimit = 64 * 1024
/** More of one kiosk's is only counted: rows. */
const asideLimit = 10_000
/** The reason of what this schema does not know, which a newer one may. */
const misfit = 'does not fit: '

/** The hub's database, in one thread. Everything that came together is committed together. */
export class StoreFile {
  readonly #db: DatabaseSync
  readonly #sql: ReturnType<typeof statements>
  readonly #broken: string | undefined
  #stored: number
  #setAside: number
  /** The rows that are set aside, by kiosk. */
  #aside: Map<string, number>

  /** Throws MakerhallError for a file that a newer program wrote, or an SQLite that is too old. */
  constructor(file: string, maxPages?: number) {
    const { db, broken } = opened(file, maxPages)
    this.#db = db
    this.#broken = broken
    this.#sql = statements(db)
    this.#stored = numeric(db.prepare('SELECT coalesce(sum(stored), 0) AS n FROM kiosks').get()?.n)
    this.#aside = new Map()
    for (const { kiosk, n } of db
      .prepare('SELECT kiosk, count(*) AS n FROM set_aside GROUP BY kiosk')
      .all()) {
      this.#aside.set(text(kiosk), numeric(n))
    }
    this.#setAside = [...this.#aside.values()].reduce((sum, n) => sum + n, 0)
    this.#readAgain()
  }

  /** All or nothing. `received` is wall time in ms. */
  insert(batches: readonly Incoming[], received: number): { taken: Taken[]; state: StoreState } {
    const taken = this.#together(() => batches.map((batch) => this.#take(batch, received)))
    return { taken, state: this.state() }
  }

  /** Keeps a message that is no batch at all. */
  setAside(kiosk: string, reason: string, content: string, received: number): StoreState {
    this.#putAside(kiosk, reason, content, received)
    return this.state()
  }

  seen(kiosk: string, at: number): void {
    this.#sql.seen.run(kiosk, 0, at)
  }

  events(after: number, limit: number): { events: StoredEvent[]; next: number } {
    const rows = this.#sql.page.all(after, limit)
    return {
      events: rows.map((row) => StoredEvent.parse(JSON.parse(text(row.json)))),
      next: rows.length > 0 ? numeric(rows.at(-1)?.id) : after,
    }
  }

  kiosks(): KnownKiosk[] {
    return this.#sql.kiosks.all().map((row) => ({
      kiosk: text(row.kiosk),
      stored: numeric(row.stored),
      lastSeen: numeric(row.last_seen),
    }))
  }

  state(): StoreState {
    return {
      stored: this.#stored,
      setAside: this.#setAside,
      ...(this.#broken !== undefined && { broken: this.#broken }),
    }
  }

  close(): void {
    this.#db.close()
  }

  #take({ kiosk, events }: Incoming, received: number): Taken {
    const keys: Taken['keys'] = []
    let fresh = 0
    for (const raw of events) {
      const event = Event.safeParse(raw)
      if (!event.success) {
        this.#putAside(kiosk, `${misfit}${z.prettifyError(event.error)}`, JSON.stringify(raw), received)
        const key = Key.safeParse(raw)
        if (key.success) keys.push({ stream: key.data.stream, seq: key.data.seq })
        continue
      }
      if (event.data.kiosk !== kiosk) {
        this.#putAside(kiosk, 'names another kiosk than its topic', JSON.stringify(raw), received)
      } else if (this.#insertOne(event.data, received)) {
        fresh += 1
      }
      keys.push({ stream: event.data.stream, seq: event.data.seq })
    }
    this.#sql.seen.run(kiosk, fresh, received)
    this.#stored += fresh
    return { kiosk, keys }
  }

  /** False where the key is there already. */
  #insertOne(event: Event, received: number): boolean {
    const { kiosk, stream, seq, type } = event
    const json = JSON.stringify(event)
    if (this.#sql.insert.run(kiosk, stream, seq, type, received, json).changes > 0) {
      this.#countVisit(event)
      return true
    }
    const there = text(this.#sql.find.get(kiosk, stream, seq)?.json)
    if (there !== json && !isDeepStrictEqual(JSON.parse(there), JSON.parse(json))) {
      this.#putAside(kiosk, 'has the key of another event', json, received)
    }
    return false
  }

  #countVisit(event: Event): void {
    if (event.type === 'visit.begun') {
      const { kiosk, visit, exhibit, at, mode, language } = event
      this.#sql.begun.run(kiosk, visit, exhibit, Date.parse(at), mode, language)
    } else if (event.type === 'visit.ended') {
      const { kiosk, visit, exhibit, how, dwell, mode, language } = event
      this.#sql.ended.run(kiosk, visit, exhibit, how, dwell, mode, language)
    }
  }

  #putAside(kiosk: string, reason: string, content: string, received: number): void {
    const digest = createHash('sha256').update(kiosk).update('\0').update(content).digest('hex')
    const rows = this.#aside.get(kiosk) ?? 0
    if (rows >= asideLimit) {
      if (!this.#sql.isAside.get(digest)) this.#setAside += 1
      return
    }
    const [why, kept] = [reason.slice(0, 1_000), content.slice(0, contentLimit)]
    const fresh = Number(this.#sql.putAside.run(digest, kiosk, why, received, kept).changes)
    this.#aside.set(kiosk, rows + fresh)
    this.#setAside += fresh
  }

  /** What an older program did not know and set aside is stored, where this one knows it. */
  #readAgain(): void {
    let after = ''
    for (;;) {
      const rows = this.#sql.misfits.all(after)
      const last = rows.at(-1)
      if (!last) return
      try {
        this.#together(() => {
          for (const row of rows) this.#storeMisfit(text(row.digest), text(row.kiosk), row)
        })
      } catch (error) {
        // The next start tries again.
        if (isFull(error)) return
        throw error
      }
      after = text(last.digest)
    }
  }

  #storeMisfit(digest: string, kiosk: string, row: Record<string, SQLOutputValue>): void {
    const event = eventIn(text(row.content))
    if (event?.kiosk !== kiosk) return
    this.#sql.takeBack.run(digest)
    this.#aside.set(kiosk, (this.#aside.get(kiosk) ?? 0) - 1)
    this.#setAside -= 1
    if (!this.#insertOne(event, numeric(row.received))) return
    this.#sql.count.run(kiosk)
    this.#stored += 1
  }

  /** One transaction; where it fails, the counts are what they were. */
  #together<Result>(work: () => Result): Result {
    const [stored, setAside, aside] = [this.#stored, this.#setAside, new Map(this.#aside)]
    try {
      return transaction(this.#db, work)
    } catch (error) {
      this.#stored = stored
      this.#setAside = setAside
      this.#aside = aside
      throw error
    }
  }
}

/** Null for what is cut, or does not fit. */
function eventIn(content: string): Event | null {
  try {
    return Event.safeParse(JSON.parse(content)).data ?? null
  } catch {
    return null
  }
}

function opened(file: string, maxPages?: number): { db: DatabaseSync; broken?: string } {
  const options = { migrations, ...(maxPages !== undefined && { maxPages }) }
  try {
    return { db: openSqlite(file, options) }
  } catch (error) {
    if (!isCorrupt(error)) throw error
    const broken = setAside(file, Date.now())
    return { db: openSqlite(file, options), broken }
  }
}

function statements(
  db: DatabaseSync,
): Record<
  | 'insert'
  | 'find'
  | 'page'
  | 'begun'
  | 'ended'
  | 'seen'
  | 'count'
  | 'kiosks'
  | 'putAside'
  | 'isAside'
  | 'misfits'
  | 'takeBack',
  StatementSync
> {
  return {
    insert: db.prepare(
      `INSERT INTO events (kiosk, stream, seq, type, received, json) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (kiosk, stream, seq) DO NOTHING`,
    ),
    find: db.prepare('SELECT json FROM events WHERE kiosk = ? AND stream = ? AND seq = ?'),
    page: db.prepare('SELECT id, json FROM events WHERE id > ? ORDER BY id LIMIT ?'),
    begun: db.prepare(
      `INSERT INTO visits (kiosk, visit, exhibit, begun, mode, language) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (kiosk, visit) DO UPDATE SET begun = coalesce(visits.begun, excluded.begun)`,
    ),
    ended: db.prepare(
      `INSERT INTO visits (kiosk, visit, exhibit, how, dwell, mode, language) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (kiosk, visit) DO UPDATE
       SET how = excluded.how, dwell = excluded.dwell, mode = excluded.mode, language = excluded.language`,
    ),
    seen: db.prepare(
      `INSERT INTO kiosks (kiosk, stored, last_seen) VALUES (?, ?, ?)
       ON CONFLICT (kiosk) DO UPDATE
       SET stored = kiosks.stored + excluded.stored, last_seen = excluded.last_seen`,
    ),
    count: db.prepare('UPDATE kiosks SET stored = stored + 1 WHERE kiosk = ?'),
    kiosks: db.prepare('SELECT kiosk, stored, last_seen FROM kiosks ORDER BY kiosk'),
    putAside: db.prepare(
      `INSERT INTO set_aside (digest, kiosk, reason, received, content) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (digest) DO NOTHING`,
    ),
    isAside: db.prepare('SELECT 1 FROM set_aside WHERE digest = ?'),
    misfits: db.prepare(
      `SELECT digest, kiosk, received, content FROM set_aside
       WHERE digest > ? AND reason LIKE '${misfit}%' ORDER BY digest LIMIT 100`,
    ),
    takeBack: db.prepare('DELETE FROM set_aside WHERE digest = ?'),
  }
}
