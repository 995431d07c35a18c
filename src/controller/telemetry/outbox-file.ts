import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Event, Fact } from '../../shared/event.ts'
import type { Committed } from '../../shared/mqtt.ts'
import {
  isCorrupt,
  isFull,
  numeric,
  openSqlite,
  optionalText,
  setAside,
  text,
  transaction,
} from '../../shared/node/sqlite.ts'
import type { Batch, Span } from './window.ts'

const migrations = [
  `CREATE TABLE events (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     stream TEXT NOT NULL,
     seq INTEGER NOT NULL,
     at TEXT NOT NULL,
     json TEXT NOT NULL,
     UNIQUE (stream, seq)
   );
   CREATE TABLE state (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     visit TEXT,
     session TEXT NOT NULL,
     taken INTEGER NOT NULL
   );
   INSERT INTO state VALUES (1, NULL, '', 0)`,
]

export interface OutboxFileOptions {
  file: string
  kiosk: string
  /** A name for this start of the controller, so that a new worker knows which entries the one before has kept. */
  session: string
  /** Stands in for a full disk in tests: pages of 4 KiB. */
  maxPages?: number
}

/** One thing to keep: a fact, the open visit (JSON; null: none; undefined: as it was), or both. `n` counts entries from 1. */
export interface Entry {
  n: number
  at: string
  mono: number
  fact?: Fact
  visit?: string | null
}

export interface OutboxState {
  /** The last entry that is dealt with: on disk, or counted as lost. */
  taken: number
  waiting: number
  oldest: string | null
  recording: boolean
  lost: number
  /** Why nothing is recorded. */
  why?: string
  setAside?: string
}

/** A batch as it is published, and which rows and keys are in it. */
export interface Packed extends Batch {
  payload: string
}

interface Gap {
  from: string
  to: string
  lost: number
}

/**
 * The outbox's database, in one thread. Numbers a fact only in the transaction that stores it. When the disk takes
 * nothing more it counts what it loses, until `retry` has written that count.
 */
export class OutboxFile {
  readonly #options: OutboxFileOptions
  #stream = randomUUID()
  #db: DatabaseSync | null = null
  #nextSeq = 1
  #waiting = 0
  #taken = 0
  #why: string | undefined
  #gap: Gap | null = null
  #setAside: string | undefined
  /** What `retry` still has to write. */
  #visit: string | null | undefined
  #removals: { streams: Committed['streams']; through: number }[] = []

  constructor(options: OutboxFileOptions) {
    this.#options = options
  }

  /** Throws MakerhallError for a file that a newer program wrote, or an SQLite that is too old. */
  open(): OutboxState {
    this.#attempt(() => this.#opened())
    return this.state()
  }

  write(entries: readonly Entry[]): OutboxState {
    const visit = entries.findLast((entry) => entry.visit !== undefined)?.visit
    if (visit !== undefined) this.#visit = visit
    const taken = entries.at(-1)?.n ?? this.#taken
    const facts = entries.filter((entry) => entry.fact)
    const kept = !this.#why && this.#attempt(() => this.#store(facts, taken))
    if (!kept) for (const { at } of facts) this.#lose(at)
    this.#taken = taken
    return this.state()
  }

