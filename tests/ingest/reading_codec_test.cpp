// A reading on its way between two processes: what is true arrives whole, what is not arrives not at all.
#include "ingest/reading_codec.h"

#include <cstring>
#include <random>

#include "ingest/open_mailbox.h"
#include "tests/support/catch.h"
#include "tests/support/encoded.h"
#include "tests/support/make_report.h"

using ingest::Limits;
using ingest::PreparedReading;
using tests::encoded;

namespace {

constexpr std::size_t memory = 64 * ingest::MiB;
constexpr std::int64_t now = 1795200000;  // November 2026

struct Decoded {
  PreparedReading reading;
  std::string fault;
};

Decoded decoded(std::string_view bytes, const Limits& limits = {}, std::size_t memory_bytes = memory) {
  ingest::WireReader wire([&](char* to, std::size_t size) {
    const std::size_t count = std::min(size, bytes.size());
    std::memcpy(to, bytes.data(), count);
    bytes.remove_prefix(count);
    return count;
  });
  Decoded result;
  result.reading = ingest::read_reading(wire, limits, memory_bytes);
  result.fault = wire.fault();
  return result;
}

bool is_nothing(const PreparedReading& reading) {
  return reading.attachments.empty() && !reading.refused && reading.headers.subject.empty();
}

PreparedReading with(schema::Report report) {
  ingest::MessageReading reading;
  reading.kind = ingest::MailKind::report;
  reading.headers.subject = "Report Domain: example.com";
  reading.headers.date = -5;
  reading.headers.authentication_results = {"mx.example.com; dmarc=pass", "other"};
  reading.attachments.push_back({"a.zip", "the message", {}});
  reading.attachments[0].documents.push_back({"a.zip/a.xml", 0, std::move(report)});
  reading.attachments[0].documents.push_back(
      {"a.zip/b.xml", 1, schema::malformed("xml_truncated", "It ends.", schema::Position{3, 4, 50}), "<feed"});
  return reading;
}

std::vector<schema::Record> listed(const schema::PackedRecords& packed) {
  std::vector<schema::Record> records;
  for (const auto& record : packed) records.push_back(record);
  return records;
}

std::string fault_of(const std::function<void(schema::Report&)>& change, const Limits& limits = {}) {
  auto report = tests::make_report("a");
  change(report);
  const auto result = decoded(encoded(with(std::move(report))), limits);
  if (!result.fault.empty()) CHECK(is_nothing(result.reading));
  return result.fault;
}

std::string fault_of_reading(const std::function<void(PreparedReading&)>& change) {
  auto reading = with(tests::make_report("a"));
  change(reading);
  return decoded(encoded(reading)).fault;
}

}  // namespace

TEST_CASE("a reading arrives as it was sent") {
  auto report = tests::make_report("a");
  report.metadata.errors = {"one", "two"};
  report.policy_published.pct = 20;
  report.policy_published.testing = false;
  schema::add_note(report.notes, "count_unusable", {1, 2, 3}, "many");
  report.records[0].identifiers.envelope_from = "";
  report.records[0].policy_evaluated.reasons.push_back({{schema::OverrideType::other, "odd"}, "why"});
  auto sent = with(std::move(report));
  const auto got = decoded(encoded(sent, "the message"));
  REQUIRE(got.fault.empty());
  CHECK(got.reading.attachments[0].is_message);
  CHECK(got.reading.attachments[0].bytes.empty());
  CHECK(encoded(got.reading, "the message") == encoded(sent, "the message"));
  CHECK(decoded(encoded(sent)).reading.attachments[0].bytes == "the message");
  const auto& before = *sent.attachments[0].documents[0].report;
  const auto& after = *got.reading.attachments[0].documents[0].report;
  CHECK(listed(after.records) == listed(before.records));
  CHECK(after.policy_published == before.policy_published);
  CHECK(after.content_hash == before.content_hash);
  CHECK(after.report_id == before.report_id);
  CHECK(after.estimates == before.estimates);
  CHECK(after.notes.size() == 1);
  CHECK(got.reading.attachments[0].documents[1].report.error().position == schema::Position{3, 4, 50});

  PreparedReading refused;
  refused.refused = schema::Error{schema::ErrorKind::too_large, "mime_parts", "The mail has many parts.", {}};
  CHECK(decoded(encoded(refused)).reading.refused->code == "mime_parts");
}

TEST_CASE("every mail of the sample arrives as it was read") {
  auto mailbox = ingest::open_mailbox(TEST_DATA "/sample/mailbox.mbox.gz", {});
  REQUIRE(mailbox);
  std::size_t mails = 0;
  for (;; ++mails) {
    const auto message = (*mailbox)->next();
    REQUIRE(message);
    if (!*message) break;
    const std::string& bytes = (*message)->bytes;
    const PreparedReading sent = ingest::read_message(bytes, "", {}, now);
    const auto got = decoded(encoded(sent, bytes));
    CAPTURE(mails);
    REQUIRE(got.fault.empty());
    CHECK(encoded(got.reading, bytes) == encoded(sent, bytes));
  }
  CHECK(mails == 559);
}

TEST_CASE("texts that come again travel once") {
  auto report = tests::make_report("a");
  const auto record = report.records[0];
  const auto one = encoded(with(report)).size();
  for (int i = 0; i < 100; ++i) report.records.push_back(record);
  CHECK(encoded(with(report)).size() < one + 100 * 80);
}

