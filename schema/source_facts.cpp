#include "schema/source_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "schema/conditions.h"
#include "schema/packed_sums.h"
#include "schema/query.h"
#include "schema/weekly_sources.h"

namespace schema {
namespace {

// Which results the conditions leave, by their number; none: all of them.
Result<std::optional<std::vector<bool>>> wanted_results(Database& database, const Selection& selection) {
  if (selection.conditions.empty()) return std::nullopt;
  Query query("SELECT result_id FROM (SELECT id AS result_id FROM result) f WHERE 1");
  for (const auto& condition : selection.conditions) {
    query += Query(" AND ") + condition_sql(condition, FactTable::daily_source);
  }
  std::vector<bool> wanted;
  const auto read = each_row(database, query, [&](Statement& row) {
    const auto id = static_cast<std::size_t>(row.integer(0));
    if (id >= wanted.size()) wanted.resize(id + 1);
    wanted[id] = true;
    return true;
  });
  if (!read) return unexpected(read.error());
  return wanted;
}

// The weeks it has told.
Result<std::vector<std::int64_t>> each_of_weeks(Database& database, const Selection& selection,
                                                const std::function<void(const SourceFact&)>& sink) {
  const auto wanted = wanted_results(database, selection);
  if (!wanted) return unexpected(wanted.error());
  const auto is_wanted = [&wanted](std::int64_t result_id) {
    const auto id = static_cast<std::size_t>(result_id);
    return !*wanted || (id < (*wanted)->size() && (**wanted)[id]);
  };
  // Places in memory go by the number of an address: a damaged one must not ask for more of it than there are.
  const auto most = number(database, "SELECT max(id) FROM address");
  if (!most) return unexpected(most.error());
  bool whole = true;
  auto weeks = each_piece(database, *selection.from, *selection.to, [&](std::int64_t week, std::string_view bytes) {
    const auto read = unpack(bytes, [&](const PackedSum& sum) {
      if (sum.address_id < 0 || sum.address_id > *most || class_of(sum.result_id) >= std::size_t{result_class_count}) {
        whole = false;
        return;
      }
      if (!is_wanted(sum.result_id)) return;
      sink({sum.address_id, 0, week + sum.first_day, week + sum.last_day, sum.result_id, sum.messages});
    });
    whole = whole && read;
  });
  if (weeks && !whole) return internal_error("corrupt", "the totals by source of a week cannot be read");
  return weeks;
}

Status each_of_days(Database& database, const Selection& selection,
                    const std::function<void(const SourceFact&)>& sink) {
  const auto of = facts(selection, need_address);
  return each_row(database,
                  Query(fmt::format("SELECT address_id, domain_id, day, f.result_id, {} FROM ", of.messages)) +
                      of.from + " WHERE " + of.where,
                  [&](Statement& row) {
                    const auto day = row.integer(2);
                    sink({row.integer(0), row.integer(1), day, day, row.integer(3), row.integer(4)});
                    return true;
                  });
}

}  // namespace

bool is_of_weeks(const Selection& selection) {
  // They know results, all addresses and no domain.
  return selection.from && selection.to && !selection.among_domains && !selection.among_addresses &&
         std::ranges::all_of(selection.conditions, [](const Condition& condition) {
           return condition.key != FilterKey::domain && (needs(condition.key) & ~unsigned{need_result}) == 0;
         });
}

Status each_source_fact(Database& database, const Selection& selection, bool by_domain,
                        const std::function<void(const SourceFact&)>& sink) {
  if (by_domain || !is_of_weeks(selection)) return each_of_days(database, selection, sink);
  auto weeks = each_of_weeks(database, selection, sink);
  if (!weeks) return unexpected(std::move(weeks.error()));
  // What lies before, between and behind them.
  auto from = *selection.from;
  weeks->push_back(*selection.to + 1);
  for (const auto week : *weeks) {
    if (from < week) {
      if (auto read = each_of_days(database, over(selection, from, week - 1), sink); !read) return read;
    }
    from = week + 7;
  }
  return {};
}

}  // namespace schema
