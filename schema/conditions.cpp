#include "schema/conditions.h"

#include <algorithm>

#include "schema/policy_words.h"

namespace schema {
namespace {

using Values = std::vector<FilterValue>;

// A column of what reports say once: of the report where that is joined, else of the roll-up itself.
std::string head(FactTable table, std::string_view column) {
  const bool of_report = table == FactTable::report || table == FactTable::record;
  return (of_report ? "p." : "f.") + std::string(column);
}

bool is_not_said(const FilterValue& value) {
  return std::holds_alternative<NotSaid>(value);
}

Query joined(const std::vector<Query>& parts, std::string_view separator) {
  Query all;
  for (const auto& part : parts) {
    if (!all.sql.empty()) all += separator;
    all += part;
  }
  return all;
}

Query any(const std::vector<Query>& parts) {
  return parts.empty() ? Query("0") : Query("(") + joined(parts, " OR ") + ")";
}

std::string like_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

Value containing(const std::string& text) {
  return "%" + like_escaped(text) + "%";
}

// `column` compared with names; the empty name is what was not said.
Query name_is(std::string_view column, const FilterValue& value) {
  const auto sql = [&](std::string_view rest) { return std::string(column) + std::string(rest); };
  if (is_not_said(value)) return sql(" = ''");
  if (const auto* pattern = std::get_if<DomainPattern>(&value)) {
    Query exact(sql(" = ?"), {pattern->domain});
    if (!pattern->subdomains) return exact;
    return any({exact, Query(sql(" LIKE ? ESCAPE '\\'"), {"%." + like_escaped(pattern->domain)})});
  }
  return Query(sql(" = ?"), {std::get<std::string>(value)});
}

Query names_are(std::string_view column, const Values& values) {
  std::vector<Query> parts;
  for (const auto& value : values) parts.push_back(name_is(column, value));
  return any(parts);
}

Query texts(std::string_view column, const Values& values) {
  return Query(std::string(column) + " IN (SELECT id FROM text WHERE ") + names_are("value", values) + ")";
}

Query numbers(std::string_view column, const Values& values) {
  std::vector<Query> parts;
  for (const auto& value : values) parts.push_back(Query("?", {std::get<std::int64_t>(value)}));
  return Query(std::string(column) + " IN (") + joined(parts, ", ") + ")";
}

Query results(std::string_view column, const Values& values) {
  return Query("f.result_id IN (SELECT id FROM result WHERE ") + numbers(column, values) + ")";
}

Query addresses(std::string_view column, const Values& values) {
  const auto bytes = [](const IpAddress& address) {
    return Value(OwnedBlob{std::string(address.bytes().begin(), address.bytes().end())});
  };
  std::vector<Query> parts;
  for (const auto& value : values) {
    if (const auto* range = std::get_if<IpRange>(&value)) {
      parts.push_back(Query("ip BETWEEN ? AND ?", {bytes(range->first), bytes(range->last)}));
    } else {
      parts.push_back(Query("ip = x''"));
    }
  }
  return Query(std::string(column) + " IN (SELECT id FROM address WHERE ") + any(parts) + ")";
}

Query among(std::string_view column, const std::string& ids) {
  return Query(std::string(column) + " IN (SELECT value FROM json_each(?))", {ids});
}

Query within_days(std::string_view column, const Selection& selection) {
  return Query(std::string(column) + " BETWEEN ? AND ?", {selection.from.value_or(0), selection.to.value_or(-1)});
}

// Reports of the days on which their domain was sent from the addresses that are asked for.
Query on_days_of_addresses(const std::string& days) {
  return Query("(p.domain_id, p.day) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))", {days});
}

Query reporters(const Values& values, FactTable table) {
  std::vector<Query> parts;
  for (const auto& value : values) parts.push_back(Query("lower(?)", {std::get<std::string>(value)}));
  return Query(head(table, "reporter_id") + " IN (SELECT id FROM reporter WHERE org_key IN (") + joined(parts, ", ") +
         "))";
}

// Null in `column`: the report does not say; the empty text: the null reverse-path.
Query envelopes(std::string_view column, const Values& values) {
  Values said;
  std::copy_if(values.begin(), values.end(), std::back_inserter(said), [](const auto& v) { return !is_not_said(v); });
  std::vector<Query> parts;
  if (!said.empty()) parts.push_back(texts(column, said));
  if (said.size() < values.size()) parts.push_back(Query(std::string(column) + " IS NULL"));
  return any(parts);
}

// Records with a result (of `table`) whose `column` is one of the values; unknown: without such a result, or one that
// names none.
Query raw_results(const std::string& table, const std::string& column, const Values& values) {
  std::vector<Query> parts = {Query("f.auth_id IN (SELECT auth_id FROM " + table + " WHERE ") + texts(column, values) +
                              ")"};
  if (std::any_of(values.begin(), values.end(), is_not_said)) {
    parts.push_back("NOT EXISTS (SELECT 1 FROM " + table + " WHERE auth_id = f.auth_id)");
  }
  return any(parts);
}

Query overrides(const Values& values) {
  std::vector<Query> parts;
  for (const auto& value : values) {
    const auto types = std::get<std::int64_t>(value);
    parts.push_back(types == 0 ? Query("types = 0") : Query("types & ? = ?", {types, types}));
  }
  return Query("f.override_id IN (SELECT id FROM override WHERE ") + any(parts) + ")";
}

// By p alone, or by all that reports say of it.
Query published(const Values& values) {
  std::vector<Query> parts;
  for (const auto& value : values) {
    const auto* words = std::get_if<std::string>(&value);
    if (words == nullptr) {
      parts.push_back(Query("p = ?", {std::get<std::int64_t>(value)}));
      continue;
    }
    const auto policy = read_policy_words(*words).value_or(PolicyPublished());
    const auto number = [](auto one) { return static_cast<std::int64_t>(one); };
    parts.push_back(
        Query("(p = ? AND sp = ? AND np = ? AND adkim = ? AND aspf = ? AND pct = ? AND fo = ? AND "
              "testing = ? AND discovery_method = ?)",
              {number(policy.p.value), number(policy.sp.value), number(policy.np.value), number(policy.adkim.value),
               number(policy.aspf.value), number(policy.pct.value_or(-1)), policy.fo,
               number(policy.testing ? *policy.testing : -1), number(policy.discovery_method.value)}));
  }
  return any(parts);
}

Query reports_named(const Values& values) {
  std::vector<Query> parts;
  for (const auto& value : values) parts.push_back(Query("?", {std::get<std::string>(value)}));
  return Query("p.report_id IN (") + joined(parts, ", ") + ")";
}

Query combinations(const Values& values) {
  std::vector<Query> parts;
  for (const auto& value : values) parts.push_back(Query("?", {std::get<std::string>(value)}));
  return Query("f.result_id IN (SELECT id FROM result WHERE combination IN (") + joined(parts, ", ") + "))";
}

// As part of anything that has a name.
Query containing_text(const Selection& selection, const Values& values, FactTable table) {
  std::vector<Query> parts;
  for (const auto& value : values) {
    const auto& text = std::get<std::string>(value);
    const auto pattern = containing(text);
    parts.push_back({R"sql(p.domain_id IN (SELECT id FROM domain WHERE name LIKE ? ESCAPE '\'))sql", {pattern}});
    parts.push_back(
        {R"sql(p.reporter_id IN (SELECT id FROM reporter WHERE org_name LIKE ? ESCAPE '\'))sql", {pattern}});
    parts.push_back({R"sql(p.report_id LIKE ? ESCAPE '\')sql", {pattern}});
    const auto found = std::find_if(selection.q_addresses.begin(), selection.q_addresses.end(),
                                    [&](const auto& q) { return q.first == text; });
    const std::string ids = found == selection.q_addresses.end() ? "[]" : found->second;
    const Query of_record(R"sql((f.header_from_id IN (SELECT id FROM text WHERE value LIKE ? ESCAPE '\')
                                 OR f.address_id IN (SELECT value FROM json_each(?))))sql",
                          {pattern, ids});
    parts.push_back(table == FactTable::report
                        ? Query("EXISTS (SELECT 1 FROM record f WHERE f.report_id = p.id AND ") + of_record + ")"
                        : of_record);
  }
  return any(parts);
}

