// Every question that is asked of a database, with each table gone in turn: it is answered as before, or it is an
// error. Nobody is ever told a part for the whole.
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "schema/accounts.h"
#include "schema/audit.h"
#include "schema/backup.h"
#include "schema/breakdown.h"
#include "schema/changes.h"
#include "schema/check.h"
#include "schema/clock.h"
#include "schema/concentration.h"
#include "schema/domains.h"
#include "schema/facets.h"
#include "schema/failure_list.h"
#include "schema/final_mails.h"
#include "schema/ledger_list.h"
#include "schema/monitoring.h"
#include "schema/policies.h"
#include "schema/pruning.h"
#include "schema/record_list.h"
#include "schema/report_list.h"
#include "schema/report_snapshot.h"
#include "schema/reporters.h"
#include "schema/runs.h"
#include "schema/sources.h"
#include "schema/stock.h"
#include "schema/strips.h"
#include "schema/summaries.h"
#include "schema/timeseries.h"
#include "schema/tokens.h"
#include "tests/support/add_report.h"

using namespace schema;

namespace {

using Answer = Result<std::string>;
using Question = std::function<Answer(Database&, const Selection&, const Freshness&)>;

template <typename T, typename Text>
Answer told(const Result<T>& result, Text text) {
  if (!result) return unexpected(result.error());
  return std::string(text(*result));
}

std::string text(std::int64_t number) {
  return std::to_string(number) + ",";
}

// Counts the rows that a list gives, and adds up a number of each.
template <typename Row, typename List, typename Number>
Answer rows(List list, Number number) {
  std::int64_t count = 0, sum = 0;
  const auto paged = list([&](const Row& row) {
    ++count;
    sum += number(row);
    return true;
  });
  return told(paged, [&](const auto&) { return text(count) + text(sum); });
}

const PageRequest page{1000, std::nullopt, {}};

std::vector<std::pair<std::string, Question>> questions() {
  std::vector<std::pair<std::string, Question>> asked;
  const auto ask = [&](const std::string& name, Question question) { asked.emplace_back(name, std::move(question)); };

  ask("freshness", [](auto& db, auto&, auto&) {
    return told(freshness(db), [](const auto& fresh) { return text(*fresh.as_of) + text(fresh.usual_reporters); });
  });
  ask("select", [](auto& db, auto&, auto& fresh) {
    Filter filter;
    filter.conditions.push_back({FilterKey::q, {std::string("192.0")}, {}});
    return told(select(db, filter, fresh),
                [](const auto& found) { return text(*found.to) + found.q_addresses[0].second; });
  });
  ask("summary", [](auto& db, auto& sel, auto&) {
    return told(summary(db, sel), [](const auto& sum) { return text(sum.classes.messages) + text(sum.sources); });
  });
  ask("totals", [](auto& db, auto& sel, auto&) {
    return told(totals(db, sel), [](const auto& sum) { return text(sum.messages); });
  });
  ask("record_count", [](auto& db, auto& sel, auto&) { return told(record_count(db, sel), text); });
  for (const auto by : {SeriesBy::nothing, SeriesBy::result_class, SeriesBy::disposition, SeriesBy::reporter,
                        SeriesBy::combination, SeriesBy::policy, SeriesBy::domain})
    ask("timeseries", [by](auto& db, auto& sel, auto& fresh) {
      return told(timeseries(db, sel, fresh, Interval::day, by, 2), [](const auto& series) {
        std::int64_t messages = 0;
        for (const auto& point : series.points) messages += point.classes.messages + point.reporters;
        return text(messages) + text(static_cast<std::int64_t>(series.keys.size()));
      });
    });
  for (const auto dimension : dimension_names()) {
    const auto by = *dimension_named(dimension);
    ask("breakdown by " + std::string(dimension), [by](auto& db, auto& sel, auto&) {
      return rows<BreakdownRow>([&](auto sink) { return breakdown(db, sel, {by}, page, sink); },
                                [](const auto& row) { return row.classes.messages; });
    });
  }
  ask("breakdown by two", [](auto& db, auto& sel, auto&) {
    return rows<BreakdownRow>(
        [&](auto sink) {
          return breakdown(db, sel, {Dimension::ip, Dimension::reporter, 2}, page, sink);
        },
        [](const auto& row) { return row.classes.messages; });
  });
  ask("all_groups", [](auto& db, auto& sel, auto&) {
    return told(all_groups(db, sel, {Dimension::header_from}),
                [](const auto& groups) { return text(groups.groups) + text(groups.classes.messages); });
  });
  ask("facets", [](auto& db, auto& sel, auto&) {
    return told(facets(db, sel, Dimension::reporter, "", 9),
                [](const auto& found) { return text(static_cast<std::int64_t>(found.values.size())); });
  });
  ask("domains", [](auto& db, auto& sel, auto&) {
    return rows<DomainRow>([&](auto sink) { return domains(db, sel, {}, page, sink); },
                           [](const auto& row) { return row.classes.messages; });
  });
  ask("domain_known", [](auto& db, auto&, auto&) { return told(domain_known(db, "domain1.example"), text); });
  ask("sources", [](auto& db, auto& sel, auto&) {
    return rows<SourceRow>([&](auto sink) { return sources(db, sel, page, sink); },
                           [](const auto& row) { return row.classes.messages; });
  });
  ask("source_seen", [](auto& db, auto&, auto&) {
    return told(source_seen(db, *IpAddress::parse("192.0.2.1")), [](const auto& seen) { return text(seen->first); });
  });
  const auto one = [](const Selection& sel) {
    const auto address = *IpAddress::parse("192.0.2.1");
    return with(sel, FilterKey::ip, IpRange{address, address});
  };
  ask("source_overrides", [one](auto& db, auto& sel, auto&) {
    return told(
        source_records(db, one(sel)).and_then([&](const auto& source) { return source_overrides(db, source, 99); }),
        [](const auto& found) {
          std::int64_t messages = 0;
          for (const auto& row : found) messages += row.messages;
          return text(messages);
        });
  });
  ask("source_identities", [one](auto& db, auto& sel, auto&) {
    return told(
        source_records(db, one(sel)).and_then([&](const auto& source) { return source_identities(db, source, 99); }),
        [](const auto& found) {
          std::string all;
          for (const auto& row : found.largest) all += row.dkim + row.spf + text(row.messages);
          return all;
        });
  });
  ask("reporters", [](auto& db, auto& sel, auto& fresh) {
    return rows<ReporterRow>([&](auto sink) { return reporters(db, sel, fresh, page, sink); },
                             [](const auto& row) { return row.classes.messages; });
  });
  ask("policies", [](auto& db, auto& sel, auto&) {
    return rows<PolicyRow>([&](auto sink) { return policies(db, sel, page, sink); },
                           [](const auto& row) { return row.classes.messages + row.reports; });
  });
  ask("published_shares", [](auto& db, auto& sel, auto&) {
    return told(published_shares(db, sel), [](const auto& shares) {
      std::int64_t domains = 0;
      for (const auto& share : shares) domains += share.domains;
      return text(domains);
    });
  });
  ask("policy_changes", [](auto& db, auto& sel, auto&) {
    return told(policy_changes(db, sel, 99),
                [](const auto& found) { return text(static_cast<std::int64_t>(found.size())); });
  });
  ask("reports", [](auto& db, auto& sel, auto&) {
    return rows<ReportRow>([&](auto sink) { return reports(db, sel, page, sink); },
                           [](const auto& row) { return row.classes.messages + row.sightings; });
  });
  ask("report_detail", [](auto& db, auto&, auto&) {
    return told(report_detail(db, 1), [](const auto& detail) {
      return detail->row.reporter + detail->name + detail->first.origin + text(detail->row.classes.messages) +
             text(static_cast<std::int64_t>(detail->seen.size() + detail->conflicts.size()));
    });
  });
  ask("report_snapshot", [](auto& db, auto&, auto&) {
    return told(report_snapshot(db, 1), [](const auto& snapshot) { return snapshot.digest; });
  });
  ask("records", [](auto& db, auto& sel, auto&) {
    return rows<FlatRecord>([&](auto sink) { return records(db, sel, page, sink); },
                            [](const auto& row) { return row.report; });
  });
  ask("run_rows", [](auto& db, auto&, auto&) {
    return rows<RunRow>([&](auto sink) { return run_rows(db, page, sink); }, [](const auto& row) { return row.id; });
  });
  ask("outcome_counts", [](auto& db, auto&, auto&) {
    return told(outcome_counts(db), [](const auto& counts) { return text(counts[0]) + text(counts[3]); });
  });
  ask("changes", [](auto& db, auto& sel, auto& fresh) {
    return told(changes(db, sel, fresh, true), [](const auto& found) {
      std::int64_t count = 0;
      for (const auto of_code : found.found) count += of_code;
      return text(count);
    });
  });
  ask("failure_rows", [](auto& db, auto&, auto&) {
    return rows<FailureRow>([&](auto sink) { return failure_rows(db, {}, page, sink); },
                            [](const auto& row) { return row.id + row.bytes; });
  });
  ask("failure_row", [](auto& db, auto&, auto&) {
    return told(failure_row(db, 1), [](const auto& row) { return row->code + row->sha256; });
  });
  ask("failure_counts", [](auto& db, auto&, auto&) {
    return told(failure_counts(db), [](const auto& counts) { return text(counts.at(0).open); });
  });
  for (const auto of : {StripOf::domains, StripOf::addresses})
    ask("strips", [of](auto& db, auto& sel, auto&) {
      return told(strips(db, sel, of, {1, 2}), [](const auto& all) { return text(all.at(1).back().pass); });
    });
  ask("stock", [](auto& db, auto&, auto&) {
    return told(stock(db), [](const auto& held) { return text(held.messages) + text(*held.last_mail_at); });
  });
  ask("last_stored", [](auto& db, auto& sel, auto&) {
    return told(last_stored(db, sel), [](const auto& last) { return text(*last); });
  });
  ask("concentration", [](auto& db, auto& sel, auto&) {
    return told(concentration(db, sel), [](const auto& found) { return text(found.messages) + text(found.networks); });
  });
  ask("monitoring", [](auto& db, auto&, auto&) {
    return told(monitoring(db, 9), [](const auto& found) {
      std::string all;
      for (const auto& domain : found.domains)
        all += domain.domain + domain.p + text(domain.messages[0]) + text(domain.stored) + text(domain.conflict);
      return all + text(static_cast<std::int64_t>(found.reporters.size())) + text(found.failures_open);
    });
  });
  ask("accounts",
      [](auto& db, auto&, auto&) { return told(accounts(db), [](const auto& found) { return found.at(0).name; }); });
  ask("any_account", [](auto& db, auto&, auto&) { return told(any_account(db), text); });
  ask("login_of", [](auto& db, auto&, auto&) {
    return told(login_of(db, "alice"), [](const auto& login) { return login->password; });
  });
  ask("other_admin", [](auto& db, auto&, auto&) { return told(other_admin(db, 99), text); });
  ask("session", [](auto& db, auto&, auto&) {
    return told(session(db, "hash", 100), [](const auto& found) { return found->account.name; });
  });
  ask("tokens",
      [](auto& db, auto&, auto&) { return told(tokens(db), [](const auto& found) { return found.at(0).name; }); });
  ask("token",
      [](auto& db, auto&, auto&) { return told(token(db, "abc"), [](const auto& found) { return found->hash; }); });
  ask("any_token", [](auto& db, auto&, auto&) { return told(any_token(db, 100), text); });
  ask("audit_rows", [](auto& db, auto&, auto&) {
    return rows<AuditRow>([&](auto sink) { return audit_rows(db, {}, page, sink); },
                          [](const auto& row) { return row.id; });
  });
  ask("final_mails", [](auto& db, auto&, auto&) {
    return told(final_mails(db, "file", "/tmp/mail"),
                [](const auto& mails) { return text(static_cast<std::int64_t>(mails.size())); });
  });
  ask("contradictions", [](auto& db, auto&, auto&) {
    return told(contradictions(db), [](const auto& found) { return found.empty() ? "" : found[0]; });
  });
  for (const bool keep : {false, true})
    ask("would_prune", [keep](auto& db, auto&, auto& fresh) {
      return told(would_prune(db, {*fresh.as_of + 1, std::nullopt, keep, 1}), [](const auto& pruned) {
        return text(pruned.reports) + text(pruned.records) + text(pruned.originals) + text(pruned.failures);
      });
    });
  ask("last_pruning",
      [](auto& db, auto&, auto&) { return told(last_pruning(db), [](const auto& last) { return last->kind; }); });
  ask("last_backup",
      [](auto& db, auto&, auto&) { return told(last_backup(db), [](const auto& last) { return last->path; }); });
  ask("holdings", [](auto& db, auto&, auto&) {
    return told(holdings(db), [](const auto& held) {
      return text(held.reports) + text(held.records) + text(held.messages) + text(held.mails) +
             text(held.failures_open);
    });
  });
  ask("lacking", [](auto& db, auto&, auto&) {
    return told(lacking(db, db), [](const auto& lacks) { return text(lacks.mails) + text(lacks.reports); });
  });
  ask("clock", [](auto& db, auto&, auto&) {
    return told(look_at_clock(db, 100), [](const auto& clock) { return text(*clock.seen_at); });
  });
  return asked;
}

// Something of everything.
void fill(tests::Store& store) {
  std::mt19937 random{7};
  auto& writer = store.writer();
  for (int i = 0; i < 20; ++i) tests::add_report(store, tests::random_report(random));
  for (int day = 0; day < 5; ++day) tests::add_report(store, tests::report_of(day));
  REQUIRE(writer.begin());
  const auto original = writer.originals().keep("broken").value();
  const auto failure =
      writer.failures().add({original, 0, "xml_malformed", Stage::xml, "Broken.", {}, "", 1, "1"}, 5).value();
  AttachmentEntry attachment;
  attachment.outcome = Outcome::quarantined;
  attachment.code = "xml_malformed";
  attachment.failure_id = failure;
  REQUIRE(writer.ledger().set_attachments(store.mail(), {attachment}));
  REQUIRE(writer.ledger().add_sighting(1, store.mail(), 0, 6));
  REQUIRE(writer.commit());
  Account account;
  account.name = "alice";
  account.role = Role::admin;
  REQUIRE(add_session(store.database(), "hash", add_account(store.database(), account, "p", 1).value(), 99));
  Token token;
  token.id = "abc";
  token.name = "mine";
  token.scope = "read";
  REQUIRE(add_token(store.database(), token, "h"));
  REQUIRE(add_audit(store.database(), {1, "user alice", "", "login", "", ""}));
  Pruned pruned;
  pruned.reports = 1;
  REQUIRE(record_pruning(store.path(), "command", {}, pruned));
  REQUIRE(record_backup(store.path(), {"/backup", 1, 1, {}}));
  REQUIRE(confirm_clock(store.path(), 50));
}

}  // namespace

