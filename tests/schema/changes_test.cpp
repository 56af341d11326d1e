#include "schema/changes.h"

#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

constexpr std::int64_t day_seconds = 86400;
constexpr std::int64_t first_day = 20'700;
constexpr std::int64_t since = first_day + 40;
constexpr std::int64_t last_day = since + 6;

// Forty-seven days of a quiet domain: a reporter a day, 100 messages of one address that pass.
struct World {
  tests::Store store;
  int reports = 0;

  Report report(std::int64_t day, const std::string& reporter = "Steady", const std::string& domain = "example.com") {
    Report report = tests::make_report(std::to_string(++reports), domain);
    report.metadata.org_name = reporter;
    report.metadata.begin = day * day_seconds;
    report.metadata.end = report.metadata.begin + day_seconds - 1;
    report.records.clear();
    return report;
  }
  static void add(Report& report, const std::string& ip, std::int64_t count, bool passes) {
    const auto result = passes ? DmarcResult::pass : DmarcResult::fail;
    report.records.push_back(tests::make_record(ip, count, result, result));
  }
  static void sign(Report& report, const std::string& domain, const std::string& selector, AuthResult result) {
    report.records.back().auth_results.dkim.push_back({domain, selector, {result, ""}, ""});
  }
  void save(const Report& report) {
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
    REQUIRE(store.writer().commit());
  }
  void quiet_days() {
    for (auto day = first_day; day <= last_day; ++day) {
      auto one = report(day);
      add(one, "192.0.2.1", 100, true);
      sign(one, "example.com", "old", AuthResult::pass);
      save(one);
    }
  }
  Changes found(std::int64_t from = since, std::vector<Condition> conditions = {}, bool with_ingestion = true) {
    Filter filter{Span::dates, from, last_day, std::move(conditions)};
    const auto fresh = freshness(store.database()).value();
    return changes(store.database(), select(store.database(), filter, fresh).value(), fresh, with_ingestion).value();
  }
  std::vector<Change> of(ChangeCode code, std::int64_t from = since) {
    std::vector<Change> list;
    for (auto& change : found(from).list)
      if (change.code == code) list.push_back(change);
    return list;
  }
};

std::int64_t number(const Change& change, std::string_view name) {
  for (const auto& [of, value] : change.numbers)
    if (of == name) return value;
  return -1;
}

}  // namespace

TEST_CASE("nothing has changed where every day is the same") {
  World world;
  CHECK(world.found().list.empty());
  world.quiet_days();
  CHECK(world.found().list.empty());
  CHECK(world.found(last_day + 5).list.empty());
}

TEST_CASE("an address is new to a domain once, from ten messages on") {
  World world;
  world.quiet_days();
  auto one = world.report(since + 2);
  World::add(one, "198.51.100.1", 9, false);
  World::add(one, "198.51.100.2", 10, false);
  World::add(one, "198.51.100.3", 30, true);
  world.save(one);
  const auto found = world.of(ChangeCode::new_source);
  REQUIRE(found.size() == 2);
  CHECK(found[0].subject == "198.51.100.2");
  CHECK(found[0].day == since + 2);
  CHECK(found[0].domain == "example.com");
  CHECK(found[0].level == ChangeLevel::warning);
  CHECK(number(found[0], "failed") == 10);
  CHECK(found[1].subject == "198.51.100.3");
  CHECK(found[1].level == ChangeLevel::info);
  CHECK(world.of(ChangeCode::new_source, since + 3).empty());
}

TEST_CASE("a source is new when it did not send for 400 days") {
  for (const std::int64_t ago : {change_thresholds.source_days, change_thresholds.source_days + 1}) {
    INFO(ago);
    World world;
    world.quiet_days();
    for (const auto day : {since - ago, since}) {
      auto one = world.report(day);
      World::add(one, "198.51.100.2", 10, false);
      world.save(one);
    }
    CHECK(world.of(ChangeCode::new_source).size() == (ago == change_thresholds.source_days ? 0 : 1));
  }
}

TEST_CASE("nothing is new to a domain that is new itself") {
  World world;
  world.quiet_days();
  auto one = world.report(since - 6, "Steady", "young.example");
  World::add(one, "192.0.2.1", 10, true);
  world.save(one);
  auto two = world.report(since, "Steady", "young.example");
  World::add(two, "198.51.100.9", 10, true);
  world.save(two);
  CHECK(world.of(ChangeCode::new_source).empty());
  CHECK(world.of(ChangeCode::new_source, since - 5).empty());
}

