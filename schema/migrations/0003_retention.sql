-- What stays of reports that were pruned, and what keeping the database has come to.
--
-- Two more rows of `state`: 'kept_from', the first day of which totals may have stayed, and 'emptying', the report whose
-- records are being pruned over several steps; neither is there mostly.

-- When the records and the original of a report were given up while its totals stay; null: it is whole.
ALTER TABLE report ADD COLUMN pruned_at INTEGER;
CREATE INDEX report_whole ON report (day, id) WHERE pruned_at IS NULL;

-- Reports that were pruned without leaving totals: who they were, so that an old mail which comes back is a duplicate and
-- not new. Forgotten after a while themselves.
CREATE TABLE pruned_report (
  domain_id    INTEGER NOT NULL REFERENCES domain,
  reporter_id  INTEGER NOT NULL REFERENCES reporter,
  report_id    TEXT NOT NULL,
  begin_       INTEGER NOT NULL,
  end_         INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  records      INTEGER NOT NULL,   -- what was left of it, when it went
  messages     INTEGER NOT NULL,
  pruned_at    INTEGER NOT NULL,
  PRIMARY KEY (domain_id, reporter_id, report_id, begin_, end_)
) STRICT, WITHOUT ROWID;
CREATE INDEX pruned_report_age ON pruned_report (pruned_at);

-- The rest is written beside the one writer, as are the tables of 0002_access.sql.

-- Passes of pruning that found something, the youngest last.
CREATE TABLE prune_run (
  id             INTEGER PRIMARY KEY,
  ended_at       INTEGER NOT NULL,
  kind           TEXT NOT NULL,      -- retention, command
  before_day     INTEGER NOT NULL,   -- days before it were pruned
  reports        INTEGER NOT NULL,
  records        INTEGER NOT NULL,
  failures       INTEGER NOT NULL,
  originals      INTEGER NOT NULL,
  original_bytes INTEGER NOT NULL    -- as they were kept
) STRICT;

-- Copies that were opened and compared with what they are copies of.
CREATE TABLE backup (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  path       TEXT NOT NULL,
  bytes      INTEGER NOT NULL,
  generation INTEGER NOT NULL,       -- of the database it holds
  version    INTEGER NOT NULL,       -- of its schema
  reports    INTEGER NOT NULL,
  mails      INTEGER NOT NULL
) STRICT;

-- The time that this machine last told, by which a clock that jumps is recognised.
CREATE TABLE clock (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  seen_at INTEGER NOT NULL
) STRICT;
