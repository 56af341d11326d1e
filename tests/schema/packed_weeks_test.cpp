#include "schema/packed_weeks.h"

#include <array>
#include <random>
#include <string>
#include <utility>

#include "schema/packed_sums.h"
#include "schema/weekly_records.h"
#include "schema/weekly_sources.h"
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

// More rows than are taken at a time, so that several ranges of addresses make one week.
TEST_CASE("a week of many rows is packed as one of few is") {
  constexpr std::int64_t reports = 6, records = 50'000, addresses = 70'000;
  constexpr std::int64_t monday = 20'703;  // 2026-09-07
  tests::Store store;
  std::mt19937 random(8);
  for (std::int64_t n = 0; n < reports; ++n) {
    auto report = tests::make_report(std::to_string(n), n % 2 == 0 ? "example.com" : "example.org");
    report.metadata.begin = (monday + n % 3) * 86400;
    report.metadata.end = report.metadata.begin + 86399;
    report.records.assign(records, report.records.front());
    for (auto& record : report.records) {
      std::array<std::uint8_t, 16> bytes{0x20, 0x01};
      const auto source = random() % 3 == 0 ? random() % 50 : random() % addresses;
      bytes[14] = static_cast<std::uint8_t>(source >> 8);
      bytes[15] = static_cast<std::uint8_t>(source);
      bytes[13] = static_cast<std::uint8_t>(source >> 16);
      record.source_ip = IpAddress::from_bytes(bytes);
      record.count = static_cast<std::int64_t>(1 + random() % 100);
      record.policy_evaluated.dkim.value = static_cast<DmarcResult>(random() % 3);
    }
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
    REQUIRE(store.writer().commit());
  }
  REQUIRE(pack_week(store.writer(), NewestWeek::packed).value());
  auto& database = store.database();

  // Of each row a number that no other order or grouping has.
  const std::string of_row = "address_id * 7919 + result_id * 31 + messages * 104729";
  std::int64_t sum = 0, rows = 0, last = 0;
  bool in_order = true;
  const auto take = [&](std::int64_t address, std::int64_t result, std::int64_t messages, std::int64_t further) {
    in_order = in_order && address >= last;
    last = address;
    sum += (address * 7919 + result * 31 + messages * 104729) * (further + 1);
    ++rows;
  };
  REQUIRE(each_day_of_week(database, monday, {}, [&](const PackedDay& row) {
    take(row.address_id, row.result_id, row.messages, row.domain_id * 7 + row.day);
  }));
  CHECK(rows == store.number("SELECT count(*) FROM daily_source"));
  CHECK(rows > 100'000);
  CHECK(sum == store.number("SELECT sum((" + of_row + ") * (domain_id * 7 + day - " + std::to_string(monday) +
                            " + 1)) FROM daily_source"));

  sum = rows = last = 0;
  REQUIRE(each_record_of_week(
      database, monday, {}, [&](const ReportOfWeek& report, const PackedRecord& record, const RecordDetails& details) {
        take(record.address_id, details.result_id, record.messages, report.id);
      }));
  CHECK(rows == reports * records);
  CHECK(sum == store.number("SELECT sum((" + of_row + ") * (report_id + 1)) FROM record"));

  for (const auto& [domain, where] : {std::pair<std::int64_t, std::string>(all_domains, "1"), {1, "domain_id = 1"}}) {
    sum = rows = last = 0;
    std::int64_t pieces = 0;
    REQUIRE(each_piece_of_week(database, monday, domain, [&](std::int64_t, std::string_view bytes) {
      ++pieces;
      return unpack(bytes,
                    [&](const PackedSum& packed) { take(packed.address_id, packed.result_id, packed.messages, 0); });
    }));
    CHECK(pieces > 3);
    CHECK(rows == store.number("SELECT count(*) FROM (SELECT DISTINCT address_id, result_id FROM daily_source WHERE " +
                               where + ")"));
    CHECK(sum == store.number("SELECT sum(" + of_row +
                              ") FROM (SELECT address_id, result_id, sum(messages) AS messages "
                              "FROM daily_source WHERE " +
                              where + " GROUP BY 1, 2)"));
  }
  CHECK(in_order);
  CHECK(wrong_weeks(database).value().empty());
}
