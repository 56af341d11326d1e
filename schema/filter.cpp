#include "schema/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "schema/day.h"
#include "schema/domain_name.h"
#include "schema/policy_words.h"
#include "schema/report.h"
#include "schema/verdict.h"

namespace schema {
namespace {

// A value as text -> FilterValue; none where it is no value of this key.
using ReadValue = std::optional<FilterValue> (*)(std::string_view text);

std::optional<FilterValue> domain_pattern(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "unknown") return NotSaid{};
  const bool subdomains = text.substr(0, 2) == "*.";
  auto domain = normalise_domain(subdomains ? text.substr(2) : text);
  if (domain.empty() || domain.find('*') != std::string::npos) return std::nullopt;
  return DomainPattern{std::move(domain), subdomains};
}

std::optional<FilterValue> domain(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "unknown") return NotSaid{};
  return normalise_domain(text);
}

// The null reverse-path is a value: empty, or as mail spells it.
std::optional<FilterValue> envelope(std::string_view text) {
  if (text.empty() || text == "<>") return std::string();
  return domain(text);
}

std::optional<FilterValue> words(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::optional<FilterValue> words_or_unknown(std::string_view text) {
  if (text == "unknown") return NotSaid{};
  return words(text);
}

std::optional<FilterValue> address(std::string_view text) {
  if (text == "unknown") return NotSaid{};
  const auto range = parse_ip_range(text);
  if (!range) return std::nullopt;
  return *range;
}

template <typename E>
std::optional<FilterValue> enumerator(std::string_view text) {
  const auto value = from_name<E>(text);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

// "reject", or all that reports say of a policy: "p=reject; sp=none; adkim=r".
std::optional<FilterValue> published_policy(std::string_view text) {
  if (text.find('=') == text.npos) return enumerator<Policy>(text);
  const auto policy = read_policy_words(text);
  if (!policy) return std::nullopt;
  return policy_words(*policy);
}

std::optional<FilterValue> result_class_named(std::string_view text) {
  for (int i = 0; i < result_class_count; ++i) {
    if (name(static_cast<ResultClass>(i)) == text) return std::int64_t{i};
  }
  return std::nullopt;
}

// A '+' that nobody percent-encoded arrives as a blank.
std::string with_plus(std::string_view text) {
  std::string restored(text);
  std::replace(restored.begin(), restored.end(), ' ', '+');
  return restored;
}

// "mailing_list", or several of one record: "forwarded+local_policy". A set of bits, 0 for none.
std::optional<FilterValue> override_types(std::string_view written) {
  if (written == "none") return std::int64_t{0};
  const auto restored = with_plus(written);
  std::string_view text = restored;
  std::int64_t types = 0;
  for (;;) {
    const auto end = std::min(text.find('+'), text.size());
    const auto type = from_name<OverrideType>(text.substr(0, end));
    if (!type) return std::nullopt;
    types |= std::int64_t{1} << static_cast<int>(*type);
    if (end == text.size()) return types;
    text.remove_prefix(end + 1);
  }
}

std::optional<FilterValue> combination_key(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return with_plus(text);
}

std::optional<FilterValue> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// Nothing is known about these yet.
std::optional<FilterValue> unknown_only(std::string_view text) {
  if (text != "unknown") return std::nullopt;
  return NotSaid{};
}

struct KeyRule {
  FilterKey key;
  std::string_view name;
  ReadValue read;
  std::string_view expected;  // "... expects <this>"
};

constexpr std::string_view a_domain = "a domain name";
constexpr std::string_view a_domain_pattern = "a domain name, or *.example.com for it and its subdomains";
constexpr std::string_view a_verdict = "pass, fail or unknown";
constexpr std::string_view some_text = "some text";

// In the order of FilterKey.
constexpr std::array key_rules = {
    KeyRule{FilterKey::domain, "domain", domain_pattern, a_domain_pattern},
    KeyRule{FilterKey::ip, "ip", address, "an address, a network like 192.0.2.0/24, or unknown"},
    KeyRule{FilterKey::reporter, "reporter", words, "the name of a reporter"},
    KeyRule{FilterKey::policy, "policy", published_policy,
            "none, quarantine, reject, unknown, or all tags of a policy like p=reject; sp=none"},
    KeyRule{FilterKey::disposition, "disposition", enumerator<Disposition>,
            "none, pass, quarantine, reject or unknown"},
    KeyRule{FilterKey::result_class, "class", result_class_named,
            "pass_both, pass_one, fail_delivered, fail_stopped or unknown"},
    KeyRule{FilterKey::dkim, "dkim", enumerator<DmarcResult>, a_verdict},
    KeyRule{FilterKey::spf, "spf", enumerator<DmarcResult>, a_verdict},
    KeyRule{FilterKey::header_from, "header_from", domain_pattern, a_domain_pattern},
    KeyRule{FilterKey::envelope_from, "envelope_from", envelope, "a domain name, <> or unknown"},
    KeyRule{FilterKey::envelope_to, "envelope_to", envelope, "a domain name or unknown"},
    KeyRule{FilterKey::dkim_domain, "dkim_domain", domain, a_domain},
    KeyRule{FilterKey::dkim_selector, "dkim_selector", words_or_unknown, some_text},
    KeyRule{FilterKey::spf_domain, "spf_domain", domain, a_domain},
    KeyRule{FilterKey::override_type, "override", override_types,
            "forwarded, sampled_out, trusted_forwarder, mailing_list, local_policy, other, policy_test_mode, unknown "
            "or none"},
    KeyRule{FilterKey::combination, "combination", combination_key, "a combination like dmarc+spf+dkim"},
    KeyRule{FilterKey::dialect, "dialect", enumerator<Dialect>, "rfc7489 or rfc9990"},
    KeyRule{FilterKey::report, "report", whole_number, "the number of a report"},
    KeyRule{FilterKey::report_id, "report_id", words, some_text},
    KeyRule{FilterKey::q, "q", words, some_text},
    KeyRule{FilterKey::country, "country", unknown_only, "unknown (no country is known yet)"},
    KeyRule{FilterKey::asn, "asn", unknown_only, "unknown (no network is known yet)"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < key_rules.size(); ++i) {
    if (static_cast<std::size_t>(key_rules[i].key) != i) return false;
  }
  return true;
}
static_assert(in_order() && key_rules.size() == static_cast<std::size_t>(FilterKey::asn) + 1);

constexpr std::array<std::pair<std::string_view, Span>, 5> ranges = {{{"7d", Span::days_7},
                                                                      {"30d", Span::days_30},
                                                                      {"90d", Span::days_90},
                                                                      {"12m", Span::months_12},
                                                                      {"all", Span::all}}};

// Combinations that begin with the mark of NOT.
bool is_failed_combination(std::string_view value) {
  return value == "!spf" || value == "!dkim" || with_plus(value) == "!spf+dkim";
}

// What a person may read of a value that was not understood: never the whole of something long.
std::string quoted(std::string_view value) {
  std::string shown;
  for (const char c : value.substr(0, 64)) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return fmt::format("'{}{}'", shown, value.size() > 64 ? "..." : "");
}

ParameterError invalid(std::string_view parameter, std::string detail) {
  return {std::string(parameter), "invalid_parameter", std::move(detail)};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1), before;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  std::vector<std::size_t> two_before;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_before = std::exchange(before, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_before[j - 2] + 1);
    }
  }
  return row.back();
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string_view>& also_known) : known_(filter_parameters()) {
    known_.insert(known_.end(), also_known.begin(), also_known.end());
  }

  void read(const std::string& key, const std::string& value) {
    if (key == "range") return read_range(value);
    if (key == "from") return read_date(key, value, parsed_.filter.from);
    if (key == "to") return read_date(key, value, parsed_.filter.to);
    const auto rule = std::find_if(key_rules.begin(), key_rules.end(), [&](const auto& r) { return r.name == key; });
    if (rule == key_rules.end()) {
      parsed_.errors.push_back(unknown_parameter(key, known_));
      return;
    }
    read_condition(*rule, value);
  }

  ParsedFilter finish() {
    auto& filter = parsed_.filter;
    if (filter.from || filter.to) {
      if (range_seen_) parsed_.errors.push_back(invalid("range", "give either 'range' or 'from' and 'to'"));
      if (filter.from && filter.to && *filter.from > *filter.to) {
        parsed_.errors.push_back(invalid("from", "'from' is later than 'to'"));
      }
      filter.span = Span::dates;
    }
    if (values_ > most_filter_values) {
      parsed_.errors.push_back(invalid(last_key_, fmt::format("at most {} filter values", most_filter_values)));
    }
    return std::move(parsed_);
  }

 private:
  void read_range(const std::string& value) {
    const auto found = std::find_if(ranges.begin(), ranges.end(), [&](const auto& r) { return r.first == value; });
    if (found == ranges.end()) {
      parsed_.errors.push_back(
          invalid("range", fmt::format("{} is no range; expected 7d, 30d, 90d, 12m or all", quoted(value))));
    } else if (std::exchange(range_seen_, true)) {
      parsed_.errors.push_back(invalid("range", "'range' is given twice"));
    } else {
      parsed_.filter.span = found->second;
    }
  }

  void read_date(const std::string& key, const std::string& value, std::optional<std::int64_t>& day) {
    const auto parsed = parse_day(value);
    if (!parsed) {
      parsed_.errors.push_back(invalid(key, fmt::format("{} is no date; expected YYYY-MM-DD", quoted(value))));
    } else if (day) {
      parsed_.errors.push_back(invalid(key, fmt::format("'{}' is given twice", key)));
    } else {
      day = parsed;
    }
  }

  void read_condition(const KeyRule& rule, std::string_view value) {
    const bool negated =
        !value.empty() && value.front() == '!' && !(rule.key == FilterKey::combination && is_failed_combination(value));
    if (negated) value.remove_prefix(1);
    // "!=spf": not the combination "spf", where "!spf" is a combination by itself.
    if (negated && rule.key == FilterKey::combination && value.substr(0, 1) == "=") value.remove_prefix(1);
    auto read = rule.read(value);
    if (!read) {
      parsed_.errors.push_back(invalid(
          rule.name, fmt::format("{} is no value of '{}'; expected {}", quoted(value), rule.name, rule.expected)));
      return;
    }
    ++values_;
    last_key_ = rule.name;
    auto& conditions = parsed_.filter.conditions;
    auto condition =
        std::find_if(conditions.begin(), conditions.end(), [&](const auto& c) { return c.key == rule.key; });
    if (condition == conditions.end()) condition = conditions.insert(conditions.end(), {rule.key, {}, {}});
    (negated ? condition->none_of : condition->any_of).push_back(std::move(*read));
  }

  std::vector<std::string_view> known_;
  ParsedFilter parsed_;
  bool range_seen_ = false;
  std::size_t values_ = 0;
  std::string_view last_key_;
};

}  // namespace

