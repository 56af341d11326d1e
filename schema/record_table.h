// What SQL sees of stored records: a table `record` to read from, with a row for each record of each report, made while
// it is read of the bytes in `report_records` (schema/stored_records.h). Inside schema/ only: part of every connection.
//
// * report_id, n: its report, and which of its records, counted from 0 in the order of the document
// * address_id, messages, result_id, header_from_id, auth_id, override_id
// * envelope_from_id: of text; null: not reported; the empty text: the null reverse-path
// * envelope_to_id: of text; null: not reported
// * raw: JSON object of the words that were normalised away (source_ip, disposition, dkim, spf); null mostly
// * estimate: our own guess at alignment, never counted: dkim | spf << 2, each a schema::DmarcResult
//
// Rows come by report and n. Those of one report are found at once; whatever else is asked reads all of them.
#pragma once

struct sqlite3;

namespace schema {

// Gives a connection the table, and the aggregate pack_records(n, address_id, messages, result_id, header_from_id,
// envelope_from_id, envelope_to_id, auth_id, override_id, estimate, has_raw) that makes the bytes of rows in the order
// of their n. Returns the result code of SQLite.
int add_record_table(sqlite3* connection);

}  // namespace schema
