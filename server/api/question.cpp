#include "server/api/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace server {
namespace {

std::string listed(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += words[i];
  }
  return list;
}

}  // namespace

Question::Question(const Request& request) : request_(request), left_(request.query) {}

void Question::refuse(std::string_view parameter, std::string detail) {
  errors_.push_back({std::string(parameter), "invalid_parameter", std::move(detail)});
}

std::vector<std::string> Question::texts(std::string_view name) {
  known_.push_back(name);
  std::vector<std::string> values;
  std::erase_if(left_, [&](auto& parameter) {
    if (parameter.first != name) return false;
    values.push_back(std::move(parameter.second));
    return true;
  });
  return values;
}

std::optional<std::string> Question::text(std::string_view name) {
  auto values = texts(name);
  if (values.size() > 1) refuse(name, fmt::format("'{}' is given twice", name));
  return values.empty() ? std::nullopt : std::optional(std::move(values.front()));
}

std::optional<std::string> Question::choice(std::string_view name, const std::vector<std::string_view>& allowed) {
  auto value = text(name);
  if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) {
    refuse(name, fmt::format("'{}' must be {}", name, listed(allowed)));
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> Question::number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::int64_t parsed = 0;
  const auto* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data(), end, parsed);
  if (error != std::errc() || stop != end || parsed < least || parsed > most) {
    refuse(name, fmt::format("'{}' must be a number from {} to {}", name, least, most));
    return std::nullopt;
  }
  return parsed;
}

Format Question::format() {
  const auto asked = choice("format", {"json", "ndjson", "csv"});
  if (asked) return *asked == "csv" ? Format::csv : *asked == "ndjson" ? Format::ndjson : Format::json;
  // The first of our types that is named; anything else gets JSON.
  const auto accept = request_.header("accept").value_or("");
  const auto csv = accept.find("text/csv"), ndjson = accept.find("application/x-ndjson");
  const auto json = accept.find("application/json");
  const auto first = std::min({csv, ndjson, json});
  if (first == std::string::npos || first == json) return Format::json;
  return first == csv ? Format::csv : Format::ndjson;
}

ListRequest Question::rows(const std::vector<std::string_view>& columns) {
  ListRequest list;
  list.format = format();
  asks_for_all_ = list.format != Format::json;
  list.byte_order_mark = choice("bom", {"0", "1"}) == "1";
  const auto fields = text("fields");
  if (!fields) {
    for (std::size_t i = 0; i < columns.size(); ++i) list.columns.push_back(i);
    return list;
  }
  for (std::size_t begin = 0; begin <= fields->size();) {
    const auto end = std::min(fields->find(',', begin), fields->size());
    const auto field = std::string_view(*fields).substr(begin, end - begin);
    const auto column = std::find(columns.begin(), columns.end(), field);
    if (column == columns.end()) {
      refuse("fields", fmt::format("no such field; there are {}", listed(columns)));
      break;
    }
    list.columns.push_back(static_cast<std::size_t>(column - columns.begin()));
    begin = end + 1;
  }
  // In the order of the list, whatever the order asked for.
  std::sort(list.columns.begin(), list.columns.end());
  list.columns.erase(std::unique(list.columns.begin(), list.columns.end()), list.columns.end());
  return list;
}

ListRequest Question::list(const std::vector<std::string_view>& columns, const std::vector<std::string_view>& sorts,
                           bool ascending, std::size_t cursor_values) {
  auto list = rows(columns);
  list.page.limit = number("limit", 1, most_page_rows);
  if (!list.page.limit && list.format == Format::json) list.page.limit = default_page_rows;

  if (!sorts.empty()) list.page.order = {std::string(sorts.front()), !ascending};
  if (auto sort = text("sort")) {
    const bool descending = sort->substr(0, 1) == "-";
    if (descending) sort->erase(0, 1);
    if (std::find(sorts.begin(), sorts.end(), *sort) != sorts.end()) {
      list.page.order = {*sort, descending};
    } else {
      refuse("sort", sorts.empty() ? "this list has one order only"
                                   : fmt::format("'sort' must be {}; with '-' in front for downwards", listed(sorts)));
    }
  }
  if (const auto cursor = text("cursor")) {
    list.page.after = schema::parse_cursor(*cursor);
    if (!list.page.after || list.page.after->size() != cursor_values) {
      refuse("cursor", "this is no cursor of this list; take it from next_cursor");
    }
  }
  return list;
}

schema::Filter Question::filter() {
  auto parsed = schema::parse_filter(left_, known_);
  left_.clear();
  errors_.insert(errors_.end(), parsed.errors.begin(), parsed.errors.end());
  return std::move(parsed.filter);
}

void Question::end() {
  for (const auto& [name, value] : left_) errors_.push_back(schema::unknown_parameter(name, known_));
  left_.clear();
}

std::string Question::normalised() const {
  auto parameters = request_.query;
  std::sort(parameters.begin(), parameters.end());
  std::string text = request_.path;
  for (const auto& [name, value] : parameters) {
    // Lengths keep apart what separators in a value would blur.
    text += fmt::format("\n{}:{}={}:{}", name.size(), name, value.size(), value);
  }
  return text;
}

}  // namespace server
