-- Sums by source over all domains, for windows of weeks and months: `daily_source` has nearly as many rows as there are
-- records, a week over all domains less than half of them, and packed they are read twenty times as fast.
--
-- A week is packed some time after it is over, whole, from daily_source (schema/weekly_sources.h). Whatever changes one of
-- its days takes its rows away in the same transaction, so that a week that is here is right; one that is not is asked
-- of daily_source.
CREATE TABLE weekly_source (
  week INTEGER NOT NULL,   -- its first day, a Monday
  n    INTEGER NOT NULL,   -- pieces of a week, counted from 0; there is at least one
  sums BLOB NOT NULL,      -- by address and result (schema/packed_sums.h)
  PRIMARY KEY (week, n)
) STRICT, WITHOUT ROWID;
