#include "schema/reason.h"

#include <algorithm>
#include <set>
#include <string>

#include "schema/note.h"
#include "tests/support/catch.h"

using namespace schema;

TEST_CASE("every stable reason code is in the table, once") {
  const char* const promised[] = {"not_a_report",
                                  "tls_report",
                                  "failure_report",
                                  "bounce",
                                  "duplicate",
                                  "conflict",
                                  "unknown_domain",
                                  "reporter_auth_fail",
                                  "mail_too_large",
                                  "mime_headers",
                                  "mime_header_line",
                                  "mime_boundary",
                                  "mime_depth",
                                  "mime_parts",
                                  "mime_malformed",
                                  "mime_nul",
                                  "mime_cte",
                                  "empty_attachment",
                                  "attachment_too_large",
                                  "declared_size",
                                  "decompressed_size",
                                  "ratio",
                                  "too_many_entries",
                                  "nested_archive",
                                  "overlap",
                                  "size_mismatch",
                                  "encrypted",
                                  "unsupported_compression",
                                  "crc",
                                  "archive_corrupt",
                                  "archive_truncated",
                                  "xml_malformed",
                                  "xml_truncated",
                                  "xml_doctype",
                                  "xml_illegal_char",
                                  "xml_encoding",
                                  "xml_depth",
                                  "xml_nodes",
                                  "xml_attributes",
                                  "xml_name",
                                  "too_many_records",
                                  "missing_field",
                                  "ambiguous_field",
                                  "field_too_long",
                                  "bad_domain",
                                  "date_range",
                                  "cpu",
                                  "memory",
                                  "timeout",
                                  "worker_crash",
                                  "too_many_reports"};
  for (const char* code : promised) {
    INFO(code);
    CHECK(reason_code(code) != nullptr);
  }
  CHECK(reason_codes().size() == std::size(promised));
  std::set<std::string_view> codes;
  for (const ReasonCode& reason : reason_codes()) {
    CHECK(codes.insert(reason.code).second);
    CHECK(reason.sentence.back() == '.');
    CHECK(reason.outcome != Outcome::stored);
  }
  CHECK(reason_code("no_such_code") == nullptr);
}

TEST_CASE("outcomes and stages have the words of the API") {
  CHECK(name(Outcome::stored) == "stored");
  CHECK(name(reason_code("duplicate")->outcome) == "duplicate");
  CHECK(name(reason_code("conflict")->outcome) == "conflict");
  CHECK(name(reason_code("bounce")->outcome) == "ignored");
  CHECK(name(reason_code("ratio")->outcome) == "quarantined");
  CHECK(name(reason_code("mime_nul")->stage) == "mail");
  CHECK(name(reason_code("empty_attachment")->stage) == "attachment");
  CHECK(name(reason_code("crc")->stage) == "decompress");
  CHECK(name(reason_code("xml_depth")->stage) == "xml");
  CHECK(name(reason_code("date_range")->stage) == "schema");
  CHECK(name(reason_code("conflict")->stage) == "store");
}

TEST_CASE("the same note is one line with a count, and keeps what was seen first") {
  Notes notes;
  add_note(notes, "count_missing", {3, 4, 50}, "first");
  add_note(notes, "stray_text");
  add_note(notes, "count_missing", {9, 9, 99}, "second");
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].count == 2);
  CHECK(notes[0].detail == "first");
  CHECK(notes[0].first.line == 3);
  CHECK(notes[1].count == 1);
}

TEST_CASE("the detail of a note is cut at 256 bytes, never inside a character") {
  Notes notes;
  add_note(notes, "stray_text", {}, std::string(255, 'a') + "\xE2\x82\xAC");
  CHECK(notes[0].detail == std::string(255, 'a'));
}

TEST_CASE("note codes are unique and explained") {
  std::set<std::string_view> codes;
  for (const NoteKind& kind : note_kinds()) {
    INFO(kind.code);
    CHECK(codes.insert(kind.code).second);
    CHECK(kind.sentence.back() == '.');
    CHECK(note_kind(kind.code) == &kind);
    CHECK(std::all_of(kind.code.begin(), kind.code.end(),
                      [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }));
  }
  CHECK(note_kind("no_such_code") == nullptr);
}
