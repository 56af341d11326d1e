// GET /api/v1/changes.atom: the same changes for a feed reader (RFC 4287).
#include <fmt/format.h>

#include "schema/day.h"
#include "server/api/change_rows.h"
#include "server/api/link.h"
#include "server/api/resources.h"

namespace server {
namespace {

// What strangers wrote stands in names and subjects: escaped, and without what XML cannot hold.
void append_xml(std::string& out, std::string_view text) {
  std::string valid;
  append_utf8(valid, text);
  for (const char c : valid) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
}

void add(std::string& feed, std::string_view element, std::string_view text) {
  feed.append("<").append(element).append(">");
  append_xml(feed, text);
  feed.append("</").append(element).append(">\n");
}

void add_link(std::string& feed, std::string_view relation, std::string_view address) {
  feed.append("<link rel=\"").append(relation).append("\" href=\"");
  append_xml(feed, address);
  feed += "\"/>\n";
}

std::string midnight(std::int64_t day) {
  return schema::day_text(day) + "T00:00:00Z";
}

}  // namespace

Response get_changes_feed(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto answer = read_changes(context, request, question);
  if (!answer) return answer.error();
  // Two installations in one reader are told apart by their names.
  const auto urn = "urn:ruadar:" + percent_encoded(request.header("host").value_or("")) + ":";
  std::string feed = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n";
  add(feed, "id", urn + "changes");
  add(feed, "title", "Ruadar: what changed");
  add(feed, "updated",
      midnight(answer->rows.empty() ? answer->reading.selection.to.value_or(0) : answer->rows.front().day));
  feed += "<author><name>Ruadar</name></author>\n";
  add_link(feed, "self", context.base_path + "/api/v1/changes.atom");
  add_link(feed, "alternate", context.base_path + "/");
  for (const auto& row : answer->rows) {
    feed += "<entry>\n";
    add(feed, "id", urn + percent_encoded(row.id));
    add(feed, "title", row.sentence);
    add(feed, "updated", midnight(row.day));
    feed.append("<category term=\"").append(name(row.code)).append("\"/>\n");
    // The page has the name of the resource, and the same filters.
    add_link(feed, "alternate",
             context.base_path + "/" + (row.evidence == "ingest/mailboxes" ? "ingest" : row.evidence));
    add(feed, "summary", fmt::format("{}: {}", name(row.level), row.sentence));
    feed += "</entry>\n";
  }
  feed += "</feed>\n";
  return server::answer(answer->reading, "application/atom+xml; charset=utf-8", std::move(feed));
}

}  // namespace server
