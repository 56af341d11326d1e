// SQL put together from parts that each bring their values: what strangers wrote is always bound, never spliced.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct Query {
  std::string sql;
  std::vector<Value> values;  // one for each '?', in order

  Query() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): so that parts read as SQL
  Query(std::string_view text) : sql(text) {}
  Query(const char* text) : sql(text) {}             // NOLINT(google-explicit-constructor)
  Query(std::string text) : sql(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Query(std::string_view text, std::vector<Value> bound) : sql(text), values(std::move(bound)) {}

  Query& operator+=(const Query& part) {
    sql += part.sql;
    values.insert(values.end(), part.values.begin(), part.values.end());
    return *this;
  }
  friend Query operator+(Query left, const Query& right) { return left += right; }
};

// Prepared, with all values bound.
inline Result<Statement> prepare(Database& database, const Query& query) {
  auto statement = database.prepare(query.sql);
  if (!statement) return statement;
  int parameter = 0;
  for (const auto& value : query.values) statement->bind(++parameter, value);
  return statement;
}

// Calls `row` with the statement on each row of the answer; it returns false to stop.
template <typename Row>
Status each_row(Database& database, const Query& query, Row row) {
  auto statement = prepare(database, query);
  if (!statement) return unexpected(std::move(statement.error()));
  for (;;) {
    const auto more = statement->step();
    if (!more) return unexpected(more.error());
    if (!*more || !row(*statement)) return {};
  }
}

// First column of the first row; 0 when there is none.
inline Result<std::int64_t> number(Database& database, const Query& query) {
  std::int64_t value = 0;
  auto read = each_row(database, query, [&](Statement& row) {
    value = row.integer(0);
    return false;
  });
  if (!read) return unexpected(std::move(read.error()));
  return value;
}

}  // namespace schema
