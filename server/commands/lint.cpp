#include "ingest/lint.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>

#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/paths_mailbox.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::optional<std::string> rfc;
  bool json = false;
};

// "reports.mbox@1234: report.zip/a!b!1!2.xml": which mail of a mailbox, which document of it.
std::string place(const ingest::Message& message, const ingest::LintedDocument& document) {
  std::string text = message.origin;
  if (!message.position.empty()) text += "@" + message.position;
  if (!document.name.empty() && document.name != message.name) text += ": " + document.name;
  return printable(text);
}

void print_text(const ingest::Message& message, const ingest::LintedDocument& document) {
  const std::string where = place(message, document);
  for (const ingest::Finding& finding : document.findings) {
    std::string line = where;
    if (finding.position) line += fmt::format(":{}:{}", finding.position->line, finding.position->column);
    line += fmt::format(": {}: {}", ingest::name(finding.severity), finding.code);
    if (!finding.element.empty()) line += " " + printable(finding.element);
    line += ": " + finding.sentence;
    if (!finding.detail.empty()) line += fmt::format(" \"{}\"", printable(finding.detail));
    if (!finding.rule.empty()) line += fmt::format(" [{}]", finding.rule);
    fmt::print("{}\n", line);
  }
  if (document.unlisted > 0) fmt::print("{}: and {} more\n", where, document.unlisted);
}

void write(JsonWriter& json, const ingest::Finding& finding) {
  json.begin_object();
  json.member("severity", ingest::name(finding.severity)).member("code", finding.code);
  json.member("rule", finding.rule).member("sentence", finding.sentence).key("position");
  if (finding.position)
    json.begin_object()
        .member("line", finding.position->line)
        .member("column", finding.position->column)
        .member("byte", finding.position->byte)
        .end_object();
  else
    json.null();
  json.member("element", finding.element).member("detail", finding.detail).end_object();
}

void print_json(const ingest::Message& message, const ingest::LintedDocument& document) {
  JsonWriter json;
  json.begin_object();
  json.member("origin", message.origin).member("position", message.position).member("name", document.name);
  json.key("rfc");
  document.dialect ? json.value(schema::name(*document.dialect)) : json.null();
  json.key("findings").begin_array();
  for (const ingest::Finding& finding : document.findings) write(json, finding);
  json.end_array().member("unlisted", document.unlisted).end_object();
  fmt::print("{}\n", json.take());
}

int lint(const Options& options, const Globals& globals) {
  std::optional<schema::Dialect> dialect;
  if (options.rfc) {
    dialect = schema::from_name<schema::Dialect>("rfc" + *options.rfc);
    if (!dialect) {
      fmt::print(stderr, "ruadar lint: --rfc is 7489 or 9990\n");
      return exit_usage;
    }
  }
  const ingest::Limits limits = ingest::import_limits();
  PathsMailbox mailbox(options.paths, limits);
  std::size_t documents = 0, deviating = 0, findings = 0, unread = 0;
  const auto unreadable = [&](const std::string& why) {
    fmt::print(stderr, "ruadar lint: {}\n", printable(why));
    ++unread;
  };
  for (;;) {
    const auto message = mailbox.next();
    if (!message) {
      unreadable(message.error().message);
      continue;
    }
    if (!*message) break;
    if ((*message)->too_large) {
      unreadable((*message)->origin + ": larger than is read");
      continue;
    }
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    for (const auto& document : ingest::lint((*message)->bytes, (*message)->name, limits, now, dialect)) {
      options.json ? print_json(**message, document) : print_text(**message, document);
      ++documents;
      findings += document.findings.size() + document.unlisted;
      if (!document.clean()) ++deviating;
    }
  }
  if (!options.json && !globals.quiet) {
    std::fflush(stdout);
    fmt::print(stderr, "{} documents: {} clean, {} with {} findings{}\n", documents, documents - deviating, deviating,
               findings, unread > 0 ? fmt::format(", {} unreadable", unread) : "");
  }
  if (unread > 0) return documents == 0 ? exit_failed : exit_partly;
  return deviating > 0 ? exit_findings : exit_done;
}

}  // namespace

Command lint_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "lint";
  command.purpose = "Checks reports against RFC 7489 or RFC 9990, for those who write them";
  command.details =
      "A FILE is a report (XML, gzip or zip), a mail, a mailbox or a folder of these; '-' is standard input. Each\n"
      "finding says where it is (line and column of the document, element), how it is taken, and which rule it is\n"
      "about. error: it cannot be read. warning: something of it is lost, or has to be repaired. info: it is read all\n"
      "the same, but is not what the RFC says. Of mails the subject and the names of attachments are checked too, of\n"
      "files a name with a '!'.";
  command.arguments = {{"FILE", "What to check", true, &options->paths}};
  command.options = {
      {"--rfc", "NUMBER", "7489 or 9990; the one that each report seems to follow", &options->rfc},
      {"--json", "", "A JSON object for each document, one a line", &options->json},
  };
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_partly, exit_findings};
  command.examples = {"ruadar lint report.xml", "ruadar lint --rfc 9990 --json - < report.xml.gz"};
  command.run = [options](const Globals& globals) { return lint(*options, globals); };
  return command;
}

}  // namespace server