Query classes_of_report(const Values& values) {
  constexpr std::array<std::string_view, result_class_count> some = {
      "p.pass_both > 0", "p.pass_one > 0", "p.fail_delivered > 0", "p.fail_stopped > 0", "p.unknown > 0"};
  std::vector<Query> parts;
  for (const auto& value : values) parts.push_back(some[static_cast<std::size_t>(std::get<std::int64_t>(value))]);
  return any(parts);
}

// Rows with one of the values.
Query one_of(const Selection& selection, FilterKey key, const Values& values, FactTable table) {
  switch (key) {
    case FilterKey::domain:
      return Query(head(table, "domain_id") + " IN (SELECT id FROM domain WHERE ") + names_are("name", values) + ")";
    case FilterKey::ip:
      return addresses("f.address_id", values);
    case FilterKey::reporter:
      return reporters(values, table);
    case FilterKey::policy:
      return Query(head(table, "policy_id") + " IN (SELECT id FROM policy WHERE ") + published(values) + ")";
    case FilterKey::disposition:
      return results("disposition", values);
    case FilterKey::result_class:
      return table == FactTable::report ? classes_of_report(values) : results("class", values);
    case FilterKey::dkim:
      return results("dkim", values);
    case FilterKey::spf:
      return results("spf", values);
    case FilterKey::header_from:
      return texts("f.header_from_id", values);
    case FilterKey::envelope_from:
      return envelopes("f.envelope_from_id", values);
    case FilterKey::envelope_to:
      return envelopes("f.envelope_to_id", values);
    case FilterKey::dkim_domain:
      return raw_results("auth_dkim", "domain_id", values);
    case FilterKey::dkim_selector:
      return raw_results("auth_dkim", "selector_id", values);
    case FilterKey::spf_domain:
      return raw_results("auth_spf", "domain_id", values);
    case FilterKey::override_type:
      return overrides(values);
    case FilterKey::combination:
      return combinations(values);
    case FilterKey::dialect:
      return numbers("p.dialect", values);
    case FilterKey::report:
      return numbers("p.id", values);
    case FilterKey::report_id:
      return reports_named(values);
    case FilterKey::q:
      return containing_text(selection, values, table);
    case FilterKey::country:
    case FilterKey::asn:
      return "1";  // only `unknown` can be asked for
  }
  return "0";
}

