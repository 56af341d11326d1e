-- Runs that somebody wants to end. Written beside the one writer, as are the tables of 0002_access.sql: whoever is at the
-- run looks here between two commits.
CREATE TABLE run_stop (
  run_id   INTEGER PRIMARY KEY REFERENCES run,
  asked_at INTEGER NOT NULL
) STRICT;

-- 1: the run ended before there was nothing more to read, as somebody wanted it, here or with Ctrl-C.
ALTER TABLE run ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
