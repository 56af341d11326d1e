#include "schema/pruning.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "schema/query.h"

namespace schema {
namespace {

// Times before it are old.
std::int64_t old_before(const PruneRule& rule) {
  const auto day_began = rule.before_day * 86400;
  return rule.stored_before ? std::min(day_began, *rule.stored_before) : day_began;
}

// Which reports a rule means. With totals kept, those that are pruned already are done with.
Query meant(const PruneRule& rule) {
  Query where("day < ?", {rule.before_day});
  if (rule.stored_before) where += Query(" AND stored_at < ?", {*rule.stored_before});
  if (rule.keep_rollups) where += " AND pruned_at IS NULL";
  return where;
}

// What people decided about long ago.
Query decided(const PruneRule& rule) {
  return {"state <> 'open' AND last_tried < ?", {old_before(rule)}};
}

class Step {
 public:
  Step(Writer& writer, const PruneRule& rule) : writer_(writer), database_(writer.database()), rule_(rule) {}

  Result<Pruned> take() {
    for (const auto stage : {&Step::half_emptied, &Step::reports, &Step::decided_failures, &Step::left_over_rollups,
                             &Step::old_identities}) {
      if (auto done = (this->*stage)(); !done) return unexpected(std::move(done.error()));
      if (left_ <= 0) return pruned_;
    }
    pruned_.complete = true;
    return pruned_;
  }

 private:
  // A report whose records did not fit into one step.
  Status half_emptied() {
    const auto id = database_.integer("SELECT value FROM state WHERE name = 'emptying'");
    if (!id) return unexpected(id.error());
    return *id ? empty(**id) : Status();
  }

  Status reports() {
    std::vector<Next> all;
    auto read =
        each_row(database_,
                 Query("SELECT id, records, original_id, pruned_at IS NOT NULL FROM report WHERE ") + meant(rule_) +
                     Query(" ORDER BY day, id LIMIT ?", {left_}),
                 [&](Statement& row) {
                   all.push_back({row.integer(0), row.integer(1), row.optional_integer(2), row.integer(3) != 0});
                   return true;
                 });
    if (!read) return read;
    for (const auto& next : all) {
      if (left_ <= 0) break;
      if (auto done = report(next); !done) return done;
    }
    return {};
  }

  struct Next {
    std::int64_t id, records;
    std::optional<std::int64_t> original_id;
    bool emptied;  // its totals are all that is left
  };

  // All of it, or as many of its records as the step has room for.
  Status report(const Next& next) {
    if (!rule_.keep_rollups && !next.emptied && next.records > left_) {
      pruned_.records += left_;
      return writer_.reports().shrink(next.id, next.records - std::exchange(left_, 0));
    }
    ++pruned_.reports;
    if (rule_.keep_rollups) {
      if (auto emptied = empty(next.id); !emptied) return emptied;
    } else {
      if (!next.emptied) pruned_.records += next.records;
      spend(1 + next.records);
      if (auto gone = writer_.reports().forget(next.id, rule_.now); !gone) return gone;
    }
    return next.original_id ? give_up(*next.original_id) : Status();
  }

  Status empty(std::int64_t id) {
    const auto room = std::max<std::int64_t>(left_, 1);
    const auto emptied = writer_.reports().empty(id, room, rule_.now);
    if (!emptied) return unexpected(emptied.error());
    pruned_.records += *emptied;
    spend(1 + *emptied);
    if (*emptied < room) return database_.execute("DELETE FROM state WHERE name = 'emptying'");
    return database_.execute("INSERT OR REPLACE INTO state VALUES ('emptying', ?)", id);
  }

  // An original, when nobody needs it any more.
  Status give_up(std::int64_t original_id) {
    const auto needed = number(database_, {"SELECT EXISTS (SELECT 1 FROM report WHERE original_id = ?1) OR "
                                           "EXISTS (SELECT 1 FROM failure WHERE original_id = ?1)",
                                           {original_id}});
    if (!needed) return unexpected(needed.error());
    if (*needed != 0) return {};
    auto parted = database_.execute("UPDATE attachment SET original_id = NULL WHERE original_id = ?", original_id);
    if (!parted) return parted;
    spend(database_.changes() + 1);
    const auto bytes = writer_.originals().remove(original_id);
    if (!bytes) return unexpected(bytes.error());
    ++pruned_.originals;
    pruned_.original_bytes += *bytes;
    return {};
  }

  Status decided_failures() {
    while (left_ > 0) {
      std::optional<std::pair<std::int64_t, std::int64_t>> next;
      auto read = each_row(database_, Query("SELECT id, original_id FROM failure WHERE ") + decided(rule_) + " LIMIT 1",
                           [&](Statement& row) {
                             next.emplace(row.integer(0), row.integer(1));
                             return false;
                           });
      if (!read || !next) return read;
      ++pruned_.failures;
      spend(1);
      if (auto gone = database_.execute("DELETE FROM failure WHERE id = ?", next->first); !gone) return gone;
      if (auto gone = give_up(next->second); !gone) return gone;
    }
    return {};
  }

