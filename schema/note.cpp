#include "schema/note.h"

#include <algorithm>

namespace schema {
namespace {

constexpr std::size_t longest_detail = 256;

// The first `limit` bytes of UTF-8 without cutting a character.
std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace

void add_note(Notes& notes, std::string_view code, Position position, std::string_view detail) {
  const auto same = std::find_if(notes.begin(), notes.end(), [code](const Note& note) { return note.code == code; });
  if (same != notes.end()) {
    ++same->count;
    return;
  }
  notes.push_back({std::string(code), 1, position, std::string(cut_utf8(detail, longest_detail))});
}

const std::vector<NoteKind>& note_kinds() {
  constexpr auto info = Severity::info, warning = Severity::warning, silent = Severity::silent;
  static const std::vector<NoteKind> kinds = {
      // The text, before it was XML.
      {"trailing_bytes", warning, "RFC 1952 2.2", "Bytes after the compressed report were ignored."},
      {"encoding_guessed", warning, "XML 1.0 4.3.3",
       "The text is not in the encoding it declares; it was read as windows-1252."},
      {"encoding_replaced", warning, "XML 1.0 4.3.3",
       "Bytes that are no characters of the declared encoding were replaced by U+FFFD."},
      {"encoding_mismatch", info, "XML 1.0 4.3.3", "The declared encoding is not the one that was used."},
      {"control_characters", warning, "XML 1.0 2.2", "Control characters that XML forbids were left out."},
      {"junk_before", warning, "XML 1.0 2.1", "Text before the report was left out."},
      {"junk_after", warning, "XML 1.0 2.1", "Text after the report was left out."},
      {"bare_ampersand", warning, "XML 1.0 2.4", "An '&' that should have been written as '&amp;' was taken as text."},
      {"html_entity", warning, "XML 1.0 4.1", "An entity of HTML, which XML does not know, was replaced."},
      {"markup_escaped", warning, "XML 1.0 2.4", "A '<' that should have been written as '&lt;' was taken as text."},
      // Elements.
      {"undeclared_prefix", info, "XML Names 3", "Elements have a namespace prefix that is not declared."},
      {"element_case", info, "RFC 9990 B", "Element names are written in other letter case."},
      {"element_alias", info, "RFC 9990 B", "An element has the name it had in a draft."},
      {"element_repeated", info, "RFC 9990 B", "An element stands more than once; the first was taken."},
      {"policy_repeated", warning, "RFC 9990 3.1.1.5",
       "Several policies were given; the first with a domain was taken."},
      {"stray_text", info, "RFC 9990 B", "Text between elements was ignored."},
      {"markup_in_text", warning, "RFC 9990 B", "Elements inside a text value were ignored."},
      {"record_without_row", warning, "RFC 9990 3.1.1.7", "A record without a row was left out."},
      {"missing_identifiers", warning, "RFC 9990 3.1.1.11", "A record does not say which domain it is about."},
      {"missing_auth_results", warning, "RFC 9990 3.1.1.12", "A record has no raw authentication results."},
      {"missing_verdict", warning, "RFC 9990 3.1.1.9",
       "A record lacks the aligned DKIM or SPF result; unless the other passes it counts as neither pass nor fail."},
      // The report.
      {"org_name_from_email", warning, "RFC 9990 3.1.1.3",
       "The reporter gave no name; the domain of its address was taken."},
      {"org_name_from_subject", warning, "RFC 9990 3.1.1.3",
       "The reporter gave no name; the submitter in the subject was taken."},
      {"org_name_from_file_name", warning, "RFC 9990 3.1.1.3",
       "The reporter gave no name; the receiver in the file name was taken."},
      {"report_id_missing", warning, "RFC 9990 3.5.1",
       "The report has no id; a hash of its content stands in its place."},
      {"domain_from_subject", warning, "RFC 9990 3.1.1.5",
       "The policy domain is missing; that of the subject was taken."},
      {"domain_from_file_name", warning, "RFC 9990 3.1.1.5",
       "The policy domain is missing; that of the file name was taken."},
      {"dates_from_file_name", warning, "RFC 9990 3.1.1.4",
       "The period is missing or unreadable; that of the file name was taken."},
      {"date_rfc3339", info, "RFC 9990 3.1.1.4", "Dates are written as text instead of seconds since 1970."},
      {"date_milliseconds", info, "RFC 9990 3.1.1.4", "Dates are in milliseconds instead of seconds."},
      {"long_range", info, "RFC 9990 3.1.1.4", "The report covers more than 36 hours."},
      {"text_cut", warning, "", "A text was longer than allowed and was cut."},
      // The published policy.
      {"policy_missing", warning, "RFC 9990 3.1.1.5", "The report does not say which policy (p) was published."},
      {"policy_unknown", info, "RFC 9990 3.1.1.6", "A policy (p, sp, np) is none that DMARC knows."},
      {"alignment_unknown", info, "RFC 9990 3.1.1.5", "An alignment mode (adkim, aspf) is neither r nor s."},
      {"pct_odd", info, "RFC 7489 6.3", "The percentage (pct) is no whole number from 0 to 100."},
      {"testing_unknown", info, "RFC 9990 3.1.1.5", "The test mode (testing) is neither y nor n."},
      {"discovery_method_unknown", info, "RFC 9990 3.1.1.5", "The discovery method is neither psl nor treewalk."},
      // Rows.
      {"source_ip_missing", warning, "RFC 9990 3.1.1.8", "A record has no source address."},
      {"source_ip_unusable", warning, "RFC 9990 3.1.1.8", "A source address is no IP address."},
      {"source_ip_repaired", info, "RFC 9990 3.1.1.8",
       "A source address had brackets, a zone, a port or a prefix, which were taken off."},
      {"source_ip_leading_zeros", warning, "RFC 9990 3.1.1.8",
       "A source address has leading zeros; it was read as decimal."},
      {"count_missing", warning, "RFC 9990 3.1.1.8", "A record has no number of messages; it counts as 0."},
      {"count_unusable", warning, "RFC 9990 3.1.1.8",
       "A number of messages is no whole number from 0 to 1000000000; it counts as 0."},
      {"disposition_missing", warning, "RFC 9990 3.1.1.9", "A record does not say what was done with the messages."},
      {"disposition_unknown", warning, "RFC 9990 3.1.1.9", "A disposition is none that DMARC knows."},
      {"verdict_raw_result", warning, "RFC 9990 3.1.1.9",
       "A raw result stands where pass or fail of the aligned result should; it was taken as fail."},
      {"verdict_unknown", warning, "RFC 9990 3.1.1.9", "An aligned result is neither pass nor fail."},
      {"verdict_contradicts_results", info, "RFC 9990 3.1.1.9",
       "The verdict does not follow from the raw results beside it; the verdict stands."},
      {"reason_bare_text", info, "RFC 9990 3.1.6", "An override reason is written without its type element."},
      {"reason_unknown", info, "RFC 9990 3.1.6", "An override reason is of a type that DMARC does not know."},
      // Identifiers and raw results.
      {"header_from_missing", info, "RFC 9990 3.1.1.11", "A record does not say the From domain."},
      {"domain_repaired", info, "RFC 9990 3.1.1.11",
       "A domain was written with brackets, a local part, a wildcard or non-ASCII letters."},
      {"empty_result_dropped", info, "RFC 9990 3.1.1.12", "A DKIM or SPF result without any content was left out."},
      {"results_cut", warning, "RFC 9990 3.1.3", "A record has more results or reasons than are kept."},
      {"result_missing", info, "RFC 9990 3.1.1.12", "A DKIM or SPF result says nothing of how it ended."},
      {"result_mapped", info, "RFC 9990 3.1.1.13",
       "A DKIM or SPF result is another word for one that DMARC knows; it was translated."},
      {"result_unknown", info, "RFC 9990 3.1.1.13", "A DKIM or SPF result is a word that DMARC does not know."},
      {"scope_unknown", info, "RFC 9990 3.1.1.14", "The scope of an SPF result is neither mfrom nor helo."},
      {"helo_without_domain", info, "RFC 9990 3.1.1.14", "An SPF result of the HELO name does not say the name."},
      // What only those who write reports need to know: what the RFC of the report's dialect asks for beyond that.
      {"leading_blanks", silent, "XML 1.0 2.8", "There are blanks or lines before the XML declaration."},
      {"namespace_missing", silent, "RFC 9990 B", "An element is not in the namespace of RFC 9990."},
      {"namespace_wrong", silent, "RFC 7489 C",
       "The namespace is not that of RFC 7489, or covers more than the root element."},
      {"extension_namespace", silent, "RFC 9990 3.1.1.7", "An extension has no namespace of its own."},
      {"element_missing", silent, "RFC 9990 B, RFC 7489 C", "A required element is missing."},
      {"element_unknown", silent, "RFC 9990 B, RFC 7489 C", "An element is not one of those that may stand there."},
      {"element_too_often", silent, "RFC 9990 B, RFC 7489 C", "An element stands more often than it may."},
      {"element_order", silent, "RFC 9990 B, RFC 7489 C", "Elements are not in the order they should have."},
      {"value_not_allowed", silent, "RFC 9990 B, RFC 7489 C",
       "A word is spelled otherwise, or belongs to the other RFC."},
      {"report_id_form", silent, "RFC 9990 3.5.1", "The report id has characters that it may not have."},
      {"file_name_form", silent, "RFC 9990 3.5.2, RFC 7489 7.2.1.1",
       "The file name is not receiver!domain!begin!end.xml or .xml.gz."},
      {"file_name_contradicts", silent, "RFC 9990 3.5.2, RFC 7489 7.2.1.1",
       "The file name says another domain or period than the report."},
      {"subject_form", silent, "RFC 9990 3.5.3, RFC 7489 7.2.1.1",
       "The subject is not 'Report Domain: ... Submitter: ... Report-ID: ...'."},
      {"subject_contradicts", silent, "RFC 9990 3.5.3, RFC 7489 7.2.1.1",
       "The subject says another domain than the report."},
      {"reason_missing", silent, "RFC 9990 3.1.6",
       "A message failed and was treated otherwise than the policy asks, without a reason."},
  };
  return kinds;
}

const NoteKind* note_kind(std::string_view code) {
  for (const NoteKind& kind : note_kinds())
    if (kind.code == code) return &kind;
  return nullptr;
}

}  // namespace schema