TEST_CASE("a selector is new when it passes, signs as the domain, and did not before") {
  World world;
  world.quiet_days();
  auto one = world.report(since + 1);
  World::add(one, "192.0.2.1", 10, true);
  World::sign(one, "mail.example.com", "fresh", AuthResult::pass);
  World::add(one, "192.0.2.1", 11, true);
  World::sign(one, "example.com", "forged", AuthResult::fail);
  World::sign(one, "elsewhere.example", "theirs", AuthResult::pass);
  World::sign(one, "notexample.com", "theirs", AuthResult::pass);
  world.save(one);
  const auto found = world.of(ChangeCode::new_selector);
  REQUIRE(found.size() == 1);
  CHECK(found[0].subject == "fresh@mail.example.com");
  CHECK(number(found[0], "messages") == 10);
  CHECK(found[0].day == since + 1);
}

TEST_CASE("a drop is told of the domain and of the source, on the day that it began") {
  World world;
  world.quiet_days();
  for (auto day = since + 4; day <= last_day; ++day) {
    auto one = world.report(day);
    World::add(one, "192.0.2.1", 300, false);
    world.save(one);
  }
  const auto rate = world.of(ChangeCode::pass_rate_dropped);
  REQUIRE(rate.size() == 1);
  CHECK(rate[0].day == since + 4);
  CHECK(rate[0].level == ChangeLevel::critical);
  CHECK(number(rate[0], "passed") == 700);
  CHECK(number(rate[0], "failed") == 900);
  CHECK(number(rate[0], "passed_before") == 1400);
  CHECK(number(rate[0], "failed_before") == 0);
  const auto source = world.of(ChangeCode::source_rate_dropped);
  REQUIRE(source.size() == 1);
  CHECK(source[0].subject == "192.0.2.1");
  CHECK(source[0].domain == "example.com");
}

TEST_CASE("a drop takes five points and fifty messages") {
  World world;
  world.quiet_days();
  auto one = world.report(since);
  World::add(one, "192.0.2.1", 28, false);  // 28 of 728: 96 %
  world.save(one);
  CHECK(world.of(ChangeCode::pass_rate_dropped).empty());
  auto two = world.report(since + 1);
  World::add(two, "192.0.2.1", 12, false);  // 40 of 740: 94 %
  world.save(two);
  CHECK(world.of(ChangeCode::pass_rate_dropped).size() == 1);
}

TEST_CASE("a policy that many reporters tell is one change, and a spelt-out default is none") {
  World world;
  world.quiet_days();
  for (const auto* reporter : {"One", "Two"}) {
    auto before = world.report(since - 1, reporter);
    before.policy_published.p.value = Policy::reject;
    World::add(before, "192.0.2.1", 1, true);
    world.save(before);
    auto same = world.report(since, reporter);
    same.policy_published.sp.value = Policy::reject;
    same.policy_published.pct = 100;
    World::add(same, "192.0.2.1", 1, true);
    world.save(same);
    auto now = world.report(since + 1, reporter);
    now.policy_published.p.value = Policy::none;
    World::add(now, "192.0.2.1", 1, true);
    world.save(now);
  }
  const auto found = world.of(ChangeCode::policy_changed);
  REQUIRE(found.size() == 1);
  CHECK(found[0].day == since + 1);
  CHECK(found[0].level == ChangeLevel::warning);  // weaker than before
  CHECK(number(found[0], "reporters") == 2);
  CHECK(found[0].before->p.value == Policy::reject);
  CHECK(found[0].now->p.value == Policy::none);
}

TEST_CASE("a regular reporter is silent after three times its distance, and told once") {
  World world;
  world.quiet_days();
  for (auto day = since - 20; day < since; ++day) {
    auto one = world.report(day, "Gone");
    World::add(one, "192.0.2.1", 1, true);
    world.save(one);
  }
  for (auto day = since - 8; day < since - 4; ++day) {
    auto one = world.report(day, "Seldom");
    World::add(one, "192.0.2.1", 1, true);
    world.save(one);
  }
  const auto found = world.of(ChangeCode::reporter_silent);
  REQUIRE(found.size() == 1);
  CHECK(found[0].subject == "Gone");
  CHECK(found[0].day == since + 2);
  CHECK(number(found[0], "silent_days") == last_day - since + 1);
  CHECK(number(found[0], "days_with_reports") == 20);
  CHECK(world.of(ChangeCode::reporter_silent, since + 3).empty());
}

TEST_CASE("changes are restricted by domain, and of one code there are a hundred at most") {
  World world;
  world.quiet_days();
  auto one = world.report(since);
  for (int n = 0; n < 120; ++n) World::add(one, "198.51.100." + std::to_string(n), 10 + n, false);
  world.save(one);
  const auto found = world.found();
  CHECK(found.found[static_cast<std::size_t>(ChangeCode::new_source)] == 120);
  const auto all = world.of(ChangeCode::new_source);
  CHECK(static_cast<std::int64_t>(all.size()) == most_of_a_change);
  CHECK(std::none_of(all.begin(), all.end(), [](const Change& c) { return number(c, "failed") < 30; }));
  const Condition other{FilterKey::domain, {DomainPattern{"example.org", false}}, {}};
  CHECK(world.found(since, {other}).list.empty());
}
