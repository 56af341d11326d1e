// The filters that pages, API and CLI share: what was asked for, understood but not yet run.
//
// The same key repeated means OR, different keys mean AND, `key=!value` means NOT. `unknown` asks for what reports do
// not say (`none` for override, where `unknown` is a type). As "!spf", "!dkim" and "!spf+dkim" are combinations,
// `combination=!=spf` means any but "spf".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "schema/ip_address.h"

namespace schema {

enum class FilterKey : std::uint8_t {
  domain,
  ip,
  reporter,
  policy,
  disposition,
  result_class,
  dkim,
  spf,
  header_from,
  envelope_from,
  envelope_to,
  dkim_domain,
  dkim_selector,
  spf_domain,
  override_type,
  combination,
  dialect,
  report,
  report_id,
  q,
  country,
  asn,
};

// The name of the parameter: "class" for result_class, "override" for override_type.
std::string_view name(FilterKey);

struct DomainPattern {  // "example.com", or with `subdomains` "*.example.com": it and all below
  std::string domain;
  bool subdomains = false;
  bool operator==(const DomainPattern&) const = default;
};
struct NotSaid {  // `unknown` where that is not a word of the vocabulary
  bool operator==(const NotSaid&) const = default;
};
// Numbers stand for enumerators, ids, and sets of override types; for policies with all their tags their words do
// (schema/policy_words.h).
using FilterValue = std::variant<std::int64_t, std::string, DomainPattern, IpRange, NotSaid>;

struct Condition {
  FilterKey key = FilterKey::domain;
  std::vector<FilterValue> any_of;   // empty: any value will do
  std::vector<FilterValue> none_of;  // and none of these
};

enum class Span : std::uint8_t { days_7, days_30, days_90, months_12, all, dates };

struct Filter {
  Span span = Span::days_30;               // ends at the newest report day, unless `dates`
  std::optional<std::int64_t> from, to;    // with `dates`: days, inclusive; at least one of them
  std::vector<Condition> conditions = {};  // at most one a key
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

// What is wrong with one parameter.
struct ParameterError {
  std::string parameter;
  std::string code;    // unknown_parameter, invalid_parameter
  std::string detail;  // one sentence
};

// At most so many values of all keys together; each is bound to the statement.
inline constexpr std::size_t most_filter_values = 200;

struct ParsedFilter {
  Filter filter;
  std::vector<ParameterError> errors;  // all of them; the filter is good when there are none
};
// `also_known`: further parameters of the caller, for suggestions; they may not be among `parameters`.
ParsedFilter parse_filter(const Parameters& parameters, const std::vector<std::string_view>& also_known = {});

// "unknown parameter 'form'; did you mean 'from'?"
ParameterError unknown_parameter(std::string_view parameter, const std::vector<std::string_view>& known);

// Names of all parameters that parse_filter() knows.
std::vector<std::string_view> filter_parameters();

}  // namespace schema
