#include "schema/report.h"

#include <array>
#include <utility>

namespace schema {
namespace {

// One table per closed vocabulary: enumerator -> the word on the wire.
template <typename E>
struct Vocabulary;

#define RUADAR_VOCABULARY(E, ...)                                                             \
  template <>                                                                                 \
  struct Vocabulary<E> {                                                                      \
    static constexpr auto words = std::to_array<std::pair<E, std::string_view>>(__VA_ARGS__); \
  };

RUADAR_VOCABULARY(Disposition, {{Disposition::unknown, "unknown"},
                                {Disposition::none, "none"},
                                {Disposition::pass, "pass"},
                                {Disposition::quarantine, "quarantine"},
                                {Disposition::reject, "reject"}})
RUADAR_VOCABULARY(DmarcResult,
                  {{DmarcResult::unknown, "unknown"}, {DmarcResult::pass, "pass"}, {DmarcResult::fail, "fail"}})
RUADAR_VOCABULARY(Policy, {{Policy::unknown, "unknown"},
                           {Policy::none, "none"},
                           {Policy::quarantine, "quarantine"},
                           {Policy::reject, "reject"}})
RUADAR_VOCABULARY(Alignment, {{Alignment::unknown, "unknown"}, {Alignment::r, "r"}, {Alignment::s, "s"}})
RUADAR_VOCABULARY(AuthResult, {{AuthResult::unknown, "unknown"},
                               {AuthResult::none, "none"},
                               {AuthResult::pass, "pass"},
                               {AuthResult::fail, "fail"},
                               {AuthResult::softfail, "softfail"},
                               {AuthResult::policy, "policy"},
                               {AuthResult::neutral, "neutral"},
                               {AuthResult::temperror, "temperror"},
                               {AuthResult::permerror, "permerror"},
                               {AuthResult::other, "other"}})
RUADAR_VOCABULARY(SpfScope, {{SpfScope::unknown, "unknown"}, {SpfScope::helo, "helo"}, {SpfScope::mfrom, "mfrom"}})
RUADAR_VOCABULARY(OverrideType, {{OverrideType::unknown, "unknown"},
                                 {OverrideType::forwarded, "forwarded"},
                                 {OverrideType::sampled_out, "sampled_out"},
                                 {OverrideType::trusted_forwarder, "trusted_forwarder"},
                                 {OverrideType::mailing_list, "mailing_list"},
                                 {OverrideType::local_policy, "local_policy"},
                                 {OverrideType::other, "other"},
                                 {OverrideType::policy_test_mode, "policy_test_mode"}})
RUADAR_VOCABULARY(DiscoveryMethod, {{DiscoveryMethod::unknown, "unknown"},
                                    {DiscoveryMethod::psl, "psl"},
                                    {DiscoveryMethod::treewalk, "treewalk"}})
RUADAR_VOCABULARY(Dialect, {{Dialect::rfc7489, "rfc7489"}, {Dialect::rfc9990, "rfc9990"}})
#undef RUADAR_VOCABULARY

// The enumerators are indices of their table: they are what the database keeps.
template <typename E>
constexpr bool in_order() {
  std::size_t i = 0;
  for (const auto& [value, word] : Vocabulary<E>::words)
    if (static_cast<std::size_t>(value) != i++) return false;
  return true;
}

template <typename E>
std::string_view word_of(E value) {
  static_assert(in_order<E>());
  return Vocabulary<E>::words.at(static_cast<std::size_t>(value)).second;
}

}  // namespace

template <typename E>
std::optional<E> from_name(std::string_view word) {
  for (const auto& [value, name] : Vocabulary<E>::words)
    if (name == word) return value;
  return std::nullopt;
}

std::string_view name(Disposition v) {
  return word_of(v);
}
std::string_view name(DmarcResult v) {
  return word_of(v);
}
std::string_view name(Policy v) {
  return word_of(v);
}
std::string_view name(Alignment v) {
  return word_of(v);
}
std::string_view name(AuthResult v) {
  return word_of(v);
}
std::string_view name(SpfScope v) {
  return word_of(v);
}
std::string_view name(OverrideType v) {
  return word_of(v);
}
std::string_view name(DiscoveryMethod v) {
  return word_of(v);
}
std::string_view name(Dialect v) {
  return word_of(v);
}

template std::optional<Disposition> from_name(std::string_view);
template std::optional<DmarcResult> from_name(std::string_view);
template std::optional<Policy> from_name(std::string_view);
template std::optional<Alignment> from_name(std::string_view);
template std::optional<AuthResult> from_name(std::string_view);
template std::optional<SpfScope> from_name(std::string_view);
template std::optional<OverrideType> from_name(std::string_view);
template std::optional<DiscoveryMethod> from_name(std::string_view);
template std::optional<Dialect> from_name(std::string_view);

std::int64_t report_day(std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t day = 86400;
  const std::int64_t middle = begin + (end - begin) / 2;
  return middle >= 0 ? middle / day : (middle - day + 1) / day;
}

}  // namespace schema
