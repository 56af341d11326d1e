-- Two more things are packed once a week is over: the rows of `daily`, and what records say of each address. Questions
-- about all domains and one address read every report of every day on which it sent without the second, and half a
-- million rows for a year of dispositions without the first.
--
-- As before, whatever changes a day of a week takes all of the week away in the same transaction. All are packed anew.
DROP TABLE weekly_days;
CREATE TABLE weekly_days (
  id    INTEGER PRIMARY KEY,    -- the week << 32 | the first address
  bytes BLOB NOT NULL           -- its rows of daily_source by address (schema/packed_days.h)
) STRICT;
DELETE FROM weekly_source;
CREATE TABLE weekly_result (
  id    INTEGER PRIMARY KEY,    -- the week << 32 | the domain
  bytes BLOB NOT NULL           -- its rows of daily (schema/packed_results.h)
) STRICT;
-- These two are gone, too, when records are pruned and their totals stay.
CREATE TABLE weekly_detail (
  week    INTEGER PRIMARY KEY,
  details BLOB NOT NULL         -- what its records say beside address and messages (schema/packed_week_records.h)
) STRICT;
CREATE TABLE weekly_record (
  id    INTEGER PRIMARY KEY,    -- the week << 32 | the first address
  bytes BLOB NOT NULL           -- its records by address (schema/packed_week_records.h)
) STRICT;
