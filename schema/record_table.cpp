#include "schema/record_table.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/stored_records.h"

namespace schema {
namespace {

constexpr auto declaration =
    "CREATE TABLE record (report_id INTEGER, n INTEGER, address_id INTEGER, messages INTEGER, result_id INTEGER, "
    "header_from_id INTEGER, envelope_from_id INTEGER, envelope_to_id INTEGER, auth_id INTEGER, override_id INTEGER, "
    "raw TEXT, estimate INTEGER)";
enum Column : int {
  report_id,
  n,
  address_id,
  messages,
  result_id,
  header_from_id,
  envelope_from_id,
  envelope_to_id,
  auth_id,
  override_id,
  raw,
  estimate
};

// How rows are found; what a plan shows of it.
enum Way : int { every_report, one_report };
constexpr const char* words_of_way[] = {"every report", "one report"};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using OwnStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

// Statements that nobody reads from at the moment. A subquery opens the table anew for each row around it.
class Spare {
 public:
  Spare(sqlite3* connection, const char* sql) : connection_(connection), sql_(sql) {}
  // Null: `code` says why.
  OwnStatement take(int& code) {
    code = SQLITE_OK;
    if (!idle_.empty()) {
      auto statement = std::move(idle_.back());
      idle_.pop_back();
      return statement;
    }
    sqlite3_stmt* made = nullptr;
    code = sqlite3_prepare_v3(connection_, sql_, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    return OwnStatement(made);
  }
  void give_back(OwnStatement statement) {
    if (!statement) return;
    sqlite3_reset(statement.get());
    idle_.push_back(std::move(statement));
  }

 private:
  sqlite3* const connection_;
  const char* const sql_;
  std::vector<OwnStatement> idle_;
};

struct Table : sqlite3_vtab {
  explicit Table(sqlite3* connection)
      : sqlite3_vtab{},
        ways{Spare(connection, "SELECT report_id, rows FROM report_records ORDER BY report_id"),
             Spare(connection, "SELECT report_id, rows FROM report_records WHERE report_id = ?")},
        raw_words(connection, "SELECT raw FROM record_raw WHERE report_id = ? AND n = ?") {}

  int fail(int code, const std::string& words) {
    sqlite3_free(zErrMsg);
    zErrMsg = sqlite3_mprintf("%s", words.c_str());
    return code;
  }

  Spare ways[2];
  Spare raw_words;
};

struct Cursor : sqlite3_vtab_cursor {
  explicit Cursor(Table& of) : sqlite3_vtab_cursor{}, table(of) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor() {
    close();
    table.raw_words.give_back(std::move(raw_words));
  }

  void close() {
    at_end = true;
    table.ways[way].give_back(std::move(reports));
  }

  int open(Way by, sqlite3_value* wanted) {
    close();
    way = by;
    int code = SQLITE_OK;
    reports = table.ways[way].take(code);
    if (!reports) return code;
    if (way == one_report) sqlite3_bind_value(reports.get(), 1, wanted);
    at_end = false;
    return next_report();
  }

  int next() {
    ++number;
    if (records.next()) return SQLITE_OK;
    return records.broken() ? unreadable() : next_report();
  }

  // To the first record of the next report that has any.
  int next_report() {
    for (;;) {
      const int code = sqlite3_step(reports.get());
      if (code != SQLITE_ROW) {
        at_end = true;
        return code == SQLITE_DONE ? SQLITE_OK : code;
      }
      report = sqlite3_column_int64(reports.get(), 0);
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(reports.get(), 1));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(reports.get(), 1));
      records = StoredRecords(bytes == nullptr ? std::string_view() : std::string_view(bytes, size));
      number = 0;
      if (records.next()) return SQLITE_OK;
      if (records.broken()) return unreadable();
    }
  }

  int unreadable() {
    at_end = true;
    return table.fail(SQLITE_CORRUPT_VTAB, fmt::format("the records of report {} cannot be read", report));
  }

  int give_raw(sqlite3_context* context) {
    if (!records.has_raw()) return SQLITE_OK;
    int code = SQLITE_OK;
    if (!raw_words) raw_words = table.raw_words.take(code);
    if (!raw_words) return code;
    sqlite3_bind_int64(raw_words.get(), 1, report);
    sqlite3_bind_int64(raw_words.get(), 2, number);
    code = sqlite3_step(raw_words.get());
    if (code == SQLITE_ROW) sqlite3_result_value(context, sqlite3_column_value(raw_words.get(), 0));
    sqlite3_reset(raw_words.get());
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
  }