TEST_CASE("a question is answered in full or not at all, whichever table is gone") {
  tests::Store store;
  fill(store);
  auto& database = store.database();
  const auto selection = tests::everything(store);
  const auto fresh = freshness(database).value();
  const auto all = questions();
  std::vector<std::string> whole;
  for (const auto& [name, question] : all) {
    INFO(name);
    const auto answer = question(database, selection, fresh);
    if (!answer) FAIL(answer.error().message);
    whole.push_back(*answer);
  }

  std::vector<std::string> tables;
  auto names = std::move(
      database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").value());
  while (names.step().value()) tables.emplace_back(names.text(0));
  names.reset();
  CHECK(tables.size() > 25);
  REQUIRE(database.execute("PRAGMA foreign_keys = OFF"));
  std::set<std::size_t> unanswered;
  for (const auto& table : tables) {
    auto transaction = std::move(Transaction::begin(database).value());
    REQUIRE(database.execute("DROP TABLE \"" + table + "\""));
    for (std::size_t i = 0; i < all.size(); ++i) {
      INFO(all[i].first << " without " << table);
      const auto answer = all[i].second(database, selection, fresh);
      if (answer) {
        CHECK(*answer == whole[i]);
      } else {
        CHECK(answer.error().code == "sql");
        unanswered.insert(i);
      }
    }
    transaction.rollback();
  }
  // Each of them asks some table.
  CHECK(unanswered.size() == all.size());
}
