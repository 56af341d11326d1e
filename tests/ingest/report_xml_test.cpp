#include "ingest/report_xml.h"

#include <algorithm>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using namespace support;

namespace {

std::string with_records(std::size_t count, std::string_view messages = "12") {
  const std::string& xml = rfc7489_report();
  const auto begin = xml.find("<record>"), end = xml.find("</record>") + 9;
  const std::string record =
      edited(xml.substr(begin, end - begin), "<count>12<", "<count>" + std::string(messages) + "<");
  std::string records;
  for (std::size_t i = 0; i < count; ++i) records += record;
  return xml.substr(0, begin) + records + xml.substr(end);
}

}  // namespace

TEST_CASE("a report cut short at any length is never stored") {
  for (const std::string& xml : {rfc7489_report(), rfc9990_report(), with_records(3)}) {
    const std::size_t whole = xml.rfind('>') + 1;
    for (std::size_t length = 0; length < whole; ++length) {
      const auto report = read_report(xml.substr(0, length));
      REQUIRE_FALSE(report);
      INFO(length << ": " << report.error().code);
      const auto first_tag = xml.find("<?xml");
      CHECK(report.error().code == (length <= first_tag ? "not_a_report" : "xml_truncated"));
    }
    CHECK(read_report(xml.substr(0, whole)));
  }
}

TEST_CASE("a report with any one byte changed is read or refused, never worse") {
  const std::string& xml = rfc9990_report();
  for (std::size_t at = 0; at < xml.size(); ++at)
    for (const char c : {'\0', '<', '>', '&', '"', '/', '!', '\x80', '\xff', 'x'}) {
      std::string changed = xml;
      changed[at] = c;
      const auto report = read_report(changed);
      if (report) CHECK(report->records.size() <= 2);
    }
}

TEST_CASE("records come in document order and are counted up to the limit") {
  std::vector<std::int64_t> counts;
  const std::string xml = edited(with_records(2), "<count>12", "<count>7");
  const auto head = ingest::parse_report(xml, {"", "", now}, {}, [&](Record&& r) { counts.push_back(r.count); });
  REQUIRE(head);
  CHECK(counts == std::vector<std::int64_t>{7, 12});

  ingest::Limits limits;
  limits.records = 2;
  CHECK(read_report(with_records(2), {"", "", now}, limits));
  CHECK(read_report(with_records(3), {"", "", now}, limits).error().code == "too_many_records");
  limits = {};
  limits.count_sum = 24;
  CHECK(read_report(with_records(2), {"", "", now}, limits));
  CHECK(read_report(with_records(2, "13"), {"", "", now}, limits).error().code == "too_many_records");
}

TEST_CASE("fields that identify a report are refused beyond their limit, on both sides of it") {
  const auto with = [](std::string_view from, std::size_t bytes) {
    return refusal(edited(rfc7489_report(), from, std::string(bytes, 'a')));
  };
  CHECK(with("mx.receiver.example", 512) == "stored");
  CHECK(with("mx.receiver.example", 513) == "field_too_long");
  CHECK(with("receiver.example.1704067200.42", 512) == "stored");
  CHECK(with("receiver.example.1704067200.42", 513) == "field_too_long");
  CHECK(with("dmarc@receiver.example", 320) == "stored");
  CHECK(with("dmarc@receiver.example", 321) == "field_too_long");
}

TEST_CASE("details are cut at their limit, with a note") {
  const auto cut = [](const std::string& xml) { return note_codes(report(xml)); };
  CHECK(cut(edited(rfc7489_report(), "<selector>s1<", "<selector>" + std::string(128, 's') + "<")) == "");
  CHECK(cut(edited(rfc7489_report(), "<selector>s1<", "<selector>" + std::string(129, 's') + "<")) == "text_cut");
  const auto with_contact = [](std::size_t bytes) {
    return edited(rfc7489_report(), "<email>",
                  "<extra_contact_info>" + std::string(bytes, 'x') + "</extra_contact_info><email>");
  };
  CHECK(cut(with_contact(4096)) == "");
  CHECK(cut(with_contact(4097)) == "text_cut");
}

TEST_CASE("a period is plausible from 2012 to two days ahead") {
  const auto with = [](std::int64_t begin, std::int64_t end) {
    std::string xml = edited(rfc7489_report(), "1704067200<", std::to_string(begin) + "<");
    return refusal(edited(xml, "1704153599<", std::to_string(end) + "<"));
  };
  constexpr std::int64_t earliest = 1325376000, day = 86400;
  CHECK(with(earliest, earliest + day) == "stored");
  CHECK(with(earliest - 1, earliest + day) == "date_range");
  CHECK(with(now, now + 2 * day) == "stored");
  CHECK(with(now, now + 2 * day + 1) == "date_range");
  CHECK(with(now, now) == "stored");
  CHECK(with(now, now - 1) == "date_range");
}

TEST_CASE("notes say where, in the document as it was given") {
  const std::string xml = edited(with_records(2), "<count>12</count>", "<count>x</count>");
  const Report r = report(xml);
  REQUIRE(r.notes.size() == 1);
  const auto at = xml.find("<count>x") + 1;
  CHECK(r.notes[0].first.byte == static_cast<std::int64_t>(at));
  CHECK(r.notes[0].first.line == 1 + std::count(xml.begin(), xml.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  CHECK(r.notes[0].detail == "x");

  // Behind the records, in the head, and behind text that was cut off.
  std::string moved = edited(with_records(3), "<pct>100</pct>", "");
  moved = "\"" +
          edited(moved, "</feedback>", "<policy_published><domain>example.com</domain></policy_published></feedback>");
  const Report behind = report(moved);
  REQUIRE(noted(behind, "policy_repeated") == 1);
  for (const Note& note : behind.notes)
    if (note.code == "policy_repeated")
      CHECK(note.first.byte == static_cast<std::int64_t>(moved.rfind("<policy_published>") + 1));
}

TEST_CASE("refusals say where") {
  const std::string xml = edited(rfc7489_report(), "<count>12</count>", "<count>12</count>\n<count>13</count>");
  const auto refused = read_report(xml);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "ambiguous_field");
  REQUIRE(refused.error().position);
  CHECK(refused.error().position->byte == static_cast<std::int64_t>(xml.find("<count>13") + 1));
}

TEST_CASE("other documents are no reports") {
  CHECK(refusal("") == "not_a_report");
  CHECK(refusal("unused") == "not_a_report");
  CHECK(refusal("<html></html>") == "not_a_report");
  CHECK(refusal("<html><br></html>") == "not_a_report");
  CHECK(refusal("<feedbacks></feedbacks>") == "not_a_report");
  CHECK(refusal(std::string_view("\x1f\x8b\x08\0", 4)) == "xml_malformed");
  CHECK(refusal("<feedback><br></feedback>") == "xml_malformed");
}
