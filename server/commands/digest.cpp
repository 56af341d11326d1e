#include "server/commands/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/progress.h"
#include "server/terminal.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;
using Table = std::vector<std::vector<std::string>>;

constexpr const char* most_rows = "10";  // of a list: a digest is read, not searched
constexpr std::size_t most_changes = 20;

schema::Result<Json> ask(ApiAccess& api, const std::string& resource, const ApiAccess::Query& query) {
  const auto body = api.text(resource, query);
  if (!body) return schema::unexpected(body.error());
  Json answer = Json::parse(*body, nullptr, false);
  if (!answer.is_object()) return schema::internal_error("json", "the answer is no JSON");
  return answer;
}

std::int64_t number(const Json& object, std::string_view name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

std::string text(const Json& object, std::string_view name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "-";
  // Never rounded up to all, nor down to nothing.
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (part < whole && share > 99.9) return "99.9 %";
  if (part > 0 && share < 0.1) return "0.1 %";
  return fmt::format("{:.1f} %", share);
}

Table class_rows(const Digest& digest) {
  Table rows{{"Result", "Messages", "Share"}};
  for (const auto& [name, messages] : digest.classes) {
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    rows.push_back({words, with_thousands(messages), percent(messages, digest.messages)});
  }
  return rows;
}

Table domain_rows(const Digest& digest) {
  Table rows{{"Domain", "Messages", "Passed", "Policy"}};
  for (const auto& domain : digest.domains)
    rows.push_back({domain.name, with_thousands(domain.messages), percent(domain.passed, domain.passed + domain.failed),
                    domain.policy});
  return rows;
}

std::string failed_sentence(const Digest& digest) {
  return fmt::format("{} failed: {} were delivered, {} were stopped. {} reports by {} reporters.",
                     with_thousands(digest.failed()), with_thousands(digest.of("fail_delivered")),
                     with_thousands(digest.of("fail_stopped")), with_thousands(digest.reports),
                     with_thousands(digest.reporters));
}

std::string domains_heading(const Digest& digest) {
  const auto shown = static_cast<std::int64_t>(digest.domains.size());
  if (digest.domains_in_all <= shown) return "Domains";
  return fmt::format("Domains, the largest {} of {}", shown, with_thousands(digest.domains_in_all));
}

std::string in_markdown(std::string_view raw) {
  std::string out;
  for (const char c : printable(raw)) {
    if (std::string_view("\\`*_{}[]<>()#+!|&~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string in_html(std::string_view raw) {
  std::string out;
  for (const char c : printable(raw)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

bool is_number(std::size_t column) {
  return column == 1 || column == 2;  // of both tables
}

std::string markdown_table(const Table& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& cell : rows[i]) out += "| " + in_markdown(cell) + " ";
    out += "|\n";
    if (i > 0) continue;
    for (std::size_t column = 0; column < rows[i].size(); ++column) out += is_number(column) ? "| ---: " : "| --- ";
    out += "|\n";
  }
  return out;
}

std::string html_table(const Table& rows) {
  std::string out = "<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out += "<tr>";
    for (std::size_t column = 0; column < rows[i].size(); ++column) {
      const std::string_view tag = i == 0 ? "th" : "td";
      out += fmt::format("<{}{}>{}</{}>", tag, is_number(column) ? " align=\"right\"" : " align=\"left\"",
                         in_html(rows[i][column]), tag);
    }
    out += "</tr>\n";
  }
  return out + "</table>\n";
}

}  // namespace

std::int64_t Digest::of(std::string_view name) const {
  const auto at = std::find_if(classes.begin(), classes.end(), [&](const Class& one) { return one.name == name; });
  return at != classes.end() ? at->messages : 0;
}

schema::Result<Digest> digest(ApiAccess& api, const ApiAccess::Query& query) {
  Digest digest;
  const auto summary = ask(api, "summary", query);
  if (!summary) return schema::unexpected(summary.error());
  const Json data = summary->value("data", Json::object()), meta = summary->value("meta", Json::object());
  digest.from = text(meta, "from");
  digest.to = text(meta, "to");
  digest.messages = number(data, "messages");
  digest.reports = number(data, "reports");
  digest.reporters = number(data, "reporters");
  for (const char* name : {"pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown"}) {
    const auto messages = number(data, name);
    if (messages > 0 || std::string_view(name) != "unknown") digest.classes.push_back({name, messages});
  }

  auto largest = query;
  largest.emplace_back("sort", "-messages");
  largest.emplace_back("limit", most_rows);
  const auto domains = ask(api, "domains", largest);
  if (!domains) return schema::unexpected(domains.error());
  digest.domains_in_all = number(domains->value("meta", Json::object()), "total");
  const Json rows = domains->value("data", Json::array());
  for (const auto& row : rows) {
    const Json policy = row.value("policy", Json());
    digest.domains.push_back({text(row, "domain"), policy.is_object() ? text(policy, "p") : std::string(),
                              number(row, "messages"), number(row, "pass_both") + number(row, "pass_one"),
                              number(row, "fail_delivered") + number(row, "fail_stopped")});
  }

  if (digest.from.empty()) return digest;
  ApiAccess::Query since{{"since", digest.from}};
  for (const auto& [name, value] : query)
    if (name == "domain") since.emplace_back(name, value);
  const auto changes = ask(api, "changes", since);
  if (!changes) return schema::unexpected(changes.error());
  const Json told = changes->value("data", Json::array());
  for (const auto& row : told) {
    const auto day = text(row, "day");
    if (day <= digest.to && digest.changes.size() < most_changes)
      digest.changes.push_back({day, text(row, "level"), text(row, "sentence")});
  }
  return digest;
}

std::string headline(const Digest& digest) {
  if (digest.from.empty()) return "DMARC: no reports yet";
  return fmt::format("DMARC from {} to {}: {} of {} messages passed", digest.from, digest.to,
                     percent(digest.passed(), digest.passed() + digest.failed()), with_thousands(digest.messages));
}

std::string markdown(const Digest& digest) {
  std::string out = "# " + headline(digest) + "\n";
  if (digest.from.empty()) return out;
  out += "\n" + failed_sentence(digest) + "\n\n" + markdown_table(class_rows(digest));
  out += "\n## " + domains_heading(digest) + "\n\n" + markdown_table(domain_rows(digest)) + "\n## What changed\n\n";
  if (digest.changes.empty()) out += "Nothing that calls for attention.\n";
  for (const auto& change : digest.changes)
    out += fmt::format("- {} ({}): {}\n", change.day, change.level, in_markdown(change.sentence));
  return out;
}

std::string html(const Digest& digest) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
      "charset=\"utf-8\"><title>{0}</title></head><body>\n<h1>{0}</h1>\n",
      in_html(headline(digest)));
  if (digest.from.empty()) return out + "</body></html>\n";
  out += "<p>" + in_html(failed_sentence(digest)) + "</p>\n" + html_table(class_rows(digest));
  out += "<h2>" + in_html(domains_heading(digest)) + "</h2>\n" + html_table(domain_rows(digest));
  out += "<h2>What changed</h2>\n";
  if (digest.changes.empty()) return out + "<p>Nothing that calls for attention.</p>\n</body></html>\n";
  out += "<ul>\n";
  for (const auto& change : digest.changes)
    out += fmt::format("<li>{} ({}): {}</li>\n", in_html(change.day), in_html(change.level), in_html(change.sentence));
  return out + "</ul>\n</body></html>\n";
}

}  // namespace server
