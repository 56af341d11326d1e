#include "schema/record_rows.h"

#include <utility>

namespace schema {
namespace {

constexpr int record_columns = 12;
constexpr std::size_t rows_per_insert = 64;  // 768 parameters; SQLite is told to take 1,000

// OR FAIL: rows that were written before one that fails go with the part of the batch. By itself SQLite would remember
// for each statement how to take them back, and pass through all that the part has changed each time.
std::string insert_sql(std::size_t rows) {
  std::string sql =
      "INSERT OR FAIL INTO record (report_id, n, address_id, messages, result_id, header_from_id, envelope_from_id, "
      "envelope_to_id, auth_id, override_id, raw, estimate) VALUES ";
  for (std::size_t i = 0; i < rows; ++i) sql += i == 0 ? "(?,?,?,?,?,?,?,?,?,?,?,?)" : ",(?,?,?,?,?,?,?,?,?,?,?,?)";
  return sql;
}

}  // namespace

ClassSums class_sums(const std::vector<Record>& records) {
  ClassSums sums;
  for (const auto& record : records) {
    sums.messages += record.count;
    sums.classes[static_cast<std::size_t>(result_class(record.policy_evaluated))] += record.count;
  }
  return sums;
}

Result<RecordNumbers> intern_record(Interner& interner, const Record& record) {
  const auto address = interner.address(record);
  if (!address) return unexpected(address.error());
  const auto result = interner.result(record);
  if (!result) return unexpected(result.error());
  const auto header_from = interner.text(record.identifiers.header_from);
  if (!header_from) return unexpected(header_from.error());
  const auto auth = interner.auth(record.auth_results);
  if (!auth) return unexpected(auth.error());
  const auto override_reasons = interner.override_reasons(record.policy_evaluated.reasons);
  if (!override_reasons) return unexpected(override_reasons.error());
  RecordNumbers numbers{*address, *result, *header_from, *auth, *override_reasons, {}, {}};
  for (const auto& [written, number] : {std::pair(&record.identifiers.envelope_from, &numbers.envelope_from),
                                        std::pair(&record.identifiers.envelope_to, &numbers.envelope_to)}) {
    if (!*written) continue;
    const auto text = interner.text(**written);
    if (!text) return unexpected(text.error());
    *number = *text;
  }
  return numbers;
}

Status RecordRows::add(RecordRow row) {
  rows_.push_back(std::move(row));
  if (rows_.size() < rows_per_insert) return {};
  auto written = write(0, rows_.size());
  rows_.clear();
  return written;
}

Status RecordRows::finish() {
  std::size_t first = 0;
  for (const std::size_t count : {std::size_t{8}, std::size_t{1}}) {
    for (; rows_.size() - first >= count; first += count) {
      if (auto written = write(first, count); !written) return written;
    }
  }
  rows_.clear();
  return {};
}

Status RecordRows::write(std::size_t first, std::size_t count) {
  static const std::string many = insert_sql(rows_per_insert), some = insert_sql(8), one = insert_sql(1);
  auto statement = database_.prepare(count == rows_per_insert ? many : count == 8 ? some : one);
  if (!statement) return unexpected(std::move(statement.error()));
  int parameter = 0;
  for (std::size_t i = first; i < first + count; ++i) {
    const RecordRow& row = rows_[i];
    const RecordNumbers& numbers = row.numbers;
    for (const auto value :
         {row.report_id, row.n, numbers.address, row.messages, numbers.result, numbers.header_from}) {
      statement->bind(++parameter, value);
    }
    statement->bind(++parameter, numbers.envelope_from);
    statement->bind(++parameter, numbers.envelope_to);
    statement->bind(++parameter, numbers.auth);
    statement->bind(++parameter, numbers.override_reasons);
    if (row.raw.empty()) {
      statement->bind(++parameter, nullptr);
    } else {
      statement->bind(++parameter, row.raw);
    }
    statement->bind(++parameter, static_cast<std::int64_t>(row.estimate));
  }
  static_assert(record_columns * rows_per_insert <= 1000);
  return statement->run_bound();
}

}  // namespace schema
