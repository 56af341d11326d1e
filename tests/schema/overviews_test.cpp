// What is told of the whole database at a glance: strips, stock, concentration, facets, monitoring. Each sum is
// compared with what was put in.
#include <algorithm>

#include "schema/breakdown.h"
#include "schema/concentration.h"
#include "schema/facets.h"
#include "schema/monitoring.h"
#include "schema/stock.h"
#include "schema/strips.h"
#include "tests/support/add_report.h"

using namespace schema;
using tests::add_report;
using tests::everything;
using tests::make_record;
using tests::report_of;
using tests::Store;

namespace {

constexpr std::int64_t zero = 1'790'000'000 / 86400;

Report with_sources(int day, const std::vector<std::pair<std::string, std::int64_t>>& sources) {
  auto report = report_of(day);
  report.records.clear();
  for (const auto& [ip, count] : sources)
    report.records.push_back(make_record(ip, count, DmarcResult::pass, DmarcResult::fail));
  return report;
}

std::vector<std::pair<std::string, std::int64_t>> values(const Facets& facets) {
  std::vector<std::pair<std::string, std::int64_t>> values;
  for (const auto& one : facets.values) values.emplace_back(one.value, one.messages);
  return values;
}

}  // namespace

TEST_CASE("a strip has a place for each of the last fourteen days, and what passed and failed in it") {
  Store store;
  for (const int day : {0, 5, 19}) add_report(store, report_of(day));
  add_report(store, report_of(19, "Receiver", "other.example"));
  const auto id = store.number("SELECT id FROM domain WHERE name = 'example.com'");
  const auto found = strips(store.database(), everything(store), StripOf::domains, {id, 999}).value();
  REQUIRE(found.size() == 2);
  const Strip& strip = found.at(id);
  REQUIRE(strip.size() == 14);
  CHECK(strip.front().day == zero + 6);
  CHECK(strip.back().day == zero + 19);
  CHECK(strip.back().pass == 10);
  CHECK(strip.back().fail == 2);
  CHECK(strip.back().unknown == 0);
  CHECK(std::all_of(strip.begin(), strip.end() - 1, [](const auto& day) { return day.pass + day.fail == 0; }));
  CHECK(std::ranges::all_of(found.at(999), [](const auto& day) { return day.pass + day.fail == 0; }));

  const auto address = store.number("SELECT address_id FROM record WHERE messages = 2");
  const auto of_address = strips(store.database(), everything(store), StripOf::addresses, {address}).value();
  CHECK(of_address.at(address).back().fail == 4);
  CHECK(of_address.at(address).back().pass == 0);
  CHECK(strips(store.database(), everything(store), StripOf::domains, {}).value().empty());
}

TEST_CASE("no strip is without an end") {
  Store store;
  CHECK(strips(store.database(), everything(store), StripOf::domains, {1}).value().empty());
}

TEST_CASE("stock counts what there is, and knows when a mail was last read") {
  Store store;
  CHECK(stock(store.database())->reports == 0);
  CHECK_FALSE(stock(store.database())->last_mail_at);
  CHECK_FALSE(last_stored(store.database(), everything(store)).value());
  add_report(store, report_of(0));
  add_report(store, report_of(1, "Receiver", "other.example"));
  const auto now = stock(store.database()).value();
  CHECK(now.reports == 2);
  CHECK(now.messages == 24);
  CHECK(now.failures_open == 0);
  CHECK(now.last_mail_at);
  CHECK(last_stored(store.database(), everything(store)).value() == 1'790'100'000);
  const auto none = with(everything(store), FilterKey::domain, DomainPattern{"none.example", false});
  CHECK_FALSE(last_stored(store.database(), none).value());
}

TEST_CASE("how few sources most of the mail comes from is told of addresses and of networks") {
  Store store;
  add_report(store, with_sources(0, {{"192.0.2.1", 100},
                                     {"192.0.2.2", 90},
                                     {"198.51.100.1", 150},
                                     {"2001:db8:1::1", 20},
                                     {"2001:db8:1:2::1", 20},
                                     {"2001:db8:2::1", 5}}));
  const auto found = concentration(store.database(), everything(store)).value();
  CHECK(found.messages == 385);
  CHECK(found.unnamed == 0);
  CHECK(found.sources == 6);
  CHECK(found.networks == 4);
  CHECK(found.of_sources == std::array<std::int64_t, 3>{150, 385, 385});
  CHECK(found.of_networks == std::array<std::int64_t, 3>{190, 385, 385});
  std::vector<std::pair<std::string, std::int64_t>> networks;
  REQUIRE(breakdown(store.database(), everything(store), {Dimension::network}, {}, [&](const BreakdownRow& row) {
    networks.emplace_back(row.key.value_or(""), row.classes.messages);
    return true;
  }));
  CHECK(networks ==
        std::vector<std::pair<std::string, std::int64_t>>{
            {"192.0.2.0/24", 190}, {"198.51.100.0/24", 150}, {"2001:db8:1::/48", 40}, {"2001:db8:2::/48", 5}});
}

TEST_CASE("the ten largest sources are no more than ten, and what is no address is none") {
  Store store;
  std::vector<std::pair<std::string, std::int64_t>> sources;
  for (int i = 1; i <= 12; ++i) sources.emplace_back("192.0." + std::to_string(i) + ".1", i);
  auto report = with_sources(0, sources);
  report.records.push_back(report.records.front());
  report.records.back().source_ip.reset();
  report.records.back().source_ip_raw = "host.example";
  report.records.back().count = 1000;
  add_report(store, std::move(report));
  const auto found = concentration(store.database(), everything(store)).value();
  CHECK(found.messages == 1078);
  CHECK(found.unnamed == 1000);
  CHECK(found.sources == 12);
  CHECK(found.of_sources == std::array<std::int64_t, 3>{12, 75, 78});
  CHECK(found.of_networks == found.of_sources);
}

TEST_CASE("an address that is gone is told, and no source is left out in silence") {
  Store store;
  add_report(store, with_sources(0, {{"192.0.2.1", 1}, {"192.0.2.2", 2}, {"192.0.2.3", 3}}));
  REQUIRE(store.database().execute_script("PRAGMA foreign_keys = OFF; DELETE FROM address WHERE id = 2"));
  const auto found = concentration(store.database(), everything(store));
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "corrupt");
}

