#include "schema/dimension.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "schema/address_text.h"
#include "schema/report.h"
#include "schema/selection.h"
#include "schema/verdict.h"

namespace schema {
namespace {

std::optional<std::string> text_key(const Statement& row, int column) {
  return row.optional_text(column);
}
// The empty name is what the report did not say.
std::optional<std::string> name_key(const Statement& row, int column) {
  const auto text = row.text(column);
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}
std::optional<std::string> address_key(const Statement& row, int column) {
  return address_text(row.blob(column));
}
// The digits of the part of an address that stands for its network; of what is no address there are none.
std::optional<std::string> network_key(const Statement& row, int column) {
  const auto digits = row.text(column);
  if (digits.empty()) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; 2 * i + 1 < digits.size(); ++i)
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
  const auto first = IpAddress::from_bytes(bytes);
  return first.to_string() + (first.is_v4() ? "/24" : "/48");
}
template <typename E>
std::optional<std::string> enumerator_key(const Statement& row, int column) {
  return std::string(name(static_cast<E>(row.integer(column))));
}
// A set of bits, 0 for none: "forwarded+local_policy".
std::optional<std::string> override_key(const Statement& row, int column) {
  std::string types;
  for (int type = 0; type <= static_cast<int>(OverrideType::policy_test_mode); ++type) {
    if ((row.integer(column) >> type & 1) == 0) continue;
    if (!types.empty()) types += '+';
    types += name(static_cast<OverrideType>(type));
  }
  return types.empty() ? std::nullopt : std::optional(types);
}
std::optional<std::string> no_key(const Statement&, int) {
  return std::nullopt;
}

constexpr std::string_view of_text = "(SELECT value FROM text WHERE id = {})";
constexpr std::string_view of_domain = "(SELECT name FROM domain WHERE id = {})";
constexpr std::string_view of_reporter = "(SELECT org_name FROM reporter WHERE org_key = {} ORDER BY id LIMIT 1)";
constexpr std::string_view text_sorted = "ifnull((SELECT value FROM text WHERE id = {}), '')";

// Of a record's results each value once; those that name none are together with the records that have none.
#define RUADAR_RESULTS(table, column)                                                    \
  " LEFT JOIN " table " a ON a.auth_id = f.auth_id AND NOT EXISTS (SELECT 1 FROM " table \
  " b WHERE b.auth_id = a.auth_id AND b." column " = a." column " AND b.n < a.n)",       \
      "ifnull(nullif(a." column ", (SELECT id FROM text WHERE value = '')), -1)"

// In the order of Dimension.
constexpr std::array rules = {
    DimensionSql{Dimension::ip, "ip", need_address, "address_id", "", "address_id",
                 "(SELECT ip FROM address WHERE id = {})", address_key, "(SELECT hex(ip) FROM address WHERE id = {})"},
    DimensionSql{Dimension::network, "network", need_address, "address_id",
                 " CROSS JOIN address n ON n.id = address_id",
                 "hex(substr(n.ip, 1, CASE substr(n.ip, 1, 12) WHEN x'00000000000000000000ffff' THEN 15 ELSE 6 END))",
                 "{}", network_key},
    DimensionSql{Dimension::domain, "domain", need_nothing, "domain_id", "", "domain_id", of_domain, text_key},
    DimensionSql{Dimension::reporter, "reporter", need_reporter, "reporter_id",
                 " CROSS JOIN reporter o ON o.id = reporter_id", "o.org_key", of_reporter, text_key, "{}"},
    DimensionSql{Dimension::policy, "policy", need_policy, "policy_id", " CROSS JOIN policy l ON l.id = policy_id",
                 "l.p", "{}", enumerator_key<Policy>},
    DimensionSql{Dimension::header_from, "header_from", need_header_from, "header_from_id", "", "header_from_id",
                 of_text, name_key},
    DimensionSql{Dimension::disposition, "disposition", need_result, "", "", "r.disposition", "{}",
                 enumerator_key<Disposition>},
    // Of `report` the classes are columns, not rows.
    DimensionSql{Dimension::result_class, "class", need_records, "", "", class_of_result, "{}",
                 enumerator_key<ResultClass>},
    DimensionSql{Dimension::dkim, "dkim", need_result, "", "", "r.dkim", "{}", enumerator_key<DmarcResult>},
    DimensionSql{Dimension::spf, "spf", need_result, "", "", "r.spf", "{}", enumerator_key<DmarcResult>},
    DimensionSql{Dimension::combination, "combination", need_result, "", "", "r.combination", "{}", text_key},
    DimensionSql{Dimension::dkim_domain, "dkim_domain", need_details, "auth_id",
                 RUADAR_RESULTS("auth_dkim", "domain_id"), of_text, text_key, text_sorted},
    DimensionSql{Dimension::dkim_selector, "dkim_selector", need_details, "auth_id",
                 RUADAR_RESULTS("auth_dkim", "selector_id"), of_text, text_key, text_sorted},
    DimensionSql{Dimension::spf_domain, "spf_domain", need_details, "auth_id", RUADAR_RESULTS("auth_spf", "domain_id"),
                 of_text, text_key, text_sorted},
    DimensionSql{Dimension::envelope_from, "envelope_from", need_details, "envelope_from_id", "",
                 "ifnull(f.envelope_from_id, -1)", of_text, text_key, text_sorted},
    DimensionSql{Dimension::envelope_to, "envelope_to", need_details, "envelope_to_id", "",
                 "ifnull(f.envelope_to_id, -1)", of_text, text_key, text_sorted},
    DimensionSql{Dimension::override_type, "override", need_details, "override_id",
                 " JOIN override v ON v.id = f.override_id", "v.types", "{}", override_key},
    // Nothing is known about these yet.
    DimensionSql{Dimension::country, "country", need_nothing, "", "", "0", "NULL", no_key, "{}"},
    DimensionSql{Dimension::asn, "asn", need_nothing, "", "", "0", "NULL", no_key, "{}"},
};
#undef RUADAR_RESULTS

constexpr bool in_order() {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (static_cast<std::size_t>(rules[i].dimension) != i) return false;
  }
  return true;
}
static_assert(in_order() && rules.size() == static_cast<std::size_t>(Dimension::asn) + 1);

}  // namespace

std::string_view name(Dimension by) {
  return dimension_sql(by).name;
}

std::optional<Dimension> dimension_named(std::string_view name) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.name == name; });
  return found == rules.end() ? std::nullopt : std::optional(found->dimension);
}

std::vector<std::string_view> dimension_names() {
  std::vector<std::string_view> names;
  for (const auto& r : rules) names.push_back(r.name);
  return names;
}

const DimensionSql& dimension_sql(Dimension by) {
  return rules[static_cast<std::size_t>(by)];
}

bool has_several(Dimension by) {
  return by == Dimension::dkim_domain || by == Dimension::dkim_selector || by == Dimension::spf_domain;
}

}  // namespace schema
