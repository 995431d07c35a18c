/**
 * The hub's tables, one step a version (`user_version` counts them). Plain SQL that PostgreSQL would read, too, but for
 * the growing key. A step that was released is never changed: write another.
 *
 * `events.id` is the order of commit, which readers page by. `visits` is kept from the events in the same transaction:
 * an end may come before its begin, and a visit without `begun` (ms since 1970) does not count yet.
 */
export const migrations = [
  `CREATE TABLE events (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     kiosk TEXT NOT NULL,
     stream TEXT NOT NULL,
     seq INTEGER NOT NULL,
     type TEXT NOT NULL,
     received INTEGER NOT NULL,
     json TEXT NOT NULL,
     UNIQUE (kiosk, stream, seq)
   );
   CREATE TABLE set_aside (
     digest TEXT PRIMARY KEY,
     kiosk TEXT NOT NULL,
     reason TEXT NOT NULL,
     received INTEGER NOT NULL,
     content TEXT NOT NULL
   );
   CREATE TABLE visits (
     kiosk TEXT NOT NULL,
     visit TEXT NOT NULL,
     exhibit TEXT NOT NULL,
     begun INTEGER,
     how TEXT,
     dwell REAL,
     mode TEXT NOT NULL,
     language TEXT NOT NULL,
     staffed INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (kiosk, visit)
   );
   CREATE INDEX visits_begun ON visits (begun);
   CREATE TABLE kiosks (
     kiosk TEXT PRIMARY KEY,
     stored INTEGER NOT NULL,
     last_seen INTEGER NOT NULL
   )`,
]
