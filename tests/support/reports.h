// Reports for tests: the two reference documents, small edits of them, and reading them.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/report_xml.h"
#include "schema/report.h"

namespace support {

inline constexpr std::int64_t now = 1795000000;  // 2026-11-18

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// tests/data/reports/rfc7489.xml and rfc9990.xml.
inline const std::string& rfc7489_report() {
  static const std::string text = read_file(TEST_DATA "/reports/rfc7489.xml");
  return text;
}

inline const std::string& rfc9990_report() {
  static const std::string text = read_file(TEST_DATA "/reports/rfc9990.xml");
  return text;
}

// `text` with the first `from` replaced; throws, which fails the test, where there is none.
inline std::string edited(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == text.npos) throw std::runtime_error("nothing to edit: " + std::string(from));
  return text.replace(at, from.size(), to);
}

inline std::string edited_everywhere(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// The records of a document, from the first to the last.
inline std::string record_of(const std::string& xml) {
  const auto begin = xml.find("<record>"), end = xml.rfind("</record>") + 9;
  return xml.substr(begin, end - begin);
}

// The report, or an error.
inline schema::Result<schema::Report> read_report(std::string_view xml,
                                                  const ingest::ReportHints& hints = {"", "", now},
                                                  const ingest::Limits& limits = {}) {
  schema::Report out;
  auto head = ingest::parse_report(xml, hints, limits,
                                   [&out](schema::Record&& record) { out.records.push_back(std::move(record)); });
  if (!head) return schema::unexpected(std::move(head.error()));
  static_cast<schema::ReportHead&>(out) = std::move(*head);
  return out;
}

// The report; throws where it cannot be read, which fails the test.
inline schema::Report report(std::string_view xml, const ingest::ReportHints& hints = {"", "", now}) {
  auto out = read_report(xml, hints);
  if (!out) throw std::runtime_error(out.error().code + ": " + out.error().message);
  return std::move(*out);
}

// The reason code it is refused with; "stored" where it is not.
inline std::string refusal(std::string_view xml, const ingest::ReportHints& hints = {"", "", now}) {
  const auto out = read_report(xml, hints);
  return out ? "stored" : out.error().code;
}

// How often a code was noted.
inline std::int64_t noted(const schema::Report& report, std::string_view code) {
  for (const schema::Note& note : report.notes)
    if (note.code == code) return note.count;
  return 0;
}

// All codes, separated by blanks, in the order of first sight.
inline std::string note_codes(const schema::Report& report) {
  std::string out;
  for (const schema::Note& note : report.notes) out += (out.empty() ? "" : " ") + note.code;
  return out;
}

// Whether a reader is warned.
inline bool has_warning(const schema::Report& report) {
  for (const schema::Note& note : report.notes)
    if (schema::note_kind(note.code)->severity == schema::Severity::warning) return true;
  return false;
}

inline std::int64_t messages(const schema::Report& report) {
  std::int64_t sum = 0;
  for (const schema::Record& record : report.records) sum += record.count;
  return sum;
}

}  // namespace support
