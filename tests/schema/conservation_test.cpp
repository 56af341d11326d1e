// Whatever is asked, and however it is taken apart: the numbers add up, and every table tells the same.
#include <functional>
#include <map>
#include <random>
#include <set>

#include "schema/breakdown.h"
#include "schema/conditions.h"
#include "schema/domains.h"
#include "schema/policies.h"
#include "schema/policy_words.h"
#include "schema/record_list.h"
#include "schema/reporters.h"
#include "schema/sources.h"
#include "schema/summaries.h"
#include "schema/timeseries.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

const PageRequest everything{};

void fill(tests::Store& store, unsigned seed, int reports) {
  std::mt19937 random(seed);
  REQUIRE(store.writer().begin());
  for (int i = 0; i < reports; ++i) {
    REQUIRE(store.writer().reports().add(PreparedReport(tests::random_report(random)), store.provenance()));
  }
  REQUIRE(store.writer().commit());
}

// Words that random reports are made of, and some that they are not.
const std::vector<std::pair<std::string, std::vector<std::string>>>& vocabulary() {
  static const std::vector<std::pair<std::string, std::vector<std::string>>> words = {
      {"domain", {"domain0.example", "domain1.example", "*.example", "nobody.example"}},
      {"ip", {"192.0.2.1", "192.0.2.0/30", "unknown", "2001:db8::/32", "0.0.0.0/0"}},
      {"reporter", {"Org0", "oRG1", "Org2", "Nobody"}},
      {"policy", {"none", "quarantine", "reject", "unknown"}},
      {"disposition", {"none", "pass", "quarantine", "reject", "unknown"}},
      {"class", {"pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown"}},
      {"dkim", {"pass", "fail", "unknown"}},
      {"spf", {"pass", "fail", "unknown"}},
      {"header_from", {"from0", "from1", "unknown"}},
      {"envelope_from", {"env0", "env1", "", "unknown"}},
      {"envelope_to", {"to0", "unknown"}},
      {"dkim_domain", {"d0", "d1", "unknown"}},
      {"dkim_selector", {"s0", "s2", "unknown"}},
      {"spf_domain", {"example.com", "unknown"}},
      {"override", {"forwarded", "other", "none", "unknown", "local_policy"}},
      {"combination", {"dmarc+spf", "dmarc+spf+dkim", "spf", "none"}},
      {"dialect", {"rfc7489"}},
      {"report_id", {"id0", "id1"}},
      {"q", {"domain1", "192.0.2.1", "Org", "id2", "from", "%", "_"}},
      {"country", {"unknown"}},
  };
  return words;
}

Parameters random_parameters(std::mt19937& random) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  Parameters parameters = {{"range", below(3) == 0 ? "30d" : "all"}};
  for (auto conditions = below(4); conditions > 0; --conditions) {
    const auto& [key, values] = vocabulary()[below(vocabulary().size())];
    for (auto alternatives = 1 + below(2); alternatives > 0; --alternatives) {
      const bool negated = below(3) == 0 && key != "combination";
      parameters.emplace_back(key, (negated ? "!" : "") + values[below(values.size())]);
    }
  }
  return parameters;
}

std::string told(const Parameters& parameters) {
  std::string text;
  for (const auto& [key, value] : parameters) text += key + "=" + value + "&";
  return text;
}

Selection selection_of(Database& database, const Parameters& parameters) {
  const auto parsed = parse_filter(parameters);
  REQUIRE(parsed.errors.empty());
  const auto fresh = freshness(database);
  REQUIRE(fresh);
  auto selection = select(database, parsed.filter, *fresh);
  REQUIRE(selection);
  return *selection;
}

std::int64_t sum(const ClassCounts& classes) {
  std::int64_t all = 0;
  for (const auto count : classes.by_class) all += count;
  return all;
}

// What the records themselves say, read row by row.
struct Truth {
  ClassCounts classes;
  std::int64_t records = 0;
  std::set<std::int64_t> reports;
  std::set<std::string> domains, reporters, sources;
  std::map<std::int64_t, std::int64_t> by_day;
};

Truth truth(Database& database, const Selection& selection) {
  Truth all;
  const auto read = records(database, selection, everything, [&](const FlatRecord& record) {
    all.classes.messages += record.messages;
    all.classes.by_class[static_cast<std::size_t>(record.result_class)] += record.messages;
    ++all.records;
    all.reports.insert(record.report);
    all.domains.emplace(record.domain);
    all.reporters.emplace(record.reporter);
    if (record.ip) all.sources.insert(*record.ip);
    all.by_day[record.day] += record.messages;
    return true;
  });
  REQUIRE(read);
  return all;
}

