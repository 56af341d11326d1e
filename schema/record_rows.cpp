#include "schema/record_rows.h"

#include <utility>

#include "schema/stored_json.h"

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

ClassSums class_sums(const PackedRecords& records) {
  ClassSums sums;
  PackedRecords::Rows rows(records);
  PackedRow row;
  while (rows.next(row)) {
    const PolicyEvaluated evaluated{{row.disposition}, {row.dkim}, {row.spf}, {}};
    sums.messages += row.count;
    sums.classes[static_cast<std::size_t>(result_class(evaluated))] += row.count;
  }
  return sums;
}

RecordNumbering::RecordNumbering(Interner& interner, const PackedRecords& records)
    : interner_(interner),
      records_(records),
      texts_(records.parts().texts.size(), unknown),
      auths_(records.parts().results.size(), unknown),
      overrides_(records.parts().reasons.size(), unknown) {}

Result<RecordNumbers> RecordNumbering::of(const PackedRow& row) {
  const auto address = interner_.address(row.source_ip);
  if (!address) return unexpected(address.error());
  // Its number goes by the words and by which of the results passed.
  const auto words = static_cast<unsigned>(row.disposition) << 4 | static_cast<unsigned>(row.dkim) << 2 |
                     static_cast<unsigned>(row.spf);
  auto& result = results_.try_emplace(std::uint64_t{row.results} << 8 | words, unknown).first->second;
  if (result == unknown || overrides_[row.reasons] == unknown) {
    if (auto looked_up = look_up(row, result); !looked_up) return unexpected(std::move(looked_up.error()));
  }
  RecordNumbers numbers{*address, result, 0, auths_[row.results], overrides_[row.reasons], {}, {}};
  for (const auto place : {row.header_from, row.envelope_from, row.envelope_to}) {
    if (auto known = text(place); !known) return unexpected(std::move(known.error()));
  }
  numbers.header_from = texts_[row.header_from];
  if (row.envelope_from != PackedRow::none) numbers.envelope_from = texts_[row.envelope_from];
  if (row.envelope_to != PackedRow::none) numbers.envelope_to = texts_[row.envelope_to];
  return numbers;
}

Status RecordNumbering::look_up(const PackedRow& row, std::int64_t& result) {
  records_.unpack(row, record_);
  const auto found = interner_.result(record_);
  if (!found) return unexpected(found.error());
  const auto auth = interner_.auth(record_.auth_results);
  if (!auth) return unexpected(auth.error());
  const auto reasons = interner_.override_reasons(record_.policy_evaluated.reasons);
  if (!reasons) return unexpected(reasons.error());
  result = *found;
  auths_[row.results] = *auth;
  overrides_[row.reasons] = *reasons;
  return {};
}

Status RecordNumbering::text(std::uint32_t place) {
  if (place == PackedRow::none || texts_[place] != unknown) return {};
  const auto number = interner_.text(records_.parts().texts[place]);
  if (!number) return unexpected(number.error());
  texts_[place] = *number;
  return {};
}

std::string RecordNumbering::raw(const PackedRow& row) {
  if (row.raw == PackedRow::none) return {};
  records_.unpack(row, record_);
  return raw_words(record_);
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
