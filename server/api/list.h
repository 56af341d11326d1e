// Lists: the same rows as JSON in pages, or as NDJSON or CSV in one stream.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/paging.h"
#include "schema/result.h"
#include "server/api/reading.h"
#include "server/json.h"

namespace server {

// Takes the value of one cell.
class Cell {
 public:
  virtual ~Cell() = default;
  virtual void text(std::string_view text) = 0;
  virtual void number(std::int64_t number) = 0;
  virtual void boolean(bool value) = 0;
  virtual void null() = 0;
  virtual void absent() = 0;                     // no member at all; an empty cell of CSV
  virtual void json(std::string_view json) = 0;  // a list or an object, safe JSON
  // Whether this is a cell of CSV, where some structures have a shorter form.
  virtual bool flat() const = 0;

  void maybe(const std::optional<std::string>& value) { value ? text(*value) : null(); }
  void maybe(const std::optional<std::int64_t>& value) { value ? number(*value) : null(); }
};

template <typename Row>
struct Column {
  std::string_view name;  // of the member in JSON, of the column in CSV
  void (*value)(Cell& cell, const Row& row);
};

template <typename Row>
std::vector<std::string_view> names(const std::vector<Column<Row>>& columns) {
  std::vector<std::string_view> names;
  for (const auto& column : columns) names.push_back(column.name);
  return names;
}

// The row at hand, column by column.
using RowValues = std::function<void(std::size_t column, Cell& cell)>;
using RowSink = std::function<bool(const RowValues&)>;

struct List {
  std::vector<std::string_view> columns;
  // Reads a page, or all rows; the sink returns false to stop.
  std::function<schema::Result<schema::Paged>(schema::Database&, const schema::PageRequest&, const RowSink&)> rows;
  // Of JSON: members of `meta` besides `total`, and members beside `data`. May be empty.
  std::function<schema::Status(JsonWriter&)> meta = {};
  std::function<schema::Status(JsonWriter&)> beside = {};
  bool window = true;  // whether `meta` tells the days
};

// `read(database, page, sink)` gives rows to a sink of `bool(const Row&)`.
template <typename Row, typename Read>
List list_of(const std::vector<Column<Row>>& columns, Read read) {
  return {names(columns), [&columns, read = std::move(read)](schema::Database& database,
                                                             const schema::PageRequest& page, const RowSink& sink) {
            return read(database, page, [&](const Row& row) {
              return sink([&](std::size_t column, Cell& cell) { columns[column].value(cell, row); });
            });
          }};
}

// The value of one member; its name comes first.
class JsonCell : public Cell {
 public:
  JsonCell(JsonWriter& json, std::string_view name) : json_(json), name_(name) {}
  void text(std::string_view text) override { json_.member(name_, text); }
  void number(std::int64_t number) override { json_.member(name_, number); }
  void boolean(bool value) override { json_.member(name_, value); }
  void null() override { json_.key(name_).null(); }
  void absent() override {}
  void json(std::string_view json) override { json_.key(name_).raw(json); }
  bool flat() const override { return false; }

 private:
  JsonWriter& json_;
  std::string_view name_;
};

template <typename Row>
void write_member(JsonWriter& json, const Column<Row>& column, const Row& row) {
  JsonCell cell(json, column.name);
  column.value(cell, row);
}

// One row as an object.
template <typename Row>
void write_row(JsonWriter& json, const std::vector<Column<Row>>& columns, const Row& row) {
  json.begin_object();
  for (const auto& column : columns) write_member(json, column, row);
  json.end_object();
}

// {"data":{...},"meta":{...}}
template <typename Row>
Response one_answer(const Reading& reading, const std::vector<Column<Row>>& columns, const Row& row) {
  JsonWriter json;
  json.begin_object().key("data");
  write_row(json, columns, row);
  json.key("meta").begin_object();
  write_meta(json, reading);
  json.end_object().end_object();
  return json_answer(reading, json);
}

// The answer in the format asked for. `columns` of list_of() live as long as the program.
Response list_answer(const ApiContext& context, const Request& request, const Reading& reading,
                     const ListRequest& asked, List list);

}  // namespace server