// Of records is asked nothing: reports without any count too.
bool counts_empty_reports(const Selection& selection) {
  return cheapest(needs(selection) | need_reporter | need_reports) == FactTable::report;
}

}  // namespace

TEST_CASE("the rows of every breakdown add up to the summary, whatever is filtered") {
  tests::Store store;
  fill(store, 7, 120);
  std::mt19937 random(99);
  for (int round = 0; round < 60; ++round) {
    const auto parameters = random_parameters(random);
    INFO(told(parameters));
    auto& database = store.database();
    const auto selection = selection_of(database, parameters);
    const auto whole = summary(database, selection);
    if (!whole) FAIL(whole.error().message);
    CHECK(sum(whole->classes) == whole->classes.messages);
    CHECK(whole->dkim[0] + whole->dkim[1] + whole->dkim[2] == whole->classes.messages);

    for (const auto by_name : dimension_names()) {
      INFO("by " << by_name);
      const auto by = *dimension_named(by_name);
      ClassCounts rows;
      std::set<std::optional<std::string>> keys;
      const auto read = breakdown(database, selection, {by}, everything, [&](const BreakdownRow& row) {
        rows += row.classes;
        CHECK(sum(row.classes) == row.classes.messages);
        CHECK(keys.insert(row.key).second);
        CHECK(row.first_seen <= row.last_seen);
        return true;
      });
      if (!read) FAIL(read.error().message);
      if (has_several(by)) {
        CHECK(rows.messages >= whole->classes.messages);
      } else {
        CHECK(rows == whole->classes);
      }
    }
  }
}

TEST_CASE("every table tells what the records tell") {
  tests::Store store;
  fill(store, 21, 150);
  std::mt19937 random(5);
  for (int round = 0; round < 120; ++round) {
    const auto parameters = random_parameters(random);
    INFO(told(parameters));
    auto& database = store.database();
    const auto selection = selection_of(database, parameters);
    const auto expected = truth(database, selection);

    const auto whole = summary(database, selection);
    REQUIRE(whole);
    CHECK(whole->classes == expected.classes);
    CHECK(whole->records == expected.records);
    CHECK(whole->sources == static_cast<std::int64_t>(expected.sources.size()));
    CHECK(record_count(database, selection).value() == expected.records);
    // A class is asked of a report as messages: records of 0 messages are none there.
    const bool by_class = std::any_of(selection.conditions.begin(), selection.conditions.end(),
                                      [](const auto& c) { return c.key == FilterKey::result_class; });
    if (!counts_empty_reports(selection)) {
      CHECK(whole->reports == static_cast<std::int64_t>(expected.reports.size()));
      CHECK(whole->domains == static_cast<std::int64_t>(expected.domains.size()));
      CHECK(whole->reporters == static_cast<std::int64_t>(expected.reporters.size()));
    } else if (!by_class) {
      CHECK(whole->reports >= static_cast<std::int64_t>(expected.reports.size()));
    }

    const auto fresh = freshness(database).value();
    for (const auto by : {SeriesBy::nothing, SeriesBy::reporter, SeriesBy::domain, SeriesBy::policy,
                          SeriesBy::combination, SeriesBy::disposition, SeriesBy::result_class}) {
      const auto series = timeseries(database, selection, fresh, Interval::day, by, 2);
      if (!series) FAIL(series.error().message);
      for (const auto& point : series->points) {
        const auto found = expected.by_day.find(point.day);
        CHECK(point.classes.messages == (found == expected.by_day.end() ? 0 : found->second));
        std::int64_t keyed = 0;
        for (const auto& [key, messages] : point.by) {
          keyed += messages;
          CHECK(std::find(series->keys.begin(), series->keys.end(), key) != series->keys.end());
        }
        if (by != SeriesBy::nothing) CHECK(keyed == point.classes.messages);
      }
    }
  }
}

