#include "schema/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "schema/address_text.h"

namespace schema {
namespace {

using ReadKey = std::optional<std::string> (*)(const Statement& row, int column);

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

struct DimensionRule {
  Dimension dimension;
  std::string_view name;
  unsigned needs;
  std::string_view join;   // further tables
  std::string_view group;  // k
  std::string_view shown;  // of k: what the key is made of
  ReadKey key;
  std::string_view sorted = shown;  // what sorts by key
};

constexpr std::string_view of_text = "(SELECT value FROM text WHERE id = k)";
constexpr std::string_view of_domain = "(SELECT name FROM domain WHERE id = k)";
constexpr std::string_view of_reporter = "(SELECT org_name FROM reporter WHERE org_key = k ORDER BY id LIMIT 1)";
constexpr std::string_view text_sorted = "ifnull((SELECT value FROM text WHERE id = k), '')";

// Of a record's results each value once; those that name none are together with the records that have none.
#define RUADAR_RESULTS(table, column)                                                    \
  " LEFT JOIN " table " a ON a.auth_id = f.auth_id AND NOT EXISTS (SELECT 1 FROM " table \
  " b WHERE b.auth_id = a.auth_id AND b." column " = a." column " AND b.n < a.n)",       \
      "ifnull(nullif(a." column ", (SELECT id FROM text WHERE value = '')), -1)"

// In the order of Dimension.
constexpr std::array rules = {
    DimensionRule{Dimension::ip, "ip", need_address, "", "address_id", "(SELECT ip FROM address WHERE id = k)",
                  address_key, "(SELECT hex(ip) FROM address WHERE id = k)"},
    DimensionRule{Dimension::domain, "domain", need_nothing, "", "domain_id", of_domain, text_key},
    DimensionRule{Dimension::reporter, "reporter", need_reporter, " CROSS JOIN reporter o ON o.id = reporter_id",
                  "o.org_key", of_reporter, text_key, "k"},
    DimensionRule{Dimension::policy, "policy", need_policy, " CROSS JOIN policy l ON l.id = policy_id", "l.p", "k",
                  enumerator_key<Policy>},
    DimensionRule{Dimension::header_from, "header_from", need_header_from, "", "header_from_id", of_text, name_key},
    DimensionRule{Dimension::disposition, "disposition", need_result, "", "r.disposition", "k",
                  enumerator_key<Disposition>},
    // Of `report` the classes are columns, not rows.
    DimensionRule{Dimension::result_class, "class", need_records, "", "r.class", "k", enumerator_key<ResultClass>},
    DimensionRule{Dimension::dkim, "dkim", need_result, "", "r.dkim", "k", enumerator_key<DmarcResult>},
    DimensionRule{Dimension::spf, "spf", need_result, "", "r.spf", "k", enumerator_key<DmarcResult>},
    DimensionRule{Dimension::combination, "combination", need_result, "", "r.combination", "k", text_key},
    DimensionRule{Dimension::dkim_domain, "dkim_domain", need_details, RUADAR_RESULTS("auth_dkim", "domain_id"),
                  of_text, text_key, text_sorted},
    DimensionRule{Dimension::dkim_selector, "dkim_selector", need_details, RUADAR_RESULTS("auth_dkim", "selector_id"),
                  of_text, text_key, text_sorted},
    DimensionRule{Dimension::spf_domain, "spf_domain", need_details, RUADAR_RESULTS("auth_spf", "domain_id"), of_text,
                  text_key, text_sorted},
    DimensionRule{Dimension::envelope_from, "envelope_from", need_details, "", "ifnull(f.envelope_from_id, -1)",
                  of_text, text_key, text_sorted},
    DimensionRule{Dimension::envelope_to, "envelope_to", need_details, "", "ifnull(f.envelope_to_id, -1)", of_text,
                  text_key, text_sorted},
    DimensionRule{Dimension::override_type, "override", need_details, " JOIN override v ON v.id = f.override_id",
                  "v.types", "k", override_key},
    // Nothing is known about these yet.
    DimensionRule{Dimension::country, "country", need_nothing, "", "0", "NULL", no_key, "k"},
    DimensionRule{Dimension::asn, "asn", need_nothing, "", "0", "NULL", no_key, "k"},
};
#undef RUADAR_RESULTS

constexpr bool in_order() {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (static_cast<std::size_t>(rules[i].dimension) != i) return false;
  }
  return true;
}
static_assert(in_order() && rules.size() == static_cast<std::size_t>(Dimension::asn) + 1);

const DimensionRule& rule(Dimension by) {
  return rules[static_cast<std::size_t>(by)];
}

}  // namespace

std::string_view name(Dimension by) {
  return rule(by).name;
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

const std::vector<std::string_view>& breakdown_sorts() {
  static const std::vector<std::string_view> sorts = {"messages",       "key",          "pass_both", "pass_one",
                                                      "fail_delivered", "fail_stopped", "unknown",   "first_seen",
                                                      "last_seen"};
  return sorts;
}

Result<Paged> breakdown(Database& database, const Selection& selection, Dimension by, const PageRequest& page,
                        const std::function<bool(const BreakdownRow&)>& sink) {
  const auto& of = rule(by);
  // Reports are counted where that costs nothing.
  const bool of_reports = cheapest(needs(selection) | of.needs | need_reports) == FactTable::report;
  const auto source = facts(selection, of.needs | (of_reports ? need_reports : need_nothing));
  const std::string_view reports = source.table == FactTable::report   ? "count(*)"
                                   : source.table == FactTable::record ? "count(DISTINCT p.id)"
                                                                       : "NULL";
  Groups groups;
  groups.grouped = Query(fmt::format("SELECT {} AS k, {} AS reports, min(day) AS first_seen, max(day) AS last_seen, {} "
                                     "FROM ",
                                     of.group, reports, source.class_sums())) +
                   source.from + of.join + " WHERE " + source.where + " GROUP BY 1";
  groups.columns = fmt::format("{}, reports, first_seen, last_seen, {}", of.shown, class_columns);
  const auto& column = page.order.column;
  groups.sorted = column == "key" ? std::string(of.sorted) : column.empty() ? "messages" : column;
  return each_group(database, groups, page, [&](Statement& row) {
    BreakdownRow group;
    group.key = of.key(row, first_group_column);
    group.reports = row.optional_integer(first_group_column + 1);
    group.first_seen = row.integer(first_group_column + 2);
    group.last_seen = row.integer(first_group_column + 3);
    group.classes = class_counts(row, first_group_column + 4);
    return sink(group);
  });
}

}  // namespace schema
