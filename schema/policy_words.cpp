#include "schema/policy_words.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace schema {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

template <typename E>
bool read_word(std::string_view text, Enumerated<E>& word) {
  const auto value = from_name<E>(text);
  if (value) word.value = *value;
  return value.has_value();
}

bool read_percent(std::string_view text, std::optional<int>& percent) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > 100) return false;
  percent = value;
  return true;
}

bool read_tag(std::string_view tag, std::string_view value, PolicyPublished& policy) {
  if (tag == "p") return read_word(value, policy.p);
  if (tag == "sp") return read_word(value, policy.sp);
  if (tag == "np") return read_word(value, policy.np);
  if (tag == "adkim") return read_word(value, policy.adkim);
  if (tag == "aspf") return read_word(value, policy.aspf);
  if (tag == "pct") return read_percent(value, policy.pct);
  if (tag == "discovery_method") return read_word(value, policy.discovery_method);
  if (tag == "fo") {
    policy.fo = value;
    return true;
  }
  if (tag != "t" || (value != "y" && value != "n")) return false;
  policy.testing = value == "y";
  return true;
}

}  // namespace

std::string policy_words(const PolicyPublished& policy) {
  std::string words;
  const auto add = [&](std::string_view tag, std::string_view value) {
    if (!words.empty()) words += "; ";
    words.append(tag).append("=").append(value);
  };
  const auto add_word = [&](std::string_view tag, const auto& word) {
    if (static_cast<int>(word.value) != 0) add(tag, name(word.value));
  };
  add_word("p", policy.p);
  add_word("sp", policy.sp);
  add_word("np", policy.np);
  add_word("adkim", policy.adkim);
  add_word("aspf", policy.aspf);
  if (policy.pct) add("pct", std::to_string(*policy.pct));
  if (!policy.fo.empty()) add("fo", policy.fo);
  if (policy.testing) add("t", *policy.testing ? "y" : "n");
  add_word("discovery_method", policy.discovery_method);
  return words;
}

std::optional<PolicyPublished> read_policy_words(std::string_view text) {
  PolicyPublished policy;
  std::set<std::string_view> seen;
  for (;;) {
    const auto end = std::min(text.find(';'), text.size());
    const auto part = text.substr(0, end);
    const auto equals = part.find('=');
    if (equals == part.npos) return std::nullopt;
    const auto tag = trimmed(part.substr(0, equals));
    if (!seen.insert(tag).second || !read_tag(tag, trimmed(part.substr(equals + 1)), policy)) return std::nullopt;
    if (end == text.size()) return policy;
    text.remove_prefix(end + 1);
  }
}

}  // namespace schema
