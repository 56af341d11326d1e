#include "schema/source_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "schema/asked_ids.h"
#include "schema/conditions.h"
#include "schema/packed_sums.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/weekly_pieces.h"
#include "schema/weekly_sources.h"

namespace schema {
namespace {

// More addresses than these are found by reading whole days.
constexpr std::size_t very_few_addresses = 16;

// To open another connection takes as long as some weeks.
constexpr std::int64_t fewest_days_in_halves = 16 * days_of_week;

// Gathers them for the sink.
class Some {
 public:
  explicit Some(const TakeFacts& sink) : sink_(sink) {}
  void add(const SourceFact& fact) {
    facts_[count_++] = fact;
    if (count_ == facts_.size()) take();
  }
  void take() { sink_(std::span(facts_).first(std::exchange(count_, 0))); }

 private:
  const TakeFacts& sink_;
  std::array<SourceFact, 128> facts_;
  std::size_t count_ = 0;
};

Status each_of(Database& database, const Facts& of, Some& some) {
  return each_row(
      database,
      Query(fmt::format("SELECT address_id, domain_id, day, f.result_id, {}, {} FROM ", of.messages, of.records)) +
          of.from + " WHERE " + of.where,
      [&](Statement& row) {
        const auto day = row.integer(2);
        some.add({row.integer(0), row.integer(1), day, day, row.integer(3), row.integer(4), row.integer(5)});
        return true;
      });
}

std::string json_of(const Ids& numbers) {
  return fmt::format("[{}]", fmt::join(numbers.list(), ","));
}

// One question, by number.
class Asked {
 public:
  static Result<Asked> of(Database& database, const Selection& selection) {
    auto results = results_asked_for(database, selection);
    if (!results) return unexpected(std::move(results.error()));
    auto domains = domains_asked_for(database, selection);
    if (!domains) return unexpected(std::move(domains.error()));
    auto some = addresses_asked_for(database, selection);
    if (!some) return unexpected(std::move(some.error()));
    const auto most_address = number(database, "SELECT max(id) FROM address");
    if (!most_address) return unexpected(most_address.error());
    return Asked(database, selection, std::move(*results), std::move(*domains), std::move(*some), *most_address);
  }

  // All of a packed week, of each domain or over all of them.
  Status week(std::int64_t week, bool by_domain, Some& some) const {
    bool right = true;
    const auto take = [&](std::int64_t domain_id, std::string_view piece) {
      if (by_domain && !domains_.has(domain_id)) return true;
      const bool whole = unpack(piece, [&](const PackedSum& sum) {
        right = right && is_one(sum.address_id, sum.result_id);
        if (!right || !results_.has(sum.result_id)) return;
        some.add(
            {sum.address_id, domain_id, week + sum.first_day, week + sum.last_day, sum.result_id, sum.messages, 0});
      });
      right = right && whole;
      return right;
    };
    Status read;
    if (!by_domain) {
      read = each_piece_of_week(database_, week, all_domains, take);
    } else if (domains_.list().size() > few_domains) {
      read = each_piece_of_week(database_, week, std::nullopt, take);
    } else {
      for (std::size_t i = 0; read && i < domains_.list().size(); ++i)
        read = each_piece_of_week(database_, week, domains_.list()[i], take);
    }
    return right ? read : unreadable_week();
  }

  // The days asked for of a packed week.
  Status days_of_week(std::int64_t week, Some& some) const {
    std::optional<std::vector<std::int64_t>> few;
    if (picks_addresses(selection_) && addresses_->list().size() <= few_addresses) few = addresses_->list();
    bool right = true;
    auto read = each_day_of_week(database_, week, few, [&](const PackedDay& row) {
      const auto day = week + row.day;
      right = right && is_one(row.address_id, row.result_id);
      if (!right || day < *selection_.from || day > *selection_.to || !results_.has(row.result_id) ||
          !domains_.has(row.domain_id) || (addresses_ && !addresses_->has(row.address_id))) {
        return;
      }
      some.add({row.address_id, row.domain_id, day, day, row.result_id, row.messages, row.records});
    });
    return right ? read : unreadable_week();
  }

