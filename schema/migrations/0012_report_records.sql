-- The records of a report are one row of bytes (schema/stored_records.h) instead of a row each: a third of the room, and
-- of the time of writing them. SQL reads them as before, as the table `record` (schema/record_table.h).
CREATE TABLE report_records (
  report_id INTEGER PRIMARY KEY REFERENCES report ON DELETE CASCADE,
  rows      BLOB NOT NULL
) STRICT;

-- Of the few records that have any: JSON object of the words that were normalised away (source_ip, disposition, dkim,
-- spf).
CREATE TABLE record_raw (
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  n         INTEGER NOT NULL,   -- which record, counted from 0
  raw       TEXT NOT NULL,
  PRIMARY KEY (report_id, n)
) STRICT, WITHOUT ROWID;

INSERT INTO record_raw SELECT report_id, n, raw FROM record WHERE raw IS NOT NULL;
INSERT INTO report_records
  SELECT report_id, pack_records(n, address_id, messages, result_id, header_from_id, envelope_from_id, envelope_to_id,
                                 auth_id, override_id, estimate, raw IS NOT NULL)
  FROM record GROUP BY report_id;
DROP TABLE record;