TEST_CASE("an answer cut at any length is no answer") {
  const std::string whole = encoded(with(tests::make_report("a")));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto result = decoded(std::string_view(whole).substr(0, length));
    CHECK(result.fault == ingest::WireReader::too_early);
    CHECK(is_nothing(result.reading));
  }
}

TEST_CASE("an answer with any byte changed is another one, or none") {
  const std::string whole = encoded(with(tests::make_report("a")));
  std::mt19937 random(7);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1u + random() % 255));
    const auto result = decoded(changed);
    if (!result.fault.empty()) {
      CHECK(is_nothing(result.reading));
    } else {
      // What is taken can be said again, and is the same.
      CHECK(decoded(encoded(result.reading)).fault.empty());
    }
  }
}

TEST_CASE("what no parser says of a report is not believed") {
  CHECK(fault_of([](schema::Report&) {}).empty());
  const Limits limits;
  CHECK_FALSE(fault_of([](auto& r) { r.metadata.end = r.metadata.begin - 1; }).empty());
  CHECK_FALSE(fault_of([&](auto& r) { r.metadata.begin = limits.earliest - 1; }).empty());
  CHECK_FALSE(fault_of([&](auto& r) { r.metadata.end = r.metadata.begin + limits.period_seconds + 1; }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.metadata.end = INT64_MIN; }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.metadata.end = INT64_MAX; }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.policy_published.domain = "no domain"; }).empty());
  CHECK_FALSE(fault_of([&](auto& r) { r.records[0].count = limits.count + 1; }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.records[0].count = -1; }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.policy_published.pct = 101; }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.metadata.org_name = "\xff"; }).empty());
  CHECK_FALSE(fault_of([&](auto& r) { r.metadata.org_name.assign(limits.org_name_bytes + 1, 'x'); }).empty());
  CHECK_FALSE(fault_of([&](auto& r) { r.metadata.report_id.assign(limits.report_id_bytes + 1, 'x'); }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.records[0].source_ip_raw.assign(300'000, 'x'); }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.notes.push_back({"no_such_note", 1, {}, ""}); }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.metadata.errors.assign(101, "x"); }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.policy_published.p.value = static_cast<schema::Policy>(9); }).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.records[0].identifiers.header_from = "\xff"; }).empty());
  CHECK_FALSE(fault_of([&](auto& r) { r.records[0].auth_results.dkim.resize(limits.auth_results + 1); }).empty());

  Limits few;
  few.count_sum = 11;
  few.records = 2;
  CHECK(fault_of([](auto& r) { r.records[0].count = 9; }, few).empty());
  CHECK_FALSE(fault_of([](auto& r) { r.records[0].count = 10; }, few).empty());
  CHECK_FALSE(fault_of(
                  [](auto& r) {
                    for (auto& record : r.records) record.count = 0;
                    r.records.push_back(r.records[0]);
                  },
                  few)
                  .empty());
}

TEST_CASE("what no reader says of a mail is not believed") {
  CHECK_FALSE(fault_of_reading([](auto& r) { r.headers.subject = "\x1b[31m"; }).empty());
  CHECK_FALSE(fault_of_reading([](auto& r) { r.attachments[0].name = "a\nb"; }).empty());
  CHECK_FALSE(fault_of_reading([](auto& r) { r.attachments[0].documents.clear(); }).empty());
  CHECK_FALSE(fault_of_reading([](auto& r) { r.kind = static_cast<ingest::MailKind>(77); }).empty());
  CHECK_FALSE(fault_of_reading([](auto& r) { r.attachments[0].documents[0].report->estimates.pop_back(); }).empty());
  CHECK_FALSE(fault_of_reading([](auto& r) { r.attachments[0].documents[0].report->estimates[0] = 3; }).empty());
  for (const auto kind : {schema::ErrorKind::unavailable, schema::ErrorKind::internal}) {
    CHECK_FALSE(fault_of_reading([&](auto& r) { r.refused = schema::Error{kind, "cpu", "Slow.", {}}; }).empty());
  }
  CHECK_FALSE(fault_of_reading([](auto& r) {
                r.refused = schema::Error{schema::ErrorKind::malformed, "no_such_reason", "", {}};
              }).empty());
}

TEST_CASE("an answer takes no more memory than a reader may have") {
  auto report = tests::make_report("a");
  const auto record = report.records[0];
  report.records.assign(1000, record);
  // Rows of records that repeat each other, a text that is long, and many texts.
  const std::string rows = encoded(with(report));
  CHECK(decoded(rows, {}, 64'000).fault.empty());
  CHECK_FALSE(decoded(rows, {}, 8'000).fault.empty());
  report.records.resize(1);
  report.records[0].auth_results.dkim.push_back({"example.com", "s", {}, std::string(4096, 'x')});
  CHECK(decoded(encoded(with(report)), {}, 8'000).fault.empty());
  CHECK_FALSE(decoded(encoded(with(report)), {}, 4'096).fault.empty());
  report.records.assign(1000, record);
  for (std::size_t i = 0; i < report.records.size(); ++i)
    report.records[i].identifiers.header_from = std::to_string(100'000'000 + i) + ".example.com";
  CHECK(decoded(encoded(with(report)), {}, 64'000).fault.empty());
  CHECK_FALSE(decoded(encoded(with(report)), {}, 30'000).fault.empty());
}
