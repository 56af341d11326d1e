#include "schema/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "schema/address_text.h"
#include "schema/conditions.h"
#include "schema/located.h"

namespace schema {
namespace {

// Only these characters occur in addresses, so that most words need not be looked for among them.
bool may_be_in_address(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  });
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Result<std::string> addresses_with(Database& database, std::string_view text) {
  std::string ids = "[";
  if (may_be_in_address(text)) {
    std::string wanted;
    for (const char c : text) wanted += lower(c);
    const auto read = each_row(database, "SELECT id, ip FROM address", [&](Statement& row) {
      const auto address = address_text(row.blob(1));
      if (address && address->find(wanted) != std::string::npos) {
        fmt::format_to(std::back_inserter(ids), "{}{}", ids.size() > 1 ? "," : "", row.integer(0));
      }
      return true;
    });
    if (!read) return unexpected(read.error());
  }
  return ids + "]";
}

std::int64_t days_of(Span span, const Freshness& fresh) {
  switch (span) {
    case Span::days_7:
      return 7;
    case Span::days_90:
      return 90;
    case Span::months_12:
      return 365;
    case Span::all:
      return *fresh.as_of - *fresh.first_day + 1;
    case Span::days_30:
    case Span::dates:
      break;
  }
  return 30;
}

constexpr unsigned everything = ~0u;

// In the order of FactTable.
constexpr std::array<unsigned, 4> known = {
    need_reporter | need_policy | need_reports,
    need_reporter | need_policy | need_header_from | need_result | need_records,
    need_address | need_result | need_records,
    everything,
};

constexpr std::array<std::string_view, result_class_count> columns_of_report = {
    "p.pass_both", "p.pass_one", "p.fail_delivered", "p.fail_stopped", "p.unknown"};

}  // namespace

Result<Selection> select(Database& database, const Filter& filter, const Freshness& fresh) {
  Selection selection{filter.from, filter.to, filter.conditions, {}, {}, {}, {}};
  if (filter.span == Span::dates) {
    if (!selection.to) selection.to = std::max(fresh.as_of.value_or(*selection.from), *selection.from);
    if (!selection.from) selection.from = *selection.to - days_of(Span::dates, fresh) + 1;
  } else if (fresh.as_of) {
    selection.to = fresh.as_of;
    selection.from = *fresh.as_of - days_of(filter.span, fresh) + 1;
  }
  for (const auto& condition : filter.conditions) {
    if (condition.key != FilterKey::q) continue;
    for (const auto* values : {&condition.any_of, &condition.none_of}) {
      for (const auto& value : *values) {
        const auto& text = std::get<std::string>(value);
        auto ids = addresses_with(database, text);
        if (!ids) return unexpected(std::move(ids.error()));
        selection.q_addresses.emplace_back(text, std::move(*ids));
      }
    }
  }
  return located(database, std::move(selection));
}

Selection over(Selection selection, std::optional<std::int64_t> from, std::optional<std::int64_t> to) {
  selection.from = from;
  selection.to = to;
  selection.days_of_addresses.reset();
  return selection;
}

Selection with(Selection selection, FilterKey key, FilterValue value) {
  // Another condition of the same key is AND here.
  selection.conditions.push_back({key, {std::move(value)}, {}});
  return selection;
}

unsigned needs(const Selection& selection) {
  unsigned all = need_nothing;
  for (const auto& condition : selection.conditions) all |= needs(condition.key);
  if (selection.among_addresses) all |= need_address;
  return all;
}

FactTable cheapest(unsigned needs) {
  std::size_t table = 0;
  while ((needs & ~known[table]) != 0) ++table;
  return static_cast<FactTable>(table);
}

std::string Facts::class_sums() const {
  std::string sums = fmt::format("sum({}) AS messages", messages);
  for (int i = 0; i < result_class_count; ++i) {
    sums += fmt::format(", sum({}) AS {}", by_class[i], name(static_cast<ResultClass>(i)));
  }
  return sums;
}

void Facts::take_classes_from_results() {
  messages = "f.messages";
  for (int i = 0; i < result_class_count; ++i) {
    by_class[i] = fmt::format("CASE {} WHEN {} THEN f.messages ELSE 0 END", class_of_result, i);
  }
}

Facts facts(const Selection& selection, unsigned further_needs) {
  Facts facts;
  facts.table = cheapest(needs(selection) | further_needs);
  facts.where = conditions_sql(selection, facts.table);
  switch (facts.table) {
    case FactTable::daily:
      facts.from = "daily f";
      break;
    case FactTable::daily_source:
      facts.from = "daily_source f";
      break;
    case FactTable::record:
      // The days tell which reports, and these their records.
      facts.from = "report p CROSS JOIN record f ON f.report_id = p.id";
      break;
    case FactTable::report:
      facts.from = "report p";
      break;
  }
  if (facts.table == FactTable::report) {
    const auto wanted = wanted_classes(selection);
    for (int i = 0; i < result_class_count; ++i) {
      facts.by_class[i] = wanted[i] ? columns_of_report[i] : "0";
      facts.messages += fmt::format("{}{}", i == 0 ? "" : " + ", facts.by_class[i]);
    }
  } else {
    facts.records = facts.table == FactTable::record ? "1" : "f.records";
    facts.take_classes_from_results();
    if ((further_needs & need_result) != 0) facts.joined = " CROSS JOIN result r ON r.id = f.result_id";
    facts.from += facts.joined;
  }
  return facts;
}

Query reports_where(const Selection& selection) {
  return conditions_sql(selection, FactTable::report);
}

}  // namespace schema
