#include "ingest/mime_fields.h"

#include <algorithm>

namespace ingest {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_space(char c) {
  return is_blank(c) || c == '\r' || c == '\n';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Cuts the next ';' separated piece off `rest`; quotes hide semicolons, a backslash hides the next character in them.
std::string_view cut_piece(std::string_view& rest) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    if (quoted && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      quoted = !quoted;
    } else if (rest[i] == ';' && !quoted) {
      break;
    }
  }
  i = std::min(i, rest.size());
  const std::string_view piece = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return piece;
}

}  // namespace

std::size_t line_length(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text.size() : end + 1;
}

std::string_view without_line_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string_view field_name(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && line[end] > 32 && line[end] < 127 && line[end] != ':') ++end;
  std::size_t colon = end;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  return colon < line.size() && line[colon] == ':' ? line.substr(0, end) : std::string_view();
}

bool MimeFields::next(MimeField& field) {
  while (!rest_.empty()) {
    const std::string_view line = rest_.substr(0, line_length(rest_));
    const std::string_view name = field_name(line);
    std::size_t length = line.size();
    while (length < rest_.size() && is_blank(rest_[length])) length += line_length(rest_.substr(length));
    const std::string_view whole = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (name.empty()) continue;
    field.name = name;
    field.value = without_line_end(whole.substr(whole.find(':') + 1));
    return true;
  }
  return false;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool contains_ignoring_case(std::string_view text, std::string_view lower_case_word) {
  return std::search(text.begin(), text.end(), lower_case_word.begin(), lower_case_word.end(),
                     [](char x, char y) { return lower(x) == y; }) != text.end();
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view field_value(std::string_view header, std::string_view name) {
  MimeFields fields(header);
  for (MimeField field; fields.next(field);) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

std::string_view content_type_value(std::string_view header) {
  const std::string_view value = field_value(header, "Content-Type");
  return trimmed(value).empty() ? field_value(header, "ContentType") : value;
}

std::string_view media_type(std::string_view value) {
  value = trimmed(cut_piece(value));
  const auto end = std::find_if(value.begin(), value.end(), [](char c) { return is_space(c) || c == '('; });
  return value.substr(0, static_cast<std::size_t>(end - value.begin()));
}

std::string_view parameter(std::string_view value, std::string_view name) {
  cut_piece(value);
  while (!value.empty()) {
    const std::string_view piece = cut_piece(value);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos || !equal_ignoring_case(trimmed(piece.substr(0, equals)), name)) continue;
    std::string_view text = trimmed(piece.substr(equals + 1));
    if (!text.empty() && text.front() == '"') {
      text.remove_prefix(1);
      text = text.substr(0, text.find('"'));
    }
    return text;
  }
  return {};
}

std::size_t parameter_count(std::string_view value) {
  std::size_t count = 0;
  for (cut_piece(value); !value.empty(); cut_piece(value)) ++count;
  return count;
}

}  // namespace ingest
