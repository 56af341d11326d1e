// What messages can be divided by, and how a table of facts (schema/selection.h) says it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/sqlite.h"

namespace schema {

enum class Dimension : std::uint8_t {
  ip,
  network,  // /24 of IPv4, /48 of IPv6; asked for as `ip`
  domain,
  reporter,
  policy,
  header_from,
  disposition,
  result_class,
  dkim,
  spf,
  combination,
  dkim_domain,
  dkim_selector,
  spf_domain,
  envelope_from,
  envelope_to,
  override_type,
  country,
  asn,
};

std::string_view name(Dimension);  // as `by=` has it
std::optional<Dimension> dimension_named(std::string_view name);
std::vector<std::string_view> dimension_names();

// A dimension as parts of a SELECT ... GROUP BY over facts().
struct DimensionSql {
  Dimension dimension;
  std::string_view name;
  unsigned needs;           // of the table, for facts()
  std::string_view column;  // the number that `group` is made of besides the result's
  std::string_view join;    // further tables
  std::string_view group;   // what it is grouped by, never null
  std::string_view shown;   // what its key is made of; {} stands for the grouped value
  std::optional<std::string> (*key)(const Statement& row, int column);  // of `shown`; none where reports do not say it
  std::string_view sorted = shown;                                      // what sorts by key
};
const DimensionSql& dimension_sql(Dimension);

// Whether a record can have several values of it, so that it counts under each.
bool has_several(Dimension);

}  // namespace schema
