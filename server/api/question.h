// The query of a request, checked: what was asked for, and every mistake in how. Each parameter is taken by the
// function that knows it; what nobody took is unknown.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/filter.h"
#include "schema/paging.h"
#include "server/api/exchange.h"

namespace server {

enum class Format : std::uint8_t { json, ndjson, csv };

inline constexpr std::int64_t default_page_rows = 100;
inline constexpr std::int64_t most_page_rows = 1000;

struct ListRequest {
  Format format = Format::json;
  bool byte_order_mark = false;      // for CSV
  std::vector<std::size_t> columns;  // which, in the order of the list
  schema::PageRequest page;          // without limit: all rows (NDJSON and CSV, unless asked for)
};

class Question {
 public:
  explicit Question(const Request& request);

  // The value of a parameter that may be given once.
  std::optional<std::string> text(std::string_view name);
  // All values of a parameter that may be given more than once.
  std::vector<std::string> texts(std::string_view name);
  // One of `allowed`.
  std::optional<std::string> choice(std::string_view name, const std::vector<std::string_view>& allowed);
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most);

  // format, bom, fields, limit, cursor and sort. `sorts`: columns that it may be sorted by, the first is the default;
  // `ascending`: the default is upwards. `cursor_values`: how many its cursor has.
  ListRequest list(const std::vector<std::string_view>& columns, const std::vector<std::string_view>& sorts,
                   bool ascending = false, std::size_t cursor_values = 2);

  // format, bom and fields alone: for what is no list in pages.
  ListRequest rows(const std::vector<std::string_view>& columns);

  // All that is left are filters.
  schema::Filter filter();
  // Nothing may be left.
  void end();

  void refuse(std::string_view parameter, std::string detail);
  // It is for a stream of all rows, not for a page.
  bool asks_for_all() const { return asks_for_all_; }
  // What is wrong; nothing when the question is good. After filter() or end().
  const std::vector<schema::ParameterError>& errors() const { return errors_; }

  // Names path and parameters whatever their order, so that the same question has the same text.
  std::string normalised() const;

 private:
  Format format();

  const Request& request_;
  schema::Parameters left_;
  std::vector<std::string_view> known_;
  std::vector<schema::ParameterError> errors_;
  bool asks_for_all_ = false;
};

}  // namespace server
