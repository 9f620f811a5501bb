-- The first schema. Every table but `tally` has a rowid of its own (`id`) and a checksum of its row
-- (`sum`), kept by triggers that the program adds while it has the file open (src/sums.rs). Times are
-- nanoseconds since 1970, as evidence has them; `length`s are seconds.

-- How many rows each table has: kept beside them, so that a missing row is noticed.
CREATE TABLE tally (name TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID;

-- What the program itself remembers: when it last recorded, since when it watches.
CREATE TABLE state (
  id INTEGER PRIMARY KEY, sum INTEGER,
  name TEXT NOT NULL UNIQUE, value TEXT NOT NULL
);

-- What the user chose.
CREATE TABLE setting (
  id INTEGER PRIMARY KEY, sum INTEGER,
  name TEXT NOT NULL UNIQUE, value TEXT NOT NULL
);

-- Ledgers in their saved form; several of one hour until the hour is over. `packing`: 0 as it is,
-- 1 zstd.
CREATE TABLE slice (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sum INTEGER,
  start INTEGER NOT NULL, length INTEGER NOT NULL, packing INTEGER NOT NULL, ledger BLOB NOT NULL
);
CREATE INDEX slice_start ON slice (length, start);

-- Bytes of each station (`mac …` or `ip …`, as in device_key; `home` for all together; nothing for those
-- beyond what is kept apart) by hour, and by day when older.
CREATE TABLE traffic (
  id INTEGER PRIMARY KEY, sum INTEGER,
  station TEXT NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
  up INTEGER NOT NULL, down INTEGER NOT NULL,
  UNIQUE (station, start, length)
);
CREATE INDEX traffic_start ON traffic (length, start);

-- When nothing was recorded.
CREATE TABLE gap (
  id INTEGER PRIMARY KEY, sum INTEGER,
  start INTEGER NOT NULL, end INTEGER NOT NULL
);

CREATE TABLE device (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sum INTEGER,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, longest_gap INTEGER NOT NULL DEFAULT 0,
  silent_since INTEGER, role TEXT NOT NULL DEFAULT 'unknown', called TEXT,
  brand TEXT, model TEXT, kind TEXT, firmware TEXT, firmware_since INTEGER,
  muted_until INTEGER,
  user_name TEXT, user_room TEXT, user_brand TEXT, user_model TEXT, user_kind TEXT, user_text TEXT
);

-- By what a device is told again: identifiers as notes write them, or `ip …`.
CREATE TABLE device_key (
  id INTEGER PRIMARY KEY, sum INTEGER,
  device INTEGER NOT NULL, key TEXT NOT NULL, last_seen INTEGER NOT NULL,
  UNIQUE (device, key)
);
CREATE INDEX device_key_key ON device_key (key);

-- Countries and organisations a device had to do with. `kind`: country, organisation.
CREATE TABLE contact (
  id INTEGER PRIMARY KEY, sum INTEGER,
  device INTEGER NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, name TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  UNIQUE (device, kind, what)
);

-- What lists and laws say of a device. `kind`: listing (`what` is list and entry), law.
CREATE TABLE standing (
  id INTEGER PRIMARY KEY, sum INTEGER,
  device INTEGER NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, name TEXT NOT NULL,
  says TEXT NOT NULL,
  UNIQUE (device, kind, what)
);

CREATE TABLE finding (
  id INTEGER PRIMARY KEY, sum INTEGER,
  device INTEGER NOT NULL, rule TEXT NOT NULL, cause TEXT NOT NULL, title TEXT NOT NULL,
  severity TEXT NOT NULL, proof TEXT NOT NULL, firmware TEXT,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, gone_at INTEGER, gone_by TEXT,
  UNIQUE (device, rule)
);

CREATE TABLE step (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sum INTEGER,
  device INTEGER NOT NULL, cause TEXT NOT NULL, rule TEXT NOT NULL, text TEXT NOT NULL,
  breaks TEXT, verified_by TEXT, effort TEXT NOT NULL, place INTEGER NOT NULL,
  since INTEGER NOT NULL, state TEXT NOT NULL, state_at INTEGER NOT NULL, proof TEXT,
  UNIQUE (device, cause)
);

-- What changed. `told`: when a message of it was sent, or it was settled that none is.
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sum INTEGER,
  at INTEGER NOT NULL, device INTEGER, change TEXT NOT NULL, told INTEGER, how_told TEXT
);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_untold ON event (id) WHERE told IS NULL;
