#include "server/setting_values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace server {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace

std::optional<bool> as_bool(const SettingValue& value) {
  if (const bool* truth = std::get_if<bool>(&value)) return *truth;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  const std::string word = lower(*text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

std::optional<std::size_t> as_number(const SettingValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return *number >= 0 ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
  const auto* text = std::get_if<std::string>(&value);
  std::size_t number = 0;
  if (text == nullptr || text->empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc() && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
}

std::optional<std::size_t> as_size(const SettingValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return parse_size(*text);
  return as_number(value);
}

std::optional<std::vector<std::string>> as_list(const SettingValue& value) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  std::vector<std::string> list;
  for (std::size_t begin = 0; begin < text->size();) {
    const std::size_t end = std::min(text->find_first_of(", ", begin), text->size());
    if (end > begin) list.push_back(text->substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + in_quotes(text);
  return "[" + list + "]";
}

}  // namespace server