TEST_CASE("the values of a filter are the largest first, as many as asked for") {
  Store store;
  add_report(store, report_of(0, "Alpha"));
  add_report(store, report_of(1, "Alpha"));
  add_report(store, report_of(0, "Beta"));
  add_report(store, with_sources(2, {{"192.0.2.1", 1}}));
  auto& database = store.database();
  const auto all = everything(store);
  using Values = std::vector<std::pair<std::string, std::int64_t>>;
  const auto reporters = facets(database, all, Dimension::reporter, "", 2).value();
  CHECK(values(reporters) == Values{{"Alpha", 24}, {"Beta", 12}});
  CHECK(reporters.more);
  CHECK_FALSE(facets(database, all, Dimension::reporter, "", 3)->more);
  const auto some = facets(database, all, Dimension::reporter, "ET", 3).value();
  CHECK(values(some) == Values{{"Beta", 12}});
  CHECK_FALSE(some.more);
  CHECK(facets(database, all, Dimension::reporter, "none", 3)->values.empty());
  // What is empty and what is not said have words of their own.
  auto report = report_of(3);
  report.records[0].identifiers.envelope_from = "";
  add_report(store, std::move(report));
  CHECK(values(*facets(database, everything(store), Dimension::envelope_from, "", 9)) ==
        Values{{"unknown", 39}, {"<>", 10}});
}

TEST_CASE("a record with several override types counts for each of them") {
  Store store;
  auto report = report_of(0);
  report.records[0].policy_evaluated.reasons = {{{OverrideType::forwarded, ""}, ""}, {{OverrideType::other, ""}, ""}};
  report.records[1].policy_evaluated.reasons = {{{OverrideType::other, ""}, ""}};
  add_report(store, std::move(report));
  add_report(store, with_sources(1, {{"192.0.2.1", 7}}));
  using Values = std::vector<std::pair<std::string, std::int64_t>>;
  auto& database = store.database();
  CHECK(values(*facets(database, everything(store), Dimension::override_type, "", 9)) ==
        Values{{"other", 12}, {"forwarded", 10}, {"none", 7}});
  const auto some = facets(database, everything(store), Dimension::override_type, "o", 2).value();
  CHECK(values(some) == Values{{"other", 12}, {"forwarded", 10}});
  CHECK(some.more);
}

TEST_CASE("monitors are told of as many domains as they want, and of the others together") {
  Store store;
  CHECK(monitoring(store.database(), 2)->domains.empty());
  add_report(store, report_of(0, "Alpha", "a.example"));
  add_report(store, report_of(1, "Beta", "b.example"));
  add_report(store, report_of(2, "Alpha", "c.example"));
  auto weaker = report_of(3, "Alpha", "c.example");
  weaker.policy_published.p.value = Policy::none;
  weaker.policy_published.sp.value = Policy::quarantine;
  add_report(store, weaker);
  REQUIRE(store.writer().begin());
  const auto again = store.writer().reports().add(PreparedReport(weaker), store.provenance());
  REQUIRE(again);
  CHECK(again->outcome == Outcome::duplicate);
  REQUIRE(store.writer().ledger().add_sighting(again->report_id, store.mail(), 0, 1));
  REQUIRE(store.writer().commit());

  const auto all = monitoring(store.database(), 9).value();
  REQUIRE(all.domains.size() == 3);
  CHECK(all.domains[0].domain == "a.example");
  CHECK(all.domains[0].p == "reject");
  CHECK(all.domains[0].sp.empty());
  CHECK(all.domains[2].p == "none");
  CHECK(all.domains[2].sp == "quarantine");
  CHECK(all.domains[2].stored == 2);
  CHECK(all.domains[2].duplicate == 1);
  CHECK(all.domains[2].messages[static_cast<std::size_t>(ResultClass::pass_both)] == 20);
  using Reporters = std::vector<std::pair<std::string, std::int64_t>>;
  CHECK(all.reporters == Reporters{{"Alpha", (zero + 3) * 86400}, {"Beta", (zero + 1) * 86400}});

  const auto few = monitoring(store.database(), 1).value();
  REQUIRE(few.domains.size() == 2);
  CHECK(few.domains[0].domain == "a.example");
  CHECK(few.domains[1].domain.empty());
  CHECK(few.domains[1].stored == 3);
  CHECK(few.domains[1].p.empty());
  CHECK(few.domains[1].messages[static_cast<std::size_t>(ResultClass::pass_both)] == 30);
  CHECK(few.reporters.size() == 1);
}
