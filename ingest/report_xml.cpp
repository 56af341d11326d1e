#include "ingest/report_xml.h"

#include <fmt/format.h>

#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/report_head.h"
#include "ingest/report_reader.h"
#include "ingest/report_record.h"
#include "ingest/report_rules.h"
#include "ingest/text_encoding.h"
#include "ingest/xml_document.h"
#include "ingest/xml_gate.h"
#include "ingest/xml_repair.h"

namespace ingest {
namespace {

using namespace schema;

// The document without its records, as one small text, and which bytes of it stood where.
struct HeadText {
  std::string text;
  std::vector<Piece> pieces;
};

HeadText head_text(const GatedXml& xml) {
  const std::string_view document = xml.text;
  const XmlOutline& outline = xml.outline;
  HeadText out;
  std::size_t begin = outline.root.begin;
  const auto take = [&](std::size_t end) {
    out.pieces.push_back({out.text.size(), xml.offset() + begin});
    out.text.append(document, begin, end - begin);
  };
  for (const Span& record : outline.records) {
    if (record.begin != begin) take(record.begin);
    begin = record.end;
  }
  take(outline.root.end);
  return out;
}

// Text that holds no tag at all is no report that went wrong ("unused", a page of JSON); bytes that are no text may be.
bool is_prose(std::string_view text) {
  return text.find('<') == text.npos && find_control(text) == text.size();
}

// Whether a start or end tag `feedback` stands anywhere, in any letter case, with any prefix.
bool mentions_feedback(std::string_view text) {
  for (auto at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    const std::size_t begin = at + 1 + (text.substr(at + 1, 1) == "/" ? 1 : 0);
    if (same_letters(local_name(text.substr(begin, name_end(text, begin) - begin)), "feedback")) return true;
  }
  return false;
}

// Another document (a web page) that is broken besides: its root element is complete, and it never says `feedback`.
bool is_other_document(std::string_view text, const Error& error) {
  if (error.code != "xml_malformed" && error.code != "xml_truncated") return false;
  for (auto at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    const std::size_t end = name_end(text, at + 1);
    if (end == at + 1) continue;  // a comment, an instruction
    return text.find('>', end) != text.npos && !mentions_feedback(text);
  }
  return false;
}

Result<ReportHead> read_report(const GatedXml& xml, const ReportHints& hints, const Limits& limits,
                               ReportReader& reader, const RecordSink& sink, const Inspection* inspection) {
  if (!same_letters(xml.outline.root_name, "feedback"))
    return malformed("not_a_report", fmt::format("the root element is <{}>, not <feedback>", xml.outline.root_name),
                     xml.position(xml.outline.root.begin));
  XmlDocument tree;
  HeadText head_piece = head_text(xml);
  reader.set_text(head_piece.text, std::move(head_piece.pieces));
  const XmlNode feedback = tree.read(head_piece.text);
  if (!feedback) return malformed("xml_malformed", "the XML library refuses the head of the report");
  auto head = read_head(tree, feedback, hints, reader);
  if (!head) return head;

  std::optional<RuleChecker> checker;
  if (inspection != nullptr) {
    checker.emplace(inspection->dialect.value_or(head->dialect), reader);
    std::optional<std::int64_t> first_record;
    if (!xml.outline.records.empty())
      first_record = static_cast<std::int64_t>(xml.offset() + xml.outline.records.front().begin);
    checker->check_head(tree, feedback, first_record, *head);
  }
  const std::string above(xml.outline.root_name);
  std::int64_t messages = 0;
  std::string text;
  for (const Span& span : xml.outline.records) {
    text.assign(xml.text, span.begin, span.end - span.begin);
    reader.set_text(text, {{0, xml.offset() + span.begin}}, above);
    const XmlNode node = tree.read(text);
    if (!node) return malformed("xml_malformed", "the XML library refuses a record", xml.position(span.begin));
    auto record = read_record(node, head->policy_published, reader);
    if (reader.refusal()) return unexpected(*reader.refusal());
    if (!record) continue;
    if (checker) checker->check_record(node, *record, head->policy_published);
    messages += record->count;
    if (messages > limits.count_sum)
      return too_large("too_many_records", fmt::format("the report counts more than {} messages", limits.count_sum),
                       xml.position(span.begin));
    sink(std::move(*record));
  }
  return head;
}

Result<ReportHead> parse(std::string_view bytes, const ReportHints& hints, const Limits& limits, const RecordSink& sink,
                         const Inspection* inspection) {
  const auto decoded = to_utf8(bytes);
  if (!decoded) return unexpected(decoded.error());
  if (is_prose(decoded->text))
    return malformed("not_a_report", fmt::format("there is no XML in {} bytes of text", decoded->text.size()));
  auto xml = gate_and_repair(decoded->text, limits);
  if (!xml) {
    if (is_other_document(decoded->text, xml.error()))
      return malformed("not_a_report", "this is another document, and a broken one: " + xml.error().message,
                       xml.error().position);
    return unexpected(std::move(xml.error()));
  }
  ReportReader reader(xml->whole, limits, inspection);
  if (inspection != nullptr && xml->outline.leading_blanks) inspection->seen({"leading_blanks", {1, 1, 0}, "", ""});
  if (!decoded->note.empty())
    reader.note_at(decoded->note, position_at(decoded->text, decoded->note_offset), decoded->note_detail);
  for (const Repair& repair : xml->repairs) reader.note_at(repair.note, repair.position, repair.detail);
  auto head = read_report(*xml, hints, limits, reader, sink, inspection);
  if (head) head->notes = reader.take_notes();
  return head;
}

}  // namespace

Result<ReportHead> parse_report(std::string_view bytes, const ReportHints& hints, const Limits& limits,
                                const RecordSink& sink, const Inspection* inspection) {
  try {
    return parse(bytes, hints, limits, sink, inspection);
  } catch (const std::bad_alloc&) {
    return too_large("memory", "reading the report took more memory than there is");
  }
}

}  // namespace ingest
