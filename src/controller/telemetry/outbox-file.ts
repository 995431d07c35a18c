import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
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
import { type Gap, GapFile } from './gap-file.ts'
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

/** What the disk did not take, for another reason than that it is full, is held by whoever wrote it: entries. */
export const heldAtMost = 10_000

/**
 * The outbox's database, in one thread. Numbers a fact only in the transaction that stores it. When the disk takes
 * nothing more it counts what it loses, in a file beside the database, until that count is told as a fact. What any other
 * error keeps from the disk (a lock, a device that stalls) is not lost: `taken` stays behind it, and it is to be written
 * again.
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
  readonly #gapFile: GapFile
  #setAside: string | undefined
  /** The last write failed because the disk is full. */
  #full = false
  /** What is still to be written. */
  #visit: string | null | undefined
  #removals: { streams: Committed['streams']; through: number }[] = []

  constructor(options: OutboxFileOptions) {
    this.#options = options
    this.#gapFile = new GapFile(join(dirname(options.file), 'gap'))
  }

  /**
   * What was lost before and is not told yet counts as lost: `retry` tells it.
   * Throws MakerhallError for a file that a newer program wrote, or an SQLite that is too old.
   */
  open(): OutboxState {
    this.#gap = this.#gapFile.read()
    this.#attempt(() => this.#opened())
    return this.state()
  }

  write(entries: readonly Entry[]): OutboxState {
    const visit = entries.findLast((entry) => entry.visit !== undefined)?.visit
    if (visit !== undefined) this.#visit = visit
    const [first] = entries
    if (first && !this.#keep(first.at, first.mono, entries)) {
      this.#lose(this.#full ? entries : entries.slice(0, -heldAtMost))
    }
    return this.state()
  }

  /**
   * Tries the disk again where there is a need: first what the hub has told, then the gap. `at` is an ISO time, `mono`
   * ms since the start.
   */
  retry(at: string, mono: number): OutboxState {
    if (this.#why !== undefined || this.#gap) this.#keep(at, mono, [])
    return this.state()
  }

  /**
   * The next rows after `after` (and up to `through`), at most `limit` of them and `bytes` long, but always one. They go
   * out under the name that the kiosk has now, whatever it was when they were stored. Null where no rows are there.
   */
  take(after: number, through: number | null, limit: number, bytes: number): Packed | null | 'unread' {
    let packed: Packed | null = null
    const read = this.#attempt(() => {
      const rows = this.#opened()
        .prepare(
          `SELECT id, stream, seq, json_set(json, '$.kiosk', ?) AS json FROM events
           WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
        )
        .all(this.#options.kiosk, after, through ?? Number.MAX_SAFE_INTEGER, limit)
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
    }, false)
    return read ? packed : 'unread'
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
    }, false)
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

  /** First of all what the hub has told and the gap, then the entries. */
  #keep(at: string, mono: number, entries: readonly Entry[]): boolean {
    const kept = this.#attempt(() => {
      this.#removePending()
      this.#store(at, mono, entries)
    })
    if (kept) {
      this.#why = undefined
      this.#gap = null
      // Only now: an end in between tells a gap twice rather than never.
      this.#gapFile.write(null)
    }
    return kept
  }

  #store(told: string, toldMono: number, entries: readonly Entry[]): void {
    const db = this.#opened()
    // What was reported as failed and reached the disk all the same is not stored twice.
    const fresh = entries.filter(({ n }) => n > this.#taken)
    const taken = fresh.at(-1)?.n ?? this.#taken
    const facts: Pick<Entry, 'at' | 'mono' | 'fact'>[] = this.#gap
      ? [{ at: told, mono: toldMono, fact: { type: 'recording.gap', ...this.#gap } }, ...fresh]
      : fresh
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
    this.#taken = taken
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

  #lose(entries: readonly Entry[]): void {
    for (const { at, fact } of entries) {
      if (fact) this.#gap = { from: this.#gap?.from ?? at, to: at, lost: (this.#gap?.lost ?? 0) + 1 }
    }
    this.#taken = entries.at(-1)?.n ?? this.#taken
    // No more often than facts are written else: what comes in while a write is under way comes as one.
    if (this.#gap) this.#gapFile.write(this.#gap)
  }

  /**
   * True where `work` went through. A damaged file is replaced, once, and `work` done on the fresh one. Only where it
   * `writes` does a failure say that nothing is recorded.
   */
  #attempt(work: () => void, writes = true, again = true): boolean {
    try {
      work()
      return true
    } catch (error) {
      if (isCorrupt(error) && again) {
        if (this.#replace(error)) return this.#attempt(work, writes, false)
        return false
      }
      // A file that a newer program wrote: not ours to mend.
      if (!(error instanceof Error) || !('errcode' in error)) throw error
      if (writes) {
        this.#why = error.message
        this.#full = isFull(error)
      }
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
