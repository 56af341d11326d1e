#include "schema/source_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

using Sink = std::function<void(const SourceFact&)>;

// More addresses than these are found by reading whole weeks.
constexpr std::size_t few_addresses = 1000;
// More than these by reading whole days.
constexpr std::size_t very_few_addresses = 16;
// The sums of more domains than these are found by reading those of all.
constexpr std::size_t few_domains = 16;

bool is_of_address(const Condition& condition) {
  return (needs(condition.key) & need_address) != 0;
}
bool is_of_result(const Condition& condition) {
  return condition.key != FilterKey::domain && !is_of_address(condition);
}

// Some of the numbers of a table.
class Numbers {
 public:
  // Of `column` in `rows`, those that the conditions leave of which `is_one` holds.
  template <typename IsOne>
  static Result<Numbers> left(Database& database, const Selection& selection, std::string_view column,
                              std::string_view rows, IsOne is_one, const std::optional<std::string>& among = {}) {
    Query query(fmt::format("SELECT {0} FROM (SELECT id AS {0} FROM {1}) f WHERE 1", column, rows));
    for (const auto& condition : selection.conditions) {
      if (is_one(condition)) query += Query(" AND ") + condition_sql(condition, FactTable::daily_source);
    }
    if (among) query += Query(fmt::format(" AND {} IN (SELECT value FROM json_each(?))", column), {*among});
    Numbers numbers;
    const auto read = each_row(database, query, [&](Statement& row) {
      const auto id = static_cast<std::size_t>(row.integer(0));
      if (id >= numbers.has_.size()) numbers.has_.resize(id + 1);
      numbers.has_[id] = true;
      numbers.list_.push_back(row.integer(0));
      return true;
    });
    if (!read) return unexpected(read.error());
    std::ranges::sort(numbers.list_);
    return numbers;
  }
  bool has(std::int64_t id) const {
    return static_cast<std::uint64_t>(id) < has_.size() && has_[static_cast<std::size_t>(id)];
  }
  const std::vector<std::int64_t>& list() const { return list_; }  // ascending

 private:
  std::vector<bool> has_;
  std::vector<std::int64_t> list_;
};

Status each_of(Database& database, const Facts& of, const Sink& sink) {
  return each_row(
      database,
      Query(fmt::format("SELECT address_id, domain_id, day, f.result_id, {}, {} FROM ", of.messages, of.records)) +
          of.from + " WHERE " + of.where,
      [&](Statement& row) {
        const auto day = row.integer(2);
        sink({row.integer(0), row.integer(1), day, day, row.integer(3), row.integer(4), row.integer(5)});
        return true;
      });
}

std::string json_of(const Numbers& numbers) {
  return fmt::format("[{}]", fmt::join(numbers.list(), ","));
}

// One question, by number.
class Asked {
 public:
  static Result<Asked> of(Database& database, const Selection& selection) {
    auto results = Numbers::left(database, selection, "result_id", "result", is_of_result);
    if (!results) return unexpected(std::move(results.error()));
    const auto is_of_domain = [](const Condition& condition) { return condition.key == FilterKey::domain; };
    auto domains = Numbers::left(database, selection, "domain_id", "domain", is_of_domain, selection.among_domains);
    if (!domains) return unexpected(std::move(domains.error()));
    std::optional<Numbers> some;  // of many addresses, where it asks for them
    if (selection.among_addresses || std::ranges::any_of(selection.conditions, is_of_address)) {
      auto addresses =
          Numbers::left(database, selection, "address_id", "address", is_of_address, selection.among_addresses);
      if (!addresses) return unexpected(std::move(addresses.error()));
      some = std::move(*addresses);
    }
    const auto most_address = number(database, "SELECT max(id) FROM address");
    if (!most_address) return unexpected(most_address.error());
    return Asked(database, selection, std::move(*results), std::move(*domains), std::move(some), *most_address);
  }

  // All of a packed week, of each domain or over all of them.
  Status week(std::int64_t week, bool by_domain, const Sink& sink) const {
    bool right = true;
    const auto take = [&](std::int64_t domain_id, std::string_view piece) {
      if (by_domain && !domains_.has(domain_id)) return true;
      const bool whole = unpack(piece, [&](const PackedSum& sum) {
        right = right && is_one(sum.address_id, sum.result_id);
        if (!right || !results_.has(sum.result_id)) return;
        sink({sum.address_id, domain_id, week + sum.first_day, week + sum.last_day, sum.result_id, sum.messages, 0});
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
  Status days_of_week(std::int64_t week, const Sink& sink) const {
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
      sink({row.address_id, row.domain_id, day, day, row.result_id, row.messages, row.records});
    });
    return right ? read : unreadable_week();
  }

  // Days of weeks that are not packed.
  Status days(std::int64_t from, std::int64_t to, const Sink& sink) const {
    auto of = facts(over(selection_, from, to), need_address);
    if (picks_addresses(selection_) && addresses_->list().size() <= very_few_addresses) {
      // A look for each day and domain that has reports.
      of.from = Query(R"sql((SELECT DISTINCT domain_id AS of_domain, day AS of_day FROM report
          WHERE day BETWEEN ? AND ? AND domain_id IN (SELECT value FROM json_each(?)))
        CROSS JOIN json_each(?) a
        CROSS JOIN daily_source f ON f.domain_id = of_domain AND f.day = of_day AND f.address_id = a.value)sql",
                      {from, to, json_of(domains_), json_of(*addresses_)});
    }
    return each_of(database_, of, sink);
  }

 private:
  Asked(Database& database, const Selection& selection, Numbers results, Numbers domains,
        std::optional<Numbers> addresses, std::int64_t most_address)
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
  Numbers results_, domains_;
  std::optional<Numbers> addresses_;  // none: all
};

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

Status each_source_fact(Database& database, const Selection& selection, FactsOf of, const Sink& sink) {
  if (!selection.from || !selection.to || *selection.from > *selection.to) return {};
  if (cheapest(needs(selection) | need_address) != FactTable::daily_source) {
    return each_of(database, facts(selection, need_address), sink);
  }
  const auto asked = Asked::of(database, selection);
  if (!asked) return unexpected(asked.error());
  const auto weeks = packed_weeks(database, *selection.from, *selection.to);
  if (!weeks) return unexpected(weeks.error());
  const bool by_domain = of != FactsOf::sources || asks_for_domains(selection);
  const bool sums = of != FactsOf::days && is_of_weeks(selection);
  // Days of some domains lie together in `daily_source`, and all over a packed week.
  const bool days = picks_addresses(selection) || !asks_for_domains(selection);
  auto from = *selection.from;  // what comes next
  const auto days_before = [&](std::int64_t day) { return from < day ? asked->days(from, day - 1, sink) : Status(); };
  for (const auto week : *weeks) {
    const bool whole = week >= *selection.from && week + 6 <= *selection.to;
    if (!days && !(sums && whole)) continue;
    if (auto read = days_before(week); !read) return read;
    if (auto read = sums && whole ? asked->week(week, by_domain, sink) : asked->days_of_week(week, sink); !read)
      return read;
    from = week + 7;
  }
  return days_before(*selection.to + 1);
}

}  // namespace schema