  // Days of weeks that are not packed.
  Status days(std::int64_t from, std::int64_t to, Some& some) const {
    auto of = facts(over(selection_, from, to), need_address);
    if (picks_addresses(selection_) && addresses_->list().size() <= very_few_addresses) {
      // A look for each day and domain that has reports.
      of.from = Query(R"sql((SELECT DISTINCT domain_id AS of_domain, day AS of_day FROM report
          WHERE day BETWEEN ? AND ? AND domain_id IN (SELECT value FROM json_each(?)))
        CROSS JOIN json_each(?) a
        CROSS JOIN daily_source f ON f.domain_id = of_domain AND f.day = of_day AND f.address_id = a.value)sql",
                      {from, to, json_of(domains_), json_of(*addresses_)});
    }
    return each_of(database_, of, some);
  }

 private:
  Asked(Database& database, const Selection& selection, Ids results, Ids domains, std::optional<Ids> addresses,
        std::int64_t most_address)
      : database_(database),
        selection_(selection),
        most_address_(most_address),
        results_(std::move(results)),
        domains_(std::move(domains)),
        addresses_(std::move(addresses)) {}

  // Places in memory go by these numbers: damaged ones must not ask for more of it than there are.
  bool is_one(std::int64_t address_id, std::int64_t result_id) const {
    return address_id > 0 && address_id <= most_address_ && class_of(result_id) < std::size_t{result_class_count};
  }

  Database& database_;
  const Selection& selection_;
  std::int64_t most_address_;
  Ids results_, domains_;
  std::optional<Ids> addresses_;  // none: all
};

// All of what is asked for.
Status tell(Database& database, const Selection& selection, FactsOf of, Some& some) {
  if (cheapest(needs(selection) | need_address) != FactTable::daily_source) {
    return each_of(database, facts(selection, need_address), some);
  }
  const auto asked = Asked::of(database, selection);
  if (!asked) return unexpected(asked.error());
  auto weeks = packed_weeks(database, *selection.from, *selection.to);
  if (!weeks) return unexpected(weeks.error());
  const bool by_domain = of != FactsOf::sources || asks_for_domains(selection);
  const bool sums = of != FactsOf::days && is_of_weeks(selection);
  // Days of some domains lie together in `daily_source`, and all over a packed week.
  const bool days = picks_addresses(selection) || !asks_for_domains(selection);
  const auto is_whole = [&](std::int64_t week) {
    return sums && week >= *selection.from && week + days_of_week - 1 <= *selection.to;
  };
  std::erase_if(*weeks, [&](std::int64_t week) { return !days && !is_whole(week); });
  return each_stretch(
      *weeks, *selection.from, *selection.to,
      [&](std::int64_t week) {
        return is_whole(week) ? asked->week(week, by_domain, some) : asked->days_of_week(week, some);
      },
      [&](std::int64_t from, std::int64_t to) { return asked->days(from, to, some); });
}

}  // namespace

bool is_of_weeks(const Selection& selection) {
  // They know results, domains and all addresses.
  return selection.from && selection.to && !selection.among_addresses &&
         std::ranges::all_of(selection.conditions, [](const Condition& condition) {
           return (needs(condition.key) & ~unsigned{need_result}) == 0;
         });
}

bool asks_for_domains(const Selection& selection) {
  return selection.among_domains || std::ranges::any_of(selection.conditions, [](const Condition& condition) {
           return condition.key == FilterKey::domain;
         });
}

std::optional<std::pair<Selection, Selection>> in_halves(const Selection& selection) {
  // Of a few domains so little is told that adding two halves takes longer.
  if (!is_of_weeks(selection) || asks_for_domains(selection) || *selection.to - *selection.from < fewest_days_in_halves)
    return std::nullopt;
  const auto middle = week_of(*selection.from + (*selection.to - *selection.from) / 2);
  return std::pair(over(selection, selection.from, middle - 1), over(selection, middle, selection.to));
}

Status source_facts(Database& database, const Selection& selection, FactsOf of, const TakeFacts& sink) {
  if (!selection.from || !selection.to || *selection.from > *selection.to) return {};
  Some some(sink);
  const auto all = tell(database, selection, of, some);
  some.take();
  return all;
}

}  // namespace schema