TEST_CASE("the lists of domains, reporters, sources and policies add up to the summary") {
  tests::Store store;
  fill(store, 3, 100);
  std::mt19937 random(17);
  for (int round = 0; round < 60; ++round) {
    const auto parameters = random_parameters(random);
    INFO(told(parameters));
    auto& database = store.database();
    const auto selection = selection_of(database, parameters);
    const auto whole = summary(database, selection).value();
    const auto fresh = freshness(database).value();

    ClassCounts of_domains, of_reporters, of_sources, of_policies;
    std::int64_t domain_rows = 0, reporter_rows = 0, reports = 0;
    REQUIRE(domains(database, selection, {}, everything, [&](const DomainRow& row) {
      of_domains += row.classes;
      reports += row.reports;
      ++domain_rows;
      std::int64_t strip = 0;
      for (const auto& day : row.strip) strip += day.pass + day.fail + day.unknown;
      CHECK(row.strip.size() == static_cast<std::size_t>(strip_days));
      CHECK(strip == row.classes.messages);  // random reports span fewer days than a strip
      return true;
    }));
    CHECK(of_domains == whole.classes);
    CHECK(domain_rows == whole.domains);
    CHECK(reports == whole.reports);
    REQUIRE(reporters(database, selection, fresh, everything, [&](const ReporterRow& row) {
      of_reporters += row.classes;
      ++reporter_rows;
      return true;
    }));
    CHECK(of_reporters == whole.classes);
    CHECK(reporter_rows == whole.reporters);
    REQUIRE(sources(database, selection, everything, [&](const SourceRow& row) {
      of_sources += row.classes;
      std::int64_t strip = 0;
      for (const auto& day : row.strip) strip += day.pass + day.fail + day.unknown;
      CHECK(strip == row.classes.messages);
      return true;
    }));
    CHECK(of_sources == whole.classes);
    REQUIRE(policies(database, selection, everything, [&](const PolicyRow& row) {
      of_policies += row.classes;
      std::int64_t cells = 0;
      for (const auto& cell : row.cells) cells += cell.messages;
      CHECK(cells == row.classes.messages);
      return true;
    }));
    CHECK(of_policies == whole.classes);
  }
}

TEST_CASE("a key of a breakdown, asked for as a filter, gives its number") {
  tests::Store store;
  fill(store, 11, 80);
  auto& database = store.database();
  const auto selection = selection_of(database, {{"range", "all"}});
  for (const auto by_name : dimension_names()) {
    const auto by = *dimension_named(by_name);
    std::vector<BreakdownRow> rows;
    REQUIRE(breakdown(database, selection, {by}, everything, [&](const BreakdownRow& row) {
      rows.push_back(row);
      return true;
    }));
    for (const auto& row : rows) {
      const auto value = row.key.value_or(by == Dimension::override_type ? "none" : "unknown");
      INFO(by_name << "=" << value);
      const auto filter = by == Dimension::network ? "ip" : std::string(by_name);
      const auto narrowed = selection_of(database, {{"range", "all"}, {filter, value}});
      const auto found = totals(database, narrowed).value();
      if (by == Dimension::override_type) {
        // The filter asks for these types among others, too.
        CHECK(found.messages >= row.classes.messages);
      } else {
        CHECK(found == row.classes);
      }
    }
  }
}

TEST_CASE("a policy with all its tags, asked for as a filter, gives its number") {
  tests::Store store;
  fill(store, 12, 80);
  auto& database = store.database();
  const auto selection = selection_of(database, {{"range", "all"}});
  // What reports say in words of their own is no tag: policies that differ in that alone are one.
  std::map<std::pair<std::string, std::string>, ClassCounts> told;
  REQUIRE(policies(database, selection, everything, [&](const PolicyRow& row) {
    told[{row.domain, policy_words(row.policy)}] += row.classes;
    return true;
  }));
  REQUIRE(told.size() > 10);
  for (const auto& [key, classes] : told) {
    const auto& [domain, words] = key;
    INFO(domain << ": " << words);
    const auto asked = words.empty() ? "p=unknown" : words;
    CHECK(totals(database, selection_of(database, {{"range", "all"}, {"domain", domain}, {"policy", asked}})).value() ==
          classes);
  }
}

TEST_CASE("the domains that publish a p are as many as are counted, and each publishes one") {
  tests::Store store;
  fill(store, 13, 80);
  auto& database = store.database();
  for (const auto& filter : Parameters{{"range", "all"}, {"range", "30d"}, {"reporter", "Org1"}, {"policy", "!none"}}) {
    INFO(filter.first << "=" << filter.second);
    const auto selection = selection_of(database, {filter});
    std::set<std::string> all, told;
    REQUIRE(domains(database, selection, {}, everything,
                    [&](const DomainRow& row) { return all.insert(row.domain).second; }));
    const auto shares = published_shares(database, selection).value();
    for (const auto& share : shares) {
      std::int64_t found = 0;
      REQUIRE(domains(database, selection, share.p, everything, [&](const DomainRow& row) {
        CHECK(told.insert(row.domain).second);
        ++found;
        return true;
      }));
      CHECK(found == share.domains);
    }
    CHECK(told == all);
  }
}
