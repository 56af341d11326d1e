// Members that several resources share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/day.h"
#include "schema/report.h"
#include "schema/strips.h"
#include "schema/summaries.h"
#include "schema/timeseries.h"
#include "server/api/list.h"
#include "server/json.h"

namespace server {

// The five classes and their sum, into an object that the caller opened.
void write_classes(JsonWriter& json, const schema::ClassCounts& classes);

// {"p":"reject","sp":null,...}: null where the report does not say.
std::string policy_json(const schema::PolicyPublished& policy);
void write_policy(Cell& cell, const schema::PolicyPublished& policy);

std::string strip_json(const schema::Strip& strip);

// One point of a series, as an object.
void write_point(JsonWriter& json, const schema::TimePoint& point, bool with_keys);

// The number that a path names: of a report, a failure. none where it is no such number.
std::optional<std::int64_t> path_number(std::string_view text);

template <typename Row, std::size_t i>
void class_cell(Cell& cell, const Row& row) {
  cell.number(row.classes.by_class[i]);
}

// "messages" and the five classes.
template <typename Row>
std::vector<Column<Row>> class_columns() {
  return {{"messages", [](Cell& cell, const Row& row) { cell.number(row.classes.messages); }},
          {"pass_both", class_cell<Row, 0>},
          {"pass_one", class_cell<Row, 1>},
          {"fail_delivered", class_cell<Row, 2>},
          {"fail_stopped", class_cell<Row, 3>},
          {"unknown", class_cell<Row, 4>}};
}

// Columns in a row.
template <typename Row>
std::vector<Column<Row>> joined(std::initializer_list<std::vector<Column<Row>>> parts) {
  std::vector<Column<Row>> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// Of rows with first_seen and last_seen as days.
template <typename Row>
std::vector<Column<Row>> seen_columns() {
  return {{"first_seen", [](Cell& cell, const Row& row) { cell.text(schema::day_text(row.first_seen)); }},
          {"last_seen", [](Cell& cell, const Row& row) { cell.text(schema::day_text(row.last_seen)); }}};
}

}  // namespace server