// Null where the row does not say is no: NOT must find such rows.
Query not_one_of(const Selection& selection, FilterKey key, const Values& values, FactTable table) {
  return Query("(") + one_of(selection, key, values, table) + ") IS NOT TRUE";
}

void add(std::vector<Query>& parts, const Selection& selection, const Condition& condition, FactTable table) {
  if (!condition.any_of.empty()) parts.push_back(one_of(selection, condition.key, condition.any_of, table));
  if (!condition.none_of.empty()) parts.push_back(not_one_of(selection, condition.key, condition.none_of, table));
}

// Nothing that a report can say of itself. (`q` looks at reports and records alike, and finds its records itself.)
bool is_of_record(const Condition& condition) {
  return condition.key != FilterKey::q &&
         (needs(condition.key) & (need_header_from | need_result | need_address | need_details)) != 0;
}

bool has(const Values& values, std::int64_t number) {
  return std::any_of(values.begin(), values.end(), [&](const auto& v) { return std::get<std::int64_t>(v) == number; });
}

Values remaining_classes(const Condition& condition) {
  Values remaining;
  for (std::int64_t i = 0; i < result_class_count; ++i) {
    if ((condition.any_of.empty() || has(condition.any_of, i)) && !has(condition.none_of, i)) remaining.emplace_back(i);
  }
  return remaining;
}

}  // namespace

