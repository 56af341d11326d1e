// Every limit of ingest/limits.h, one below it, at it and one above it.
#include "ingest/limits.h"

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "ingest/archive.h"
#include "ingest/ingester.h"
#include "ingest/mime_gate.h"
#include "ingest/open_mailbox.h"
#include "ingest/xml_gate.h"
#include "tests/support/catch.h"
#include "tests/support/fake_mail.h"
#include "tests/support/pack.h"
#include "tests/support/reports.h"
#include "tests/support/store.h"
#include "tests/support/temporary_directory.h"

using namespace ingest;

namespace {

std::string letters(std::size_t size) {
  return std::string(size, 'a');
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Text that deflate cannot shrink much.
std::string noise(std::size_t size) {
  std::string text = "<feedback>";
  for (std::uint32_t state = 1; text.size() < size; state = state * 1664525U + 1013904223U)
    text += static_cast<char>(' ' + (state >> 24) % 90);
  text.resize(size);
  return text;
}

// The reason codes; empty where nothing is wrong.
std::string of_mailbox(const std::string& bytes, const Limits& limits) {
  const tests::TemporaryDirectory directory;
  std::ofstream(directory / "mail", std::ios::binary) << bytes;
  const auto mailbox = open_mailbox(directory / "mail", limits);
  return mailbox.value()->next().value()->too_large ? "mail_too_large" : "";
}

std::string of_mail(const std::string& mail, const Limits& limits) {
  const auto passed = mime_gate(mail, limits);
  return passed ? "" : passed.error().code;
}

std::string of_attachment(const std::string& bytes, const Limits& limits) {
  Budget budget(limits);
  for (const auto& document : unpack(bytes, limits, budget))
    if (!document.bytes) return document.bytes.error().code;
  return "";
}

std::string of_xml(const std::string& xml, const Limits& limits) {
  const auto passed = xml_gate(xml, limits);
  return passed ? "" : passed.error().code;
}

// What of a mailbox on a server was left there.
std::string of_quarantine(std::vector<std::string> mails, const Limits& limits) {
  tests::Store store;
  tests::FakeMailbox mailbox(std::move(mails));
  mailbox.kind = "imap";
  IngestSettings settings;
  settings.limits = limits;
  REQUIRE(Ingester(store.writer(), settings, tests::FakeReader()).ingest(mailbox, "fetch"));
  return store.number("SELECT count(*) FROM original WHERE encoding = 2") > 0 ? "left" : "";
}

struct Fields {
  std::string org_name = "Receiver", email = "a@b.example", report_id = "1";
  std::int64_t begin = 1767225600, end = 1767311999;
  std::string header_from = "example.com", selector = "s", comment = "c";
  std::size_t count = 1, dkim = 1, reasons = 1;
};

std::string xml(const Fields& of) {
  return "<feedback><report_metadata><org_name>" + of.org_name + "</org_name><email>" + of.email +
         "</email><report_id>" + of.report_id + "</report_id><date_range><begin>" + std::to_string(of.begin) +
         "</begin><end>" + std::to_string(of.end) +
         "</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>none</p>"
         "</policy_published><record><row><source_ip>192.0.2.1</source_ip><count>" +
         std::to_string(of.count) +
         "</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>" +
         repeated("<reason><type>other</type><comment>" + of.comment + "</comment></reason>", of.reasons) +
         "</policy_evaluated></row><identifiers><header_from>" + of.header_from +
         "</header_from></identifiers><auth_results>" +
         repeated(
             "<dkim><domain>d.example</domain><selector>" + of.selector + "</selector><result>fail</result></dkim>",
             of.dkim) +
         "</auth_results></record></feedback>";
}

// Of what is kept all the same: the codes of its notes.
std::string of_report(const Fields& fields, const Limits& limits) {
  const auto report = support::read_report(xml(fields), {"", "", support::now}, limits);
  return report ? support::note_codes(*report) : report.error().code;
}

struct Edge {
  std::string name;
  std::size_t limit;
  std::string code;                                               // what happens above it
  std::function<std::string(Limits&, std::size_t size)> code_of;  // `limits` has the limit already set
  std::function<void(Limits&, std::size_t)> set;
};

template <typename Number>
Edge edge(const std::string& name, Number Limits::*member, std::size_t limit, const std::string& code,
          std::function<std::string(Limits&, std::size_t)> code_of) {
  return {name, limit, code, std::move(code_of),
          [member](Limits& limits, std::size_t value) { limits.*member = static_cast<Number>(value); }};
}

std::vector<Edge> edges() {
  using L = Limits;
  const std::string part = "--b\n\nx\n";
  return {
      edge("mail_bytes", &L::mail_bytes, 100, "mail_too_large",
           [](auto& limits, auto size) { return of_mailbox("From: a\nSubject: b\n\n" + letters(size - 20), limits); }),
      edge("header_bytes", &L::header_bytes, 100, "mime_headers",
           [](auto& limits, auto size) { return of_mail("A: " + letters(size - 4) + "\n\nx", limits); }),
      edge("header_line_bytes", &L::header_line_bytes, 50, "mime_header_line",
           [](auto& limits, auto size) { return of_mail("A: " + letters(size - 4) + "\n\nx", limits); }),
      edge("header_unfolded_bytes", &L::header_unfolded_bytes, 100, "mime_header_line",
           [](auto& limits, auto size) { return of_mail("A: b\n " + letters(size - 7) + "\n\nx", limits); }),
      edge("header_count", &L::header_count, 5, "mime_headers",
           [](auto& limits, auto size) { return of_mail(repeated("A: b\n", size) + "\nx", limits); }),
      edge("header_params", &L::header_params, 5, "mime_headers",
           [](auto& limits, auto size) {
             return of_mail("Content-Type: text/plain" + repeated("; a=b", size) + "\n\nx", limits);
           }),
      edge("boundary_bytes", &L::boundary_bytes, 20, "mime_boundary",
           [](auto& limits, auto size) {
             return of_mail(
                 "Content-Type: multipart/mixed; boundary=" + letters(size) + "\n\n--" + letters(size) + "\n\nx\n",
                 limits);
           }),
      edge("mime_depth", &L::mime_depth, 3, "mime_depth",
           [](auto& limits, auto size) {
             return of_mail(repeated("Content-Type: message/rfc822\n\n", size) + "A: b\n\nx", limits);
           }),
      edge("mime_parts", &L::mime_parts, 4, "mime_parts",
           [part](auto& limits, auto size) {
             return of_mail("Content-Type: multipart/mixed; boundary=b\n\n" + repeated(part, size), limits);
           }),
      edge("attachment_bytes", &L::attachment_bytes, 1000, "attachment_too_large",
           [](auto& limits, auto size) { return of_attachment(noise(size), limits); }),
      edge("document_bytes", &L::document_bytes, 1000, "decompressed_size",
           [](auto& limits, auto size) { return of_attachment(tests::gzip(noise(size)), limits); }),
      edge("document_bytes, announced", &L::document_bytes, 1000, "declared_size",
           [](auto& limits, auto size) {
             return of_attachment(tests::zip({{"a.xml", noise(size)}}), limits);
           }),
      edge("decompressed_bytes", &L::decompressed_bytes, 1000, "decompressed_size",
           [](auto& limits, auto size) {
             return of_attachment(tests::zip({{"a.xml", noise(500)}, {"b.xml", noise(size - 500)}}), limits);
           }),
      edge("decompressed_mail_bytes", &L::decompressed_mail_bytes, 1000, "decompressed_size",
           [](auto& limits, auto size) {
             return of_attachment(tests::zip({{"a.xml", noise(500)}, {"b.xml", noise(size - 500)}}), limits);
           }),
      edge("archive_entries", &L::archive_entries, 4, "too_many_entries",
           [](auto& limits, auto size) {
             return of_attachment(tests::zip(std::vector<tests::ZipFile>(size, {"a.xml", noise(50)})), limits);
           }),
      edge("reports", &L::reports, 4, "too_many_reports",
           [](auto& limits, auto size) {
             return of_attachment(tests::zip(std::vector<tests::ZipFile>(size, {"a.xml", noise(50)})), limits);
           }),
      edge("archive_nesting", &L::archive_nesting, 2, "nested_archive",
           [](auto& limits, auto size) {
             std::string bytes = noise(50);
             for (std::size_t i = 0; i < size; ++i) bytes = tests::gzip(bytes);
             return of_attachment(bytes, limits);
           }),
      edge("archive_name_bytes", &L::archive_name_bytes, 20, "cut",
           [](auto& limits, auto size) {
             Budget budget(limits);
             const auto documents = unpack(tests::zip({{letters(size), noise(50)}}), limits, budget);
             return documents.at(0).name == letters(size) ? "" : "cut";
           }),
      edge("xml_start_tags", &L::xml_start_tags, 5, "xml_nodes",
           [](auto& limits, auto size) { return of_xml("<a>" + repeated("<b/>", size - 1) + "</a>", limits); }),
      edge("xml_depth", &L::xml_depth, 5, "xml_depth",
           [](auto& limits, auto size) { return of_xml(repeated("<a>", size) + repeated("</a>", size), limits); }),
      edge("xml_attributes", &L::xml_attributes, 3, "xml_attributes",
           [](auto& limits, auto size) {
             std::string xml = "<a";
             for (std::size_t i = 0; i < size; ++i) xml += " a" + std::to_string(i) + "=''";
             return of_xml(xml + "/>", limits);
           }),
      edge("xml_name_bytes", &L::xml_name_bytes, 10, "xml_name",
           [](auto& limits, auto size) { return of_xml("<" + letters(size) + "/>", limits); }),
      edge("records", &L::records, 3, "too_many_records",
           [](auto& limits, auto size) {
             return of_xml("<feedback>" + repeated("<record/>", size) + "</feedback>", limits);
           }),
      edge("count", &L::count, 1000, "count_unusable",
           [](auto& limits, auto size) { return of_report({.count = size}, limits); }),
      edge("count_sum", &L::count_sum, 1000, "too_many_records",
           [](auto& limits, auto size) { return of_report({.count = size}, limits); }),
      edge("domain_bytes", &L::domain_bytes, 20, "text_cut",
           [](auto& limits, auto size) { return of_report({.header_from = letters(size - 4) + ".com"}, limits); }),
      edge("report_id_bytes", &L::report_id_bytes, 20, "field_too_long",
           [](auto& limits, auto size) { return of_report({.report_id = letters(size)}, limits); }),
      edge("org_name_bytes", &L::org_name_bytes, 20, "field_too_long",
           [](auto& limits, auto size) { return of_report({.org_name = letters(size)}, limits); }),
      edge("email_bytes", &L::email_bytes, 20, "field_too_long",
           [](auto& limits, auto size) { return of_report({.email = letters(size - 6) + "@b.com"}, limits); }),
      edge("selector_bytes", &L::selector_bytes, 20, "text_cut",
           [](auto& limits, auto size) { return of_report({.selector = letters(size)}, limits); }),
      edge("text_bytes", &L::text_bytes, 20, "text_cut",
           [](auto& limits, auto size) { return of_report({.comment = letters(size)}, limits); }),
      edge("auth_results", &L::auth_results, 3, "results_cut",
           [](auto& limits, auto size) { return of_report({.dkim = size}, limits); }),
      edge("auth_results, reasons", &L::auth_results, 3, "results_cut",
           [](auto& limits, auto size) { return of_report({.reasons = size}, limits); }),
      edge("period_seconds", &L::period_seconds, 1000, "date_range",
           [](auto& limits, auto size) {
             const auto seconds = static_cast<std::int64_t>(size);
             return of_report({.begin = 1767225600, .end = 1767225600 + seconds}, limits);
           }),
      edge("ahead_seconds", &L::ahead_seconds, 1000, "date_range",
           [](auto& limits, auto size) {
             const auto end = support::now + static_cast<std::int64_t>(size);
             return of_report({.begin = end - 10, .end = end}, limits);
           }),
      edge("quarantine_originals", &L::quarantine_originals, 3, "left",
           [](auto& limits, auto size) {
             std::vector<std::string> mails;
             for (std::size_t i = 0; i < size; ++i) mails.push_back("mail\nbroken xml_malformed r" + std::to_string(i));
             return of_quarantine(std::move(mails), limits);
           }),
      edge("quarantine_bytes", &L::quarantine_bytes, 100, "left",
           [](auto& limits, auto size) {  // of attachments: what stands in the second line
             return of_quarantine({"mail\nbroken xml_malformed " + letters(size - 21)}, limits);
           }),
      edge("quarantine_daily", &L::quarantine_daily, 3, "left",
           [](auto& limits, auto size) {
             std::vector<std::string> mails;
             for (std::size_t i = 0; i < size; ++i)
               mails.push_back("mail\nfrom a@b.example\nbroken xml_malformed r" + std::to_string(i));
             return of_quarantine(std::move(mails), limits);
           }),
      // The other way round: the larger, the later.
      edge("earliest", &L::earliest, 1'700'000'000, "date_range",
           [](auto& limits, auto size) {
             const auto begin = 2 * limits.earliest - static_cast<std::int64_t>(size);
             return of_report({.begin = begin, .end = begin + 10}, limits);
           }),
  };
}

}  // namespace

TEST_CASE("what is one below a limit or at it passes, and one above it does not") {
  for (const Edge& edge : edges()) {
    CAPTURE(edge.name);
    Limits limits;
    edge.set(limits, edge.limit);
    CHECK(edge.code_of(limits, edge.limit - 1) == "");
    CHECK(edge.code_of(limits, edge.limit) == "");
    CHECK(edge.code_of(limits, edge.limit + 1) == edge.code);
  }
}

// What a given archive unpacks to is a fixed ratio: here it is the limit that moves.
TEST_CASE("the ratio and the bytes that it does not judge are sharp") {
  const std::string plain = "<feedback>" + std::string(50'000, ' ') + "</feedback>";
  const std::string packed = tests::gzip(plain);
  const auto passes = [&](std::size_t ratio, std::size_t free_bytes) {
    Limits limits;
    limits.ratio = ratio;
    limits.ratio_free_bytes = free_bytes;
    const std::string code = of_attachment(packed, limits);
    CHECK((code.empty() || code == "ratio"));
    return code.empty();
  };
  std::size_t ratio = 1;
  while (!passes(ratio, 0)) ++ratio;
  CHECK(ratio >= plain.size() / packed.size());
  CHECK(ratio <= plain.size() / (packed.size() - 20) + 1);
  // With one less, so many bytes more must be free, and not one fewer.
  std::size_t least = 0, most = plain.size();
  while (least < most) {
    const std::size_t middle = (least + most) / 2;
    passes(ratio - 1, middle) ? most = middle : least = middle + 1;
  }
  CHECK(least > 0);
  CHECK(least <= packed.size());
  CHECK_FALSE(passes(ratio - 1, least - 1));
}

TEST_CASE("every limit has its edges here") {
  std::ifstream header(TEST_DATA "/../../ingest/limits.h");
  const std::string text(std::istreambuf_iterator<char>(header), {});
  const auto all = edges();
  std::size_t limits = 0;
  for (auto at = text.find(" = "); at != text.npos; at = text.find(" = ", at + 1)) {
    const auto begin = text.rfind(' ', at - 1) + 1;
    const std::string name = text.substr(begin, at - begin);
    const auto line = text.substr(text.rfind('\n', at) + 1, 6);
    if (line.rfind("  std:", 0) != 0) continue;  // not a field
    ++limits;
    if (name == "ratio" || name == "ratio_free_bytes") continue;
    CAPTURE(name);
    CHECK(std::any_of(all.begin(), all.end(), [&](const Edge& edge) { return edge.name == name; }));
  }
  CHECK(limits > 30);
}