  Table& table;
  Way way = every_report;
  OwnStatement reports, raw_words;
  std::int64_t report = 0, number = 0;
  StoredRecords records;
  bool at_end = true;
};

int connect(sqlite3* connection, void*, int, const char* const*, sqlite3_vtab** table, char**) {
  const int code = sqlite3_declare_vtab(connection, declaration);
  if (code == SQLITE_OK) *table = new Table(connection);
  return code;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

// Whether rows as they come are in the order that is asked for.
bool is_in_order(const sqlite3_index_info& asked, Way way) {
  int next = way == one_report ? n : report_id;
  for (int i = 0; i < asked.nOrderBy; ++i) {
    const auto& by = asked.aOrderBy[i];
    if (by.desc != 0) return false;
    if (way == one_report && by.iColumn == report_id) continue;
    if (by.iColumn != next++ || by.iColumn > n) return false;
  }
  return true;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* asked) {
  // Of a usual report, and of many of them.
  constexpr double records_of_report = 150, records_of_all = 100e6;
  Way way = every_report;
  for (int i = 0; i < asked->nConstraint && way == every_report; ++i) {
    const auto& constraint = asked->aConstraint[i];
    if (constraint.usable == 0 || constraint.iColumn != report_id || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ)
      continue;
    way = one_report;
    asked->aConstraintUsage[i].argvIndex = 1;
    asked->aConstraintUsage[i].omit = 1;
  }
  asked->idxNum = way;
  asked->idxStr = const_cast<char*>(words_of_way[way]);
  asked->orderByConsumed = is_in_order(*asked, way) ? 1 : 0;
  asked->estimatedRows = static_cast<sqlite3_int64>(way == one_report ? records_of_report : records_of_all);
  asked->estimatedCost = way == one_report ? records_of_report : records_of_all;
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  *cursor = new Cursor(*static_cast<Table*>(table));
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int way, const char*, int, sqlite3_value** values) {
  return static_cast<Cursor*>(cursor)->open(static_cast<Way>(way), way == one_report ? values[0] : nullptr);
}

int next_row(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor*>(cursor)->next();
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor*>(cursor)->at_end ? 1 : 0;
}

void give(sqlite3_context* context, const std::optional<std::int64_t>& number) {
  if (number) sqlite3_result_int64(context, *number);  // null otherwise
}

int column(sqlite3_vtab_cursor* of, sqlite3_context* context, int which) {
  auto& cursor = *static_cast<Cursor*>(of);
  const auto& records = cursor.records;
  switch (static_cast<Column>(which)) {
    case report_id:
      return give(context, cursor.report), SQLITE_OK;
    case n:
      return give(context, cursor.number), SQLITE_OK;
    case address_id:
      return give(context, records.address_id()), SQLITE_OK;
    case messages:
      return give(context, records.messages()), SQLITE_OK;
    case result_id:
      return give(context, records.details().result_id), SQLITE_OK;
    case header_from_id:
      return give(context, records.details().header_from_id), SQLITE_OK;
    case envelope_from_id:
      return give(context, records.details().envelope_from_id), SQLITE_OK;
    case envelope_to_id:
      return give(context, records.details().envelope_to_id), SQLITE_OK;
    case auth_id:
      return give(context, records.details().auth_id), SQLITE_OK;
    case override_id:
      return give(context, records.details().override_id), SQLITE_OK;
    case raw:
      return cursor.give_raw(context);
    case estimate:
      return give(context, records.details().estimate), SQLITE_OK;
  }
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* of, sqlite3_int64* id) {
  const auto& cursor = *static_cast<Cursor*>(of);
  *id = cursor.report << 32 | cursor.number;
  return SQLITE_OK;
}

// No xCreate: it is there by its name alone, and nothing of it lies in the file.
constexpr sqlite3_module module = [] {
  sqlite3_module made{};
  made.xConnect = connect;
  made.xBestIndex = best_index;
  made.xDisconnect = disconnect;
  made.xOpen = open_cursor;
  made.xClose = close_cursor;
  made.xFilter = filter;
  made.xNext = next_row;
  made.xEof = is_at_end;
  made.xColumn = column;
  made.xRowid = row_id;
  return made;
}();

// What pack_records() has gathered, where SQLite keeps it.
struct Packing {
  StoredRecordsWriter writer;
  std::int64_t count = 0;
};
Packing*& packing_of(sqlite3_context* context) {
  return *static_cast<Packing**>(sqlite3_aggregate_context(context, sizeof(Packing*)));
}

void pack_row(sqlite3_context* context, int, sqlite3_value** values) {
  auto*& packing = packing_of(context);
  if (packing == nullptr) packing = new Packing;
  const auto number = [&](int at) { return sqlite3_value_int64(values[at]); };
  const auto optional = [&](int at) {
    return sqlite3_value_type(values[at]) == SQLITE_NULL ? std::nullopt : std::optional(number(at));
  };
  if (number(0) != packing->count++) sqlite3_result_error(context, "records of a report are not in their order", -1);
  const StoredDetails details{number(3), number(4), optional(5), optional(6), number(7), number(8), number(9)};
  packing->writer.add({details, number(1), number(2), number(10) != 0});
}

void packed(sqlite3_context* context) {
  const std::unique_ptr<Packing> packing(packing_of(context));
  if (!packing) return;
  const auto& bytes = packing->writer.bytes();
  sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

}  // namespace

int add_record_table(sqlite3* connection) {
  const int code = sqlite3_create_module(connection, "record", &module, nullptr);
  if (code != SQLITE_OK) return code;
  return sqlite3_create_function(connection, "pack_records", 11, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                 nullptr, nullptr, pack_row, packed);
}

}  // namespace schema
