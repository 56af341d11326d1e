-- The days of one address are read out of packed weeks, too, instead of through an index of `daily_source`: that one had
-- a page to be written for nearly each record, which was a fifth of the time of an import and more the larger it had
-- grown. And sums of packed weeks are there for each domain, as well as for all together.
--
-- As before, whatever changes a day of a week takes all of the week away in the same transaction. All are packed anew.
DROP INDEX daily_source_address;
DROP TABLE weekly_source;
CREATE TABLE weekly_source (
  week      INTEGER NOT NULL,   -- its first day, a Monday
  domain_id INTEGER NOT NULL,   -- 0: all of them together, which are there for every packed week
  n         INTEGER NOT NULL,   -- pieces, counted from 0; there is at least one
  sums      BLOB NOT NULL,      -- by address and result (schema/packed_sums.h)
  PRIMARY KEY (week, domain_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE weekly_days (
  id   INTEGER PRIMARY KEY,     -- the week << 32 | the first address
  sums BLOB NOT NULL            -- its rows of daily_source by address (schema/packed_days.h)
) STRICT;
