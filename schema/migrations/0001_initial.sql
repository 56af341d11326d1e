-- The first schema.
--
-- Days are UTC days since 1970-01-01, times are seconds since 1970-01-01T00:00:00Z, enumerations are the numbers of
-- schema/report.h, schema/verdict.h and schema/reason.h (never renumber those).
--
-- Strings that repeat are kept once and referred to by number: a record is a row of small integers. What must never be
-- lost (originals, ledger, reports, records) stands first; what can be rebuilt from it (roll-ups) stands last.

-- One row a fact about the database itself: 'generation' (one more at each commit that readers should notice),
-- 'parser' (version that read the newest report).
CREATE TABLE state (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO state VALUES ('generation', 0);

------------------------------------------------------------------------------------------------------------- the ledger

-- Where messages lie: a file, a folder, a mailbox, 'stdin', 'upload'.
CREATE TABLE origin (
  id   INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,          -- file, mbox, maildir, imap, pop3, lmtp, stdin, upload
  name TEXT NOT NULL,          -- path or mailbox name
  UNIQUE (kind, name)
) STRICT;

-- One pass over some origins, by import, fetch or upload.
CREATE TABLE run (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,   -- import, upload, fetch, lmtp, retry
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER,         -- null: running, or cut off
  mails       INTEGER NOT NULL DEFAULT 0,   -- mails and loose files read
  attachments INTEGER NOT NULL DEFAULT 0,   -- the sum of the five outcomes
  stored      INTEGER NOT NULL DEFAULT 0,
  duplicate   INTEGER NOT NULL DEFAULT 0,
  conflict    INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  ignored     INTEGER NOT NULL DEFAULT 0,
  records     INTEGER NOT NULL DEFAULT 0,   -- stored by this run
  messages    INTEGER NOT NULL DEFAULT 0    -- stored by this run
) STRICT;

-- Bytes as they came: of each attachment, or of a whole mail that could not be taken apart. Compressed once, or kept as
-- they are where they were compressed already. What is too long to keep still lies where it came from.
CREATE TABLE original (
  id       INTEGER PRIMARY KEY,
  sha256   BLOB NOT NULL UNIQUE,   -- of the bytes as they came; of the part we were given where a mail is too large
  bytes    INTEGER NOT NULL,       -- length as they came
  encoding INTEGER NOT NULL,       -- 0: body is the bytes; 1: body is a zlib stream of them; 2: not kept
  body     BLOB NOT NULL
) STRICT;

-- Every mail and every loose file that was read. Read again from the same place it stays one row.
CREATE TABLE mail (
  id          INTEGER PRIMARY KEY,
  origin_id   INTEGER NOT NULL REFERENCES origin,
  position    TEXT NOT NULL,       -- in the origin: byte offset, file name, UID
  sha256      BLOB NOT NULL,
  bytes       INTEGER NOT NULL,
  kind        TEXT NOT NULL,       -- file, report, tls_report, failure_report, bounce, auto_reply, other
  subject     TEXT,
  from_       TEXT,
  message_id  TEXT,
  date        INTEGER,             -- of the Date header
  authenticity TEXT NOT NULL DEFAULT 'unverified',  -- pass, fail, unverified: what our own mail server says of DMARC
  run_id      INTEGER NOT NULL REFERENCES run,   -- that read it first
  last_run_id INTEGER NOT NULL REFERENCES run,   -- that read it last
  read_at     INTEGER NOT NULL,    -- first
  seen        INTEGER NOT NULL DEFAULT 1,        -- how often it was read
  parser      TEXT NOT NULL,       -- version that decided the outcomes
  UNIQUE (origin_id, position, sha256)
) STRICT;
CREATE INDEX mail_sha256 ON mail (sha256);

-- What became of every attachment: one row for each document in it, one row for a mail without any candidate.
CREATE TABLE attachment (
  mail_id     INTEGER NOT NULL REFERENCES mail,
  n           INTEGER NOT NULL,    -- counted from 0 within the mail
  name        TEXT NOT NULL,       -- file and entry names, display text only
  document    INTEGER NOT NULL,    -- which document of the original, counted from 0
  original_id INTEGER REFERENCES original,   -- null where nothing was worth keeping
  outcome     INTEGER NOT NULL,    -- schema::Outcome
  code        TEXT,                -- reason code; null when stored
  report_id   INTEGER REFERENCES report ON DELETE SET NULL,   -- stored, duplicate: this one; conflict: the first one
  failure_id  INTEGER REFERENCES failure ON DELETE SET NULL,  -- quarantined, conflict; stays when that was resolved
  PRIMARY KEY (mail_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_failure ON attachment (failure_id) WHERE failure_id IS NOT NULL;
CREATE INDEX attachment_original ON attachment (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX attachment_report ON attachment (report_id) WHERE report_id IS NOT NULL;

-- What could not be counted and waits for a decision. The same bytes with the same outcome are one failure, however
-- often they arrive.
CREATE TABLE failure (
  id           INTEGER PRIMARY KEY,
  original_id  INTEGER NOT NULL REFERENCES original,
  document     INTEGER NOT NULL,   -- which document of the original, counted from 0
  code         TEXT NOT NULL,
  stage        INTEGER NOT NULL,   -- schema::Stage
  detail       TEXT NOT NULL,      -- one sentence
  line         INTEGER,            -- position in the document, or in the mail when the stage is mail
  column_      INTEGER,
  byte         INTEGER,
  excerpt      TEXT,               -- text around it, without control characters
  rival_id     INTEGER REFERENCES report ON DELETE SET NULL,   -- conflict: the report that was first
  state        TEXT NOT NULL DEFAULT 'open',   -- open, ignored, resolved
  note         TEXT,               -- why a person decided so
  tries        INTEGER NOT NULL DEFAULT 1,
  first_failed INTEGER NOT NULL,
  last_tried   INTEGER NOT NULL,
  parser       TEXT NOT NULL,
  UNIQUE (original_id, document)
) STRICT;
CREATE INDEX failure_state ON failure (state, code);

------------------------------------------------------------------------------------------------------- kept once, by number

CREATE TABLE text (              -- domains of records, selectors, raw words
  id    INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE domain (            -- policy domains: lower-case A-labels
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE reporter (
  id        INTEGER PRIMARY KEY,
  org_name  TEXT NOT NULL,       -- as first seen
  email     TEXT NOT NULL,
  org_key   TEXT NOT NULL,       -- lower case; what filters and lists go by
  email_key TEXT NOT NULL,
  UNIQUE (org_key, email_key)
) STRICT;

-- Published policies as reports tell them. 0 stands for 'not said'.
CREATE TABLE policy (
  id               INTEGER PRIMARY KEY,
  p                INTEGER NOT NULL,   -- schema::Policy
  sp               INTEGER NOT NULL,
  np               INTEGER NOT NULL,
  adkim            INTEGER NOT NULL,   -- schema::Alignment
  aspf             INTEGER NOT NULL,
  pct              INTEGER NOT NULL,   -- -1: not said
  fo               TEXT NOT NULL,
  testing          INTEGER NOT NULL,   -- -1: not said, 0: n, 1: y
  discovery_method INTEGER NOT NULL,
  raw              TEXT NOT NULL,      -- JSON object of the words that were not understood, '{}' mostly
  UNIQUE (p, sp, np, adkim, aspf, pct, fo, testing, discovery_method, raw)
) STRICT;

-- Source addresses as 16 bytes, IPv4 in its mapped form; the empty blob stands for all sources that are no address.
CREATE TABLE address (
  id INTEGER PRIMARY KEY,
  ip BLOB NOT NULL UNIQUE
) STRICT;

-- What a receiver made of a message, all that charts ask for. The three lowest bits of its number are the class, so that
-- sums by class need no look at this table.
CREATE TABLE result (
  id          INTEGER PRIMARY KEY CHECK (id & 7 = class),
  class       INTEGER NOT NULL,   -- schema::ResultClass
  disposition INTEGER NOT NULL,   -- schema::Disposition
  dkim        INTEGER NOT NULL,   -- schema::DmarcResult, aligned
  spf         INTEGER NOT NULL,
  combination TEXT NOT NULL,      -- schema::combination()
  UNIQUE (disposition, dkim, spf, combination)
) STRICT;

-- The raw authentication results of a record, as the API gives them.
CREATE TABLE auth (
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,    -- first 16 bytes of the SHA-256 of both
  dkim   TEXT NOT NULL,           -- JSON array of {domain, selector, result, ...}
  spf    TEXT NOT NULL            -- JSON array of {domain, scope, result, ...}
) STRICT;

-- The same, row by row, for filters and breakdowns.
CREATE TABLE auth_dkim (
  auth_id     INTEGER NOT NULL REFERENCES auth,
  n           INTEGER NOT NULL,
  domain_id   INTEGER NOT NULL REFERENCES text,
  selector_id INTEGER NOT NULL REFERENCES text,
  result      INTEGER NOT NULL,   -- schema::AuthResult
  PRIMARY KEY (auth_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE auth_spf (
  auth_id   INTEGER NOT NULL REFERENCES auth,
  n         INTEGER NOT NULL,
  domain_id INTEGER NOT NULL REFERENCES text,
  scope     INTEGER NOT NULL,     -- schema::SpfScope
  result    INTEGER NOT NULL,
  PRIMARY KEY (auth_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_dkim_domain ON auth_dkim (domain_id);
CREATE INDEX auth_spf_domain ON auth_spf (domain_id);

-- The override reasons of a record.
CREATE TABLE override (
  id    INTEGER PRIMARY KEY,
  types INTEGER NOT NULL,         -- bit 1 << schema::OverrideType for each type in it
  value TEXT NOT NULL UNIQUE      -- JSON array of {type, comment}, {raw} where that is another word
) STRICT;
INSERT INTO override VALUES (0, 0, '[]');

------------------------------------------------------------------------------------------------------------- the reports

CREATE TABLE report (
  id             INTEGER PRIMARY KEY,
  domain_id      INTEGER NOT NULL REFERENCES domain,
  reporter_id    INTEGER NOT NULL REFERENCES reporter,
  report_id      TEXT NOT NULL,    -- the reporter's; SHA-256 of the content in hexadecimal where it gave none
  begin_         INTEGER NOT NULL,
  end_           INTEGER NOT NULL,
  day            INTEGER NOT NULL, -- of the middle of the period
  policy_id      INTEGER NOT NULL REFERENCES policy,
  content_hash   BLOB NOT NULL,    -- SHA-256 over the sorted records
  records        INTEGER NOT NULL,
  messages       INTEGER NOT NULL,
  pass_both      INTEGER NOT NULL, -- messages, as are the next four
  pass_one       INTEGER NOT NULL,
  fail_delivered INTEGER NOT NULL,
  fail_stopped   INTEGER NOT NULL,
  unknown        INTEGER NOT NULL,
  dialect        INTEGER NOT NULL, -- schema::Dialect
  version        TEXT NOT NULL,
  extra_contact_info TEXT NOT NULL,
  errors         TEXT NOT NULL,    -- JSON array of strings
  generator      TEXT NOT NULL,
  notes          TEXT NOT NULL,    -- JSON array of {code, count, line, column, byte, detail}
  authenticity   TEXT NOT NULL DEFAULT 'unverified',   -- of the mail it came in: pass, fail, unverified
  original_id    INTEGER REFERENCES original,   -- null: originals are not kept
  document       INTEGER NOT NULL, -- which document of the original
  name           TEXT NOT NULL,    -- of the file it came in, display text only
  mail_id        INTEGER NOT NULL REFERENCES mail,   -- that brought it first
  stored_at      INTEGER NOT NULL,
  parser         TEXT NOT NULL,
  UNIQUE (domain_id, reporter_id, report_id, begin_, end_)
) STRICT;
CREATE INDEX report_day ON report (day, id);
CREATE INDEX report_original ON report (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX report_domain_day ON report (domain_id, day);
-- Answers by itself what asks for nothing but domains, days, reporters, policies and classes.
CREATE INDEX report_sums ON report (day, domain_id, reporter_id, policy_id, messages, pass_both, pass_one,
                                    fail_delivered, fail_stopped, unknown);

-- Each arrival of a report that was stored before.
CREATE TABLE sighting (
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  mail_id   INTEGER NOT NULL REFERENCES mail,
  n         INTEGER NOT NULL,      -- attachment of that mail
  seen_at   INTEGER NOT NULL,
  PRIMARY KEY (report_id, mail_id, n)
) STRICT, WITHOUT ROWID;

-- Its numbers were given by schema/intern.cpp in the same transaction: REFERENCES would look each of them up again for each
-- record, half of the time of an import (`ruadar db verify` looks). Records of an address are found by way of daily_source,
-- which tells on which days a domain was sent from it: an index of their own would be a third of their size, and the
-- slowest part of writing them.
CREATE TABLE record (
  report_id        INTEGER NOT NULL REFERENCES report ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  n                INTEGER NOT NULL,   -- counted from 0, in the order of the document
  address_id       INTEGER NOT NULL,
  messages         INTEGER NOT NULL,
  result_id        INTEGER NOT NULL,
  header_from_id   INTEGER NOT NULL,   -- of text
  envelope_from_id INTEGER,            -- of text; null: not reported; the empty text: the null reverse-path
  envelope_to_id   INTEGER,
  auth_id          INTEGER NOT NULL,
  override_id      INTEGER NOT NULL,
  raw              TEXT,               -- JSON object of the words that were normalised away (source_ip, disposition,
                                       -- dkim, spf); null mostly
  estimate         INTEGER NOT NULL,   -- our own guess at alignment, never counted: dkim | spf << 2, each a
                                       -- schema::DmarcResult of schema::estimate_alignment()
  PRIMARY KEY (report_id, n)
) STRICT, WITHOUT ROWID;

-------------------------------------------------------------------------------- roll-ups: can be rebuilt from the records

-- Answers what asks for the From domain or the details of a result.
CREATE TABLE daily (
  domain_id      INTEGER NOT NULL,
  day            INTEGER NOT NULL,
  reporter_id    INTEGER NOT NULL,
  policy_id      INTEGER NOT NULL,
  header_from_id INTEGER NOT NULL,
  result_id      INTEGER NOT NULL,
  messages       INTEGER NOT NULL,
  records        INTEGER NOT NULL,
  PRIMARY KEY (domain_id, day, reporter_id, policy_id, header_from_id, result_id)
) STRICT, WITHOUT ROWID;

-- Answers what asks for addresses.
CREATE TABLE daily_source (
  domain_id  INTEGER NOT NULL,
  day        INTEGER NOT NULL,
  address_id INTEGER NOT NULL,
  result_id  INTEGER NOT NULL,
  messages   INTEGER NOT NULL,
  records    INTEGER NOT NULL,
  PRIMARY KEY (domain_id, day, address_id, result_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX daily_source_address ON daily_source (address_id, day);
