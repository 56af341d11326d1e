#include "ingest/report_words.h"

#include <algorithm>
#include <string>

#include "ingest/report_values.h"

namespace ingest {
namespace {

using namespace schema;

constexpr std::size_t longest_word = 128;  // kept of a word that is not understood

std::string lower(std::string_view text) {
  std::string out(text.substr(0, longest_word));
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "Temp-Error", "temp_error" -> "temperror".
std::string letters_only(std::string_view text) {
  std::string out = lower(text);
  out.erase(std::remove_if(out.begin(), out.end(), [](char c) { return c == '_' || c == '-' || c == ' ' || c == '.'; }),
            out.end());
  return out;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

template <typename E>
Enumerated<E> kept(E value, std::string_view raw) {
  return {value, std::string(cut_text(raw, longest_word))};
}

// The enumerator of a word of the vocabulary itself. `unknown` and `other` are our own words there.
template <typename E>
std::optional<E> spelled(std::string_view text) {
  const auto value = from_name<E>(lower(text));
  return value && *value != E::unknown ? value : std::nullopt;
}

// For vocabularies without other spellings.
template <typename E>
Word<E> word(std::string_view text, std::string_view note) {
  if (text.empty()) return {};
  if (const auto value = spelled<E>(text)) return {{*value}};
  return {kept(E::unknown, text), note};
}

}  // namespace

Word<Disposition> disposition_word(std::string_view text) {
  if (text.empty()) return {{}, "disposition_missing"};
  return word<Disposition>(text, "disposition_unknown");
}

Word<DmarcResult> verdict_word(std::string_view text) {
  if (text.empty()) return {{}, "missing_verdict"};
  if (const auto value = spelled<DmarcResult>(text)) return {{*value}};
  const std::string letters = letters_only(text);
  if (letters == "unknown" || letters == "notevaluated") return {kept(DmarcResult::unknown, text), "verdict_unknown"};
  const AuthResult raw = result_word(text).word.value;
  if (raw == AuthResult::pass || raw == AuthResult::unknown || raw == AuthResult::other)
    return {kept(DmarcResult::unknown, text), "verdict_unknown"};
  return {kept(DmarcResult::fail, text), "verdict_raw_result"};
}

Word<Policy> policy_word(std::string_view text) {
  return word<Policy>(text, "policy_unknown");
}

Word<Alignment> alignment_word(std::string_view text) {
  const std::string letters = lower(text);
  if (letters == "relaxed") return {kept(Alignment::r, text), "alignment_unknown"};
  if (letters == "strict") return {kept(Alignment::s, text), "alignment_unknown"};
  return word<Alignment>(text, "alignment_unknown");
}

Word<AuthResult> result_word(std::string_view text) {
  if (text.empty()) return {{}, "result_missing"};
  const auto value = spelled<AuthResult>(text);
  if (value && *value != AuthResult::other) return {{*value}};

  const std::string letters = letters_only(text);
  const auto mapped = [text](AuthResult result) { return Word<AuthResult>{kept(result, text), "result_mapped"}; };
  // "unknown" and "error" are what RFC 7489 appendix C calls the old names.
  if (letters == "unknown" || starts_with(letters, "temp")) return mapped(AuthResult::temperror);
  if (letters == "error" || letters == "invalid" || starts_with(letters, "perm")) return mapped(AuthResult::permerror);
  if (letters == "hardfail") return mapped(AuthResult::fail);
  if (letters == "softfail") return mapped(AuthResult::softfail);
  if (letters == "notevaluated") return mapped(AuthResult::unknown);
  return {kept(AuthResult::other, text), "result_unknown"};
}

Word<SpfScope> scope_word(std::string_view text) {
  return word<SpfScope>(text, "scope_unknown");
}

Word<OverrideType> override_word(std::string_view text) {
  if (text.empty()) return {};
  if (const auto value = spelled<OverrideType>(text)) return {{*value}};
  std::string underscored = lower(text);
  std::replace_if(
      underscored.begin(), underscored.end(), [](char c) { return c == '-' || c == ' '; }, '_');
  const auto value = spelled<OverrideType>(underscored);
  return {kept(value.value_or(OverrideType::other), text), "reason_unknown"};
}

Word<DiscoveryMethod> discovery_word(std::string_view text) {
  if (letters_only(text) == "treewalk" && lower(text) != "treewalk")
    return {kept(DiscoveryMethod::treewalk, text), "discovery_method_unknown"};
  return word<DiscoveryMethod>(text, "discovery_method_unknown");
}

TestingWord testing_word(std::string_view text) {
  if (text.empty()) return {};
  if (text == "y" || text == "Y") return {true};
  if (text == "n" || text == "N") return {false};
  return {std::nullopt, "testing_unknown"};
}

PctWord pct_word(std::string_view text) {
  const bool percent = text.size() > 1 && text.back() == '%';
  const auto value = parse_count(trim(percent ? text.substr(0, text.size() - 1) : text), 100);
  const bool odd = !value || percent;
  return {value ? std::optional(static_cast<int>(*value)) : std::nullopt, odd ? "pct_odd" : std::string_view()};
}

}  // namespace ingest
