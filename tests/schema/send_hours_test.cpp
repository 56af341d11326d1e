#include "schema/send_hours.h"

#include "schema/reporters.h"
#include "tests/support/add_report.h"

using schema::SendHours;
using schema::usual_hour;

namespace {

SendHours hours(std::initializer_list<std::pair<std::size_t, std::int64_t>> sent) {
  SendHours all{};
  for (const auto& [hour, reports] : sent) all[hour] = reports;
  return all;
}

// A report of `day`, in a mail that says it was sent `after` seconds after that day began; none: it says nothing.
void add(tests::Store& store, int day, std::optional<std::int64_t> after, const std::string& org_name = "Receiver") {
  auto report = tests::report_of(day, org_name);
  report.metadata.report_id += org_name;
  auto& writer = store.writer();
  REQUIRE(writer.begin());
  schema::MailEntry entry{std::string(32, 'm'), 1, "report", {}, {}, {}, {}};
  if (after) entry.date = report.metadata.begin + *after;
  const auto run = writer.ledger().begin_run("import", 1).value();
  auto provenance = store.provenance();
  provenance.mail_id =
      writer.ledger().add_mail({"file", "/tmp/dated", report.metadata.report_id}, entry, run, "1", 1).value();
  REQUIRE(writer.reports().add(schema::PreparedReport(std::move(report)), provenance));
  REQUIRE(writer.commit());
}

std::vector<schema::ReporterRow> reporters(tests::Store& store) {
  std::vector<schema::ReporterRow> rows;
  auto& database = store.database();
  REQUIRE(schema::reporters(database, tests::everything(store), schema::freshness(database).value(),
                            {10, std::nullopt, {"reporter", false}}, [&](const schema::ReporterRow& row) {
                              rows.push_back(row);
                              return true;
                            }));
  return rows;
}

}  // namespace

TEST_CASE("the usual hour is the middle of the three in which at least half was sent") {
  CHECK(usual_hour(hours({{9, 5}})) == 9);
  CHECK(usual_hour(hours({{9, 4}})) == std::nullopt);  // too few
  CHECK(usual_hour(hours({{8, 3}, {9, 4}, {10, 3}, {20, 5}})) == 9);
  CHECK(usual_hour(hours({{8, 1}, {9, 4}})) == 9);           // of equal sums the one with more of its own
  CHECK(usual_hour(hours({{23, 3}, {0, 4}, {1, 3}})) == 0);  // over midnight
  CHECK(usual_hour(hours({{0, 5}, {6, 5}})) == 0);
  CHECK(usual_hour(hours({{0, 2}, {6, 2}, {12, 2}, {18, 2}})) == std::nullopt);  // at any hour
}

TEST_CASE("a reporter's usual hour comes from the Date of its mails, its reports a day from its days") {
  tests::Store store;
  constexpr std::int64_t day = 86400, hour = 3600;
  for (int i = 0; i < 6; ++i) add(store, 2 * i, day + 9 * hour + 600 * i, "Early");
  for (int i = 0; i < 6; ++i) add(store, i, std::nullopt, "Silent about it");
  for (int i = 0; i < 4; ++i) add(store, i, day + 9 * hour, "Few");
  const auto rows = reporters(store);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].usual_send_hour == 9);
  CHECK(rows[0].reports_per_day() == 6.0 / 11.0);
  CHECK(rows[1].usual_send_hour == std::nullopt);
  CHECK(rows[1].reports_per_day() == std::nullopt);
  CHECK(rows[2].usual_send_hour == std::nullopt);
  CHECK(rows[2].reports_per_day() == 1.0);
}

TEST_CASE("habits of long ago are not usual any more") {
  tests::Store store;
  for (int i = 0; i < 40; ++i) add(store, i, 3600 * 3);
  for (int i = 40; i < 70; ++i) add(store, i, 3600 * 21);
  CHECK(reporters(store)[0].usual_send_hour == 21);
}