std::string_view name(FilterKey key) {
  return key_rules[static_cast<std::size_t>(key)].name;
}

ParsedFilter parse_filter(const Parameters& parameters, const std::vector<std::string_view>& also_known) {
  Parser parser(also_known);
  for (const auto& [key, value] : parameters) parser.read(key, value);
  return parser.finish();
}

ParameterError unknown_parameter(std::string_view parameter, const std::vector<std::string_view>& known) {
  std::string detail = fmt::format("unknown parameter {}", quoted(parameter));
  if (parameter.size() <= 32) {
    const auto nearest = std::min_element(known.begin(), known.end(), [&](auto a, auto b) {
      return edit_distance(parameter, a) < edit_distance(parameter, b);
    });
    // Two slips at most, and not so many that nothing of a short name is left.
    if (nearest != known.end() && edit_distance(parameter, *nearest) <= std::min<std::size_t>(2, nearest->size() / 2)) {
      detail += fmt::format("; did you mean '{}'?", *nearest);
    }
  }
  return {std::string(parameter), "unknown_parameter", std::move(detail)};
}

std::vector<std::string_view> filter_parameters() {
  std::vector<std::string_view> names = {"range", "from", "to"};
  for (const auto& rule : key_rules) names.push_back(rule.name);
  return names;
}

}  // namespace schema
