#include "ingest/lint.h"

#include <algorithm>
#include <utility>

#include "ingest/content_kind.h"
#include "ingest/message_reader.h"
#include "ingest/report_hints.h"
#include "ingest/report_names.h"
#include "schema/note.h"
#include "schema/reason.h"

namespace ingest {
namespace {

using namespace schema;

LintSeverity severity_of(Severity severity) {
  return severity == Severity::warning ? LintSeverity::warning : LintSeverity::info;
}

Finding finding_of(SeenNote&& note) {
  Finding finding;
  if (const NoteKind* kind = note_kind(note.code)) {
    finding.severity = severity_of(kind->severity);
    finding.rule = kind->rule;
    finding.sentence = kind->sentence;
  }
  if (note.position.line > 0) finding.position = note.position;
  finding.code = std::move(note.code);
  finding.element = std::move(note.element);
  finding.detail = std::move(note.detail);
  return finding;
}

Finding finding_of(const Error& error) {
  const ReasonCode* reason = schema::reason_code(error.code);
  return {LintSeverity::error, error.code, "",           std::string(reason ? reason->sentence : ""),
          error.position,      "",         error.message};
}

// What a name that the report goes by outside of its XML says about it.
class NameChecker {
 public:
  NameChecker(const ReportHead& head, LintedDocument& out) : head_(head), out_(out) {}

  void check_file_name(const std::string& name) {
    if (!is_report_file_name(name)) return find("file_name_form", name);
    const FileNameHints hints = hints_of_file_name(name);
    const bool same_period =
        !hints.period || (hints.period->begin == head_.metadata.begin && hints.period->end == head_.metadata.end);
    if (!same_period || is_other(hints.domain)) find("file_name_contradicts", name);
  }

  void check_subject(const std::string& subject) {
    if (!is_report_subject(subject, *out_.dialect)) return find("subject_form", subject);
    if (is_other(hints_of_subject(subject).domain)) find("subject_contradicts", subject);
  }

 private:
  bool is_other(const std::string& domain) const { return !domain.empty() && domain != head_.policy_published.domain; }
  void find(const char* code, const std::string& detail) {
    out_.findings.push_back(finding_of(SeenNote{code, {}, "", detail}));
  }

  const ReportHead& head_;
  LintedDocument& out_;
};

LintedDocument linted(ReadDocument&& document, std::optional<Dialect> dialect) {
  LintedDocument out;
  out.name = std::move(document.name);
  out.unlisted = document.unlisted;
  if (document.report)
    out.dialect = dialect.value_or(document.report->dialect);
  else
    out.findings.push_back(finding_of(document.report.error()));
  for (SeenNote& note : document.seen) out.findings.push_back(finding_of(std::move(note)));
  return out;
}

void sort(std::vector<Finding>& findings) {
  const auto byte = [](const Finding& finding) { return finding.position ? finding.position->byte : -1; };
  std::stable_sort(findings.begin(), findings.end(),
                   [byte](const Finding& a, const Finding& b) { return byte(a) < byte(b); });
}

}  // namespace

std::string_view name(LintSeverity severity) {
  switch (severity) {
    case LintSeverity::error:
      return "error";
    case LintSeverity::warning:
      return "warning";
    case LintSeverity::info:
      break;
  }
  return "info";
}

std::vector<LintedDocument> lint(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now,
                                 std::optional<Dialect> dialect) {
  MessageReading reading = inspect_message(bytes, name, limits, now, dialect);
  std::vector<LintedDocument> out;
  for (ReadAttachment& attachment : reading.attachments) {
    // A mail inside has a subject and attachments of its own.
    const bool is_mail = content(attachment.bytes).kind == ContentKind::mail;
    const bool named = reading.loose_file ? attachment.name.find('!') != attachment.name.npos : !is_mail;
    for (ReadDocument& document : attachment.documents) {
      const auto report = document.report ? std::optional<ReportHead>(*document.report) : std::nullopt;
      LintedDocument& checked = out.emplace_back(linted(std::move(document), dialect));
      if (report) {
        NameChecker names(*report, checked);
        if (named) names.check_file_name(attachment.name);
        if (!reading.loose_file && !is_mail) names.check_subject(reading.headers.subject);
      }
      sort(checked.findings);
    }
  }
  if (out.empty()) {
    LintedDocument& none = out.emplace_back();
    const std::string code(reason_code(reading.kind));
    none.findings.push_back(
        finding_of(reading.refused ? *reading.refused : Error{ErrorKind::malformed, code, "there is no report in it"}));
  }
  return out;
}

}  // namespace ingest