  // Totals that were kept, while nobody wants them any more. They go when the last report of their day has gone.
  Status left_over_rollups() {
    if (rule_.keep_rollups) return {};
    const auto taken = writer_.rollups().take_out_left_over(rule_.before_day, left_);
    if (!taken) return unexpected(taken.error());
    if (*taken > 0) left_ = 0;  // they are gone with the end of this step, and must not be met again before
    return {};
  }

  Status old_identities() {
    auto forgotten = database_.execute(R"sql(
      DELETE FROM pruned_report WHERE (domain_id, reporter_id, report_id, begin_, end_) IN
        (SELECT domain_id, reporter_id, report_id, begin_, end_ FROM pruned_report WHERE pruned_at < ? LIMIT ?))sql",
                                       rule_.now - identity_seconds, left_);
    if (!forgotten) return forgotten;
    spend(database_.changes());
    return {};
  }

  void spend(std::int64_t rows) { left_ -= rows; }

  Writer& writer_;
  Database& database_;
  const PruneRule& rule_;
  std::int64_t left_ = prune_rows;
  Pruned pruned_;
};

}  // namespace

Pruned& Pruned::operator+=(const Pruned& more) {
  reports += more.reports;
  records += more.records;
  failures += more.failures;
  originals += more.originals;
  original_bytes += more.original_bytes;
  complete = more.complete;
  return *this;
}

Result<Pruned> prune_step(Writer& writer, const PruneRule& rule) {
  if (auto begun = writer.begin(); !begun) return unexpected(std::move(begun.error()));
  auto pruned = Step(writer, rule).take();
  if (!pruned) {
    writer.rollback();
    return pruned;
  }
  if (auto committed = writer.commit(); !committed) return unexpected(std::move(committed.error()));
  if (auto moved = writer.checkpoint(); !moved) return unexpected(std::move(moved.error()));
  return pruned;
}

Result<Pruned> would_prune(Database& database, const PruneRule& rule) {
  Pruned pruned;
  auto read = each_row(database,
                       Query("SELECT count(*), ifnull(sum(CASE WHEN pruned_at IS NULL THEN records ELSE 0 END), 0) "
                             "FROM report WHERE ") +
                           meant(rule),
                       [&](Statement& row) {
                         pruned.reports = row.integer(0);
                         pruned.records = row.integer(1);
                         return false;
                       });
  if (!read) return unexpected(std::move(read.error()));
  const auto failures = number(database, Query("SELECT count(*) FROM failure WHERE ") + decided(rule));
  if (!failures) return unexpected(failures.error());
  pruned.failures = *failures;
  read =
      each_row(database,
               Query(fmt::format("SELECT count(*), ifnull(sum({}), 0) FROM original WHERE (id IN (SELECT original_id "
                                 "FROM report WHERE ",
                                 kept_bytes)) +
                   meant(rule) + ") OR id IN (SELECT original_id FROM failure WHERE " + decided(rule) +
                   ")) AND id NOT IN (SELECT original_id FROM report WHERE original_id IS NOT NULL AND NOT (" +
                   meant(rule) + ")) AND id NOT IN (SELECT original_id FROM failure WHERE NOT (" + decided(rule) + "))",
               [&](Statement& row) {
                 pruned.originals = row.integer(0);
                 pruned.original_bytes = row.integer(1);
                 return false;
               });
  if (!read) return unexpected(std::move(read.error()));
  pruned.complete = true;
  return pruned;
}

Status record_pruning(const std::string& path, std::string_view kind, const PruneRule& rule, const Pruned& pruned) {
  if (pruned.reports == 0 && pruned.records == 0 && pruned.failures == 0) return {};
  auto database = Database::open_beside_writer(path);
  if (!database) return unexpected(std::move(database.error()));
  auto transaction = Transaction::begin(*database);
  if (!transaction) return unexpected(std::move(transaction.error()));
  auto noted = database->execute(
      "INSERT INTO prune_run (ended_at, kind, before_day, reports, records, failures, originals, original_bytes) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      rule.now, kind, rule.before_day, pruned.reports, pruned.records, pruned.failures, pruned.originals,
      pruned.original_bytes);
  if (!noted) return noted;
  return transaction->commit();
}

Result<std::optional<PruneRun>> last_pruning(Database& database) {
  std::optional<PruneRun> last;
  auto read =
      each_row(database,
               "SELECT ended_at, kind, before_day, reports, records, failures, originals, original_bytes "
               "FROM prune_run ORDER BY id DESC LIMIT 1",
               [&](Statement& row) {
                 last.emplace();
                 last->ended_at = row.integer(0);
                 last->kind = row.text(1);
                 last->before_day = row.integer(2);
                 last->pruned = {row.integer(3), row.integer(4), row.integer(5), row.integer(6), row.integer(7), true};
                 return false;
               });
  if (!read) return unexpected(std::move(read.error()));
  return last;
}

}  // namespace schema
