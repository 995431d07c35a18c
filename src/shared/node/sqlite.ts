import { existsSync, renameSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { MakerhallError } from '../problem.ts'

/** The first SQLite whose WAL cannot be corrupted by a reset (https://sqlite.org/wal.html#walresetbug). */
const oldest = [3, 51, 3] as const
/** Larger files are not read through at start: it would take seconds. Bytes. */
const checkUpTo = 64 * 1024 * 1024

export interface OpenOptions {
  /** SQL, each run once, in order; `user_version` counts those that ran. */
  migrations: readonly string[]
  /** Stands in for a full disk in tests: pages of 4 KiB. */
  maxPages?: number
}

/**
 * Opens a database whose commits survive a power cut (WAL, synchronous FULL) and brings its tables up to date.
 * Throws MakerhallError `sqlite.old` or `sqlite.newer`, and SQLite's own errors (see {@link isCorrupt}).
 */
export function openSqlite(file: string, { migrations, maxPages }: OpenOptions): DatabaseSync {
  assertSqlite(process.versions.sqlite)
  const large = existsSync(file) && statSync(file).size > checkUpTo
  const db = new DatabaseSync(file, { timeout: 5_000 })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    if (!large) check(db)
    migrate(db, migrations, file)
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Opens a database that another thread writes. It must be there already. */
export function openSqliteReader(file: string): DatabaseSync {
  assertSqlite(process.versions.sqlite)
  return new DatabaseSync(file, { timeout: 5_000, readOnly: true })
}

/** Throws MakerhallError `sqlite.old` for a version that can lose what was written. */
export function assertSqlite(version: string | undefined): void {
  const parts = (version ?? '').split('.').map(Number)
  for (const [index, least] of oldest.entries()) {
    const part = parts[index] ?? 0
    if (part > least) return
    if (part < least || Number.isNaN(part)) {
      throw new MakerhallError({
        code: 'sqlite.old',
        message: `This Node carries SQLite ${version ?? '(none)'}, which can corrupt its files.`,
        mend: `Use a Node with SQLite ${oldest.join('.')} or newer.`,
      })
    }
  }
}

function check(db: DatabaseSync): void {
  const answer = db.prepare('PRAGMA quick_check(1)').get()
  if (answer?.quick_check !== 'ok') {
    throw Object.assign(new Error(`quick_check: ${String(answer?.quick_check)}`), { errcode: CORRUPT })
  }
}

function migrate(db: DatabaseSync, migrations: readonly string[], file: string): void {
  const version = numeric(db.prepare('PRAGMA user_version').get()?.user_version)
  if (version > migrations.length) {
    throw new MakerhallError({
      code: 'sqlite.newer',
      file,
      message: `This file has version ${version}; this program knows ${migrations.length}.`,
      mend: 'Start the newer program that wrote it.',
    })
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    transaction(db, () => db.exec(`${sql}; PRAGMA user_version = ${index + 1}`))
  }
}

/** Runs `work` whole or not at all. */
export function transaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // Some errors (a full disk) have rolled it back already.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

const CORRUPT = 11
const FULL = 13
const NOT_A_DATABASE = 26

/** The file is damaged, or is no database at all. */
export function isCorrupt(error: unknown): boolean {
  const code = primaryCode(error)
  return code === CORRUPT || code === NOT_A_DATABASE
}

/** The disk took nothing more, and the connection is as good as before. */
export function isFull(error: unknown): boolean {
  return primaryCode(error) === FULL
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}

/** Renames a damaged database and its companions, and returns the new name. `at` is wall time in ms. */
export function setAside(file: string, at: number): string {
  const broken = `${file}.broken-${new Date(at).toISOString().replaceAll(':', '-')}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, broken + suffix)
  }
  return broken
}

/** A column that is a number. Throws TypeError for anything else. */
export function numeric(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError(`a number was expected, not ${typeof value}`)
  return value
}

/** A column that is a text. Throws TypeError for anything else. */
export function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`a text was expected, not ${typeof value}`)
  return value
}

export function optionalNumber(value: SQLOutputValue | undefined): number | null {
  return value === null ? null : numeric(value)
}

export function optionalText(value: SQLOutputValue | undefined): string | null {
  return value === null ? null : text(value)
}
