-- Mails that ended the process which read them, before they are tried again or put aside: whoever starts next knows
-- how many lives each has cost. A row goes when its mail has an outcome.
CREATE TABLE death (
  sha256 BLOB PRIMARY KEY,        -- of the mail as it came
  deaths INTEGER NOT NULL,
  code   TEXT NOT NULL,           -- cpu, memory, timeout or worker_crash: the last one
  at     INTEGER NOT NULL         -- the last one
) STRICT, WITHOUT ROWID;