unsigned needs(FilterKey key) {
  switch (key) {
    case FilterKey::domain:
    case FilterKey::result_class:
    case FilterKey::country:
    case FilterKey::asn:
      return need_nothing;
    case FilterKey::ip:
      return need_address;
    case FilterKey::reporter:
      return need_reporter;
    case FilterKey::policy:
      return need_policy;
    case FilterKey::header_from:
      return need_header_from;
    case FilterKey::disposition:
    case FilterKey::dkim:
    case FilterKey::spf:
    case FilterKey::combination:
      return need_result;
    case FilterKey::dialect:
    case FilterKey::report:
    case FilterKey::report_id:
      return need_reports;
    case FilterKey::envelope_from:
    case FilterKey::envelope_to:
    case FilterKey::dkim_domain:
    case FilterKey::dkim_selector:
    case FilterKey::spf_domain:
    case FilterKey::override_type:
    case FilterKey::q:
      return need_details;
  }
  return need_details;
}

Query conditions_sql(const Selection& selection, FactTable table) {
  std::vector<Query> parts;
  std::vector<Query> of_records;  // one record must meet them all
  const bool asks_records =
      table == FactTable::report && std::any_of(selection.conditions.begin(), selection.conditions.end(), is_of_record);
  bool by_domain = selection.among_domains.has_value();
  const bool of_reports = table == FactTable::report || table == FactTable::record;
  parts.push_back(of_reports && selection.days_of_addresses ? on_days_of_addresses(*selection.days_of_addresses)
                                                            : within_days(head(table, "day"), selection));
  for (const auto& condition : selection.conditions) {
    const auto& [key, any_of, none_of] = condition;
    if (asks_records && (is_of_record(condition) || key == FilterKey::result_class)) {
      add(of_records, selection, condition, FactTable::record);
    } else if (table == FactTable::report && key == FilterKey::result_class) {
      // NOT leaves the reports that hold another class too.
      parts.push_back(one_of(selection, key, remaining_classes(condition), table));
    } else {
      add(parts, selection, condition, table);
    }
    by_domain = by_domain || (key == FilterKey::domain && !any_of.empty());
  }
  if (selection.among_domains) {
    parts.push_back(among(head(table, "domain_id"), *selection.among_domains));
  }
  if (selection.among_addresses) parts.push_back(among("f.address_id", *selection.among_addresses));
  // The roll-ups are sorted by domain and day: naming every domain lets them be searched by day.
  const bool rollup = table == FactTable::daily || table == FactTable::daily_source;
  if (rollup && !by_domain) parts.push_back("f.domain_id IN (SELECT id FROM domain)");
  if (asks_records) {
    parts.push_back(Query("EXISTS (SELECT 1 FROM record f WHERE f.report_id = p.id AND ") + joined(of_records, " AND ") +
                    ")");
  }
  return joined(parts, " AND ");
}

Query condition_sql(const Condition& condition, FactTable table) {
  std::vector<Query> parts;
  add(parts, {}, condition, table);
  return parts.empty() ? Query("1") : joined(parts, " AND ");
}

bool picks_addresses(const Selection& selection) {
  return selection.among_addresses ||
         std::any_of(selection.conditions.begin(), selection.conditions.end(),
                     [](const auto& c) { return c.key == FilterKey::ip && !c.any_of.empty(); });
}

std::array<bool, result_class_count> wanted_classes(const Selection& selection) {
  std::array<bool, result_class_count> wanted{};
  wanted.fill(true);
  for (const auto& condition : selection.conditions) {
    if (condition.key != FilterKey::result_class) continue;
    const auto remaining = remaining_classes(condition);
    for (std::int64_t i = 0; i < result_class_count; ++i) {
      if (!has(remaining, i)) wanted[static_cast<std::size_t>(i)] = false;
    }
  }
  return wanted;
}

}  // namespace schema
