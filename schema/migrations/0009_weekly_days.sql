-- The days of one address are read out of packed weeks, too, instead of through an index of `daily_source`: that one had
-- a page to be written for nearly each record, which was a fifth of the time of an import and more the larger it had
-- grown.
--
-- A week is here when it is in `weekly_source`, and as right as it is there. All are packed anew.
DROP INDEX daily_source_address;
DELETE FROM weekly_source;
CREATE TABLE weekly_days (
  id   INTEGER PRIMARY KEY,   -- the week (its Monday) << 32 | the first address
  sums BLOB NOT NULL          -- schema/packed_days.h
) STRICT;
