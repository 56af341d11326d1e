-- Who may ask, and what was decided by whom.
--
-- These tables are written beside the one writer (Database::open_beside_writer), so that a login does not wait for the
-- end of an import. Nothing in them refers to reports. Secrets are kept as hashes only.

-- People who log in with a password. Names are lower case.
CREATE TABLE account (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  password      TEXT NOT NULL,     -- Argon2id with its salt and costs, as libsodium writes it
  role          TEXT NOT NULL,     -- admin, viewer
  domains       TEXT NOT NULL,     -- "example.com *.example.org": all that it sees; empty: everything
  created_at    INTEGER NOT NULL,
  last_login_at INTEGER
) STRICT;

-- Browsers that are logged in.
CREATE TABLE session (
  hash       BLOB PRIMARY KEY,     -- SHA-256 of what stands in the cookie
  account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL      -- within a minute
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);

-- Programs that ask: "rua_<id>_<secret>".
CREATE TABLE token (
  id           TEXT PRIMARY KEY,
  hash         BLOB NOT NULL,      -- SHA-256 of the secret, which is 256 random bits
  name         TEXT NOT NULL,      -- what its maker calls it
  scope        TEXT NOT NULL,      -- read, ingest, admin
  domains      TEXT NOT NULL,      -- as of an account
  created_at   INTEGER NOT NULL,
  created_by   TEXT NOT NULL,      -- as audit.actor
  expires_at   INTEGER,            -- null: never
  last_used_at INTEGER,            -- within a minute
  revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

-- Decisions, the youngest last; the oldest are forgotten past 100,000.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  actor   TEXT NOT NULL,           -- "user alice", "token 1f2e3d4c5b", "this machine", "command line (root)"
  address TEXT NOT NULL,           -- where it was asked from; empty: the command line
  action  TEXT NOT NULL,           -- login, user_added, failure_ignored, ...: schema/audit.h
  target  TEXT NOT NULL,           -- whom or what it is about: a name, an id
  detail  TEXT NOT NULL            -- more of it, for people; may be empty
) STRICT;