  /** Tries the disk again: first what the hub has told, then the gap. `at` is an ISO time, `mono` ms since the start. */
  retry(at: string, mono: number): OutboxState {
    if (!this.#why) return this.state()
    const gap = this.#gap
    const facts: Entry[] = gap ? [{ n: this.#taken, at, mono, fact: { type: 'recording.gap', ...gap } }] : []
    const kept = this.#attempt(() => {
      this.#removePending()
      this.#store(facts, this.#taken)
    })
    if (kept) {
      this.#why = undefined
      this.#gap = null
    }
    return this.state()
  }

  /** The next rows after `after` (and up to `through`), at most `limit` of them and `bytes` long, but always one. */
  take(after: number, through: number | null, limit: number, bytes: number): Packed | null {
    let packed: Packed | null = null
    this.#attempt(() => {
      const rows = this.#opened()
        .prepare('SELECT id, stream, seq, json FROM events WHERE id > ? AND id <= ? ORDER BY id LIMIT ?')
        .all(after, through ?? Number.MAX_SAFE_INTEGER, limit)
      const spans: Span[] = []
      const members: string[] = []
      let length = 0
      let last = after
      for (const row of rows) {
        const json = text(row.json)
        length += Buffer.byteLength(json) + 1
        if (members.length > 0 && length > bytes) break
        members.push(json)
        extend(spans, text(row.stream), numeric(row.seq))
        last = numeric(row.id)
      }
      const first = rows[0]
      if (first) {
        packed = { first: numeric(first.id), last, spans, payload: `{"events":[${members.join(',')}]}` }
      }
    })
    return packed
  }

  /** Deletes what the hub has committed, as far as it was sent: rows up to `through`. */
  remove(streams: Committed['streams'], through: number): OutboxState {
    this.#removals.push({ streams, through })
    if (!this.#why) this.#attempt(() => this.#removePending())
    return this.state()
  }

  /** The open visit as JSON. */
  openVisit(): string | null {
    let visit: string | null = null
    this.#attempt(() => {
      visit = optionalText(this.#opened().prepare('SELECT visit FROM state').get()?.visit)
    })
    return visit
  }

  state(): OutboxState {
    return {
      taken: this.#taken,
      waiting: this.#waiting,
      oldest: this.#oldest(),
      recording: this.#why === undefined,
      lost: this.#gap?.lost ?? 0,
      ...(this.#why !== undefined && { why: this.#why }),
      ...(this.#setAside !== undefined && { setAside: this.#setAside }),
    }
  }

  close(): void {
    this.#db?.close()
    this.#db = null
  }

  #opened(): DatabaseSync {
    if (this.#db) return this.#db
    const { file, session, maxPages } = this.#options
    const db = openSqlite(file, { migrations, ...(maxPages !== undefined && { maxPages }) })
    this.#db = db
    this.#waiting = numeric(db.prepare('SELECT count(*) AS n FROM events').get()?.n)
    const state = db.prepare('SELECT session, taken FROM state').get()
    if (state?.session === session) this.#taken = Math.max(this.#taken, numeric(state.taken))
    // A commit that was reported as failed may have reached the disk all the same.
    const last = db.prepare('SELECT max(seq) AS seq FROM events WHERE stream = ?').get(this.#stream)?.seq
    this.#nextSeq = Math.max(this.#nextSeq, typeof last === 'number' ? last + 1 : 1)
    return db
  }

  #store(facts: readonly Entry[], taken: number): void {
    const db = this.#opened()
    const insert = db.prepare('INSERT INTO events (stream, seq, at, json) VALUES (?, ?, ?, ?)')
    const visit = this.#visit
    let seq = this.#nextSeq
    transaction(db, () => {
      for (const { at, mono, fact } of facts) {
        if (!fact) continue
        const { kiosk } = this.#options
        const event: Event = { v: 1, kiosk, stream: this.#stream, seq, at, mono, ...fact }
        insert.run(this.#stream, seq, at, JSON.stringify(event))
        seq += 1
      }
      db.prepare('UPDATE state SET session = ?, taken = ?').run(this.#options.session, taken)
      if (visit !== undefined) db.prepare('UPDATE state SET visit = ?').run(visit)
    })
    this.#waiting += seq - this.#nextSeq
    this.#nextSeq = seq
    this.#visit = undefined
  }

  #removePending(): void {
    if (this.#removals.length === 0) return
    const db = this.#opened()
    const remove = db.prepare('DELETE FROM events WHERE stream = ? AND seq BETWEEN ? AND ? AND id <= ?')
    let removed = 0
    transaction(db, () => {
      for (const { streams, through } of this.#removals) {
        for (const [stream, ranges] of Object.entries(streams)) {
          for (const [from, to] of ranges) removed += Number(remove.run(stream, from, to, through).changes)
        }
      }
    })
    this.#removals = []
    this.#waiting -= removed
  }

  #oldest(): string | null {
    if (this.#waiting === 0 || !this.#db) return null
    try {
      return optionalText(this.#db.prepare('SELECT at FROM events ORDER BY id LIMIT 1').get()?.at ?? null)
    } catch {
      // Telling how things stand must not fail; the next write meets the same error and deals with it.
      return null
    }
  }

  #lose(at: string): void {
    this.#gap = { from: this.#gap?.from ?? at, to: at, lost: (this.#gap?.lost ?? 0) + 1 }
  }

  /** True where `work` went through. A damaged file is replaced, once, and `work` done on the fresh one. */
  #attempt(work: () => void, again = true): boolean {
    try {
      work()
      return true
    } catch (error) {
      if (isCorrupt(error) && again) {
        if (this.#replace(error)) return this.#attempt(work, false)
        return false
      }
      // A file that a newer program wrote: not ours to mend.
      if (!(error instanceof Error) || !('errcode' in error)) throw error
      this.#why = error.message
      // After anything but a full disk the connection is not trusted: the next try opens the file again.
      if (!isFull(error)) this.#forget()
      return false
    }
  }

  #replace(error: unknown): boolean {
    this.#forget()
    try {
      this.#setAside = setAside(this.#options.file, Date.now())
      // What lay in the old file is missing from its stream: a new stream tells that apart from what comes now.
      this.#stream = randomUUID()
      this.#nextSeq = 1
      return true
    } catch {
      this.#why = error instanceof Error ? error.message : String(error)
      return false
    }
  }

  #forget(): void {
    try {
      this.close()
    } catch {
      this.#db = null
    }
  }
}

function extend(spans: Span[], stream: string, seq: number): void {
  const last = spans.at(-1)
  if (last?.stream === stream && last.to === seq - 1) last.to = seq
  else spans.push({ stream, from: seq, to: seq })
}
