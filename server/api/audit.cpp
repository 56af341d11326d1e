// GET /api/v1/audit
#include "schema/audit.h"

#include "schema/day.h"
#include "server/api/accounts.h"
#include "server/api/list.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::AuditRow;

const std::vector<Column<AuditRow>>& columns() {
  static const std::vector<Column<AuditRow>> all = {
      {"id", [](Cell& cell, const AuditRow& row) { cell.number(row.id); }},
      {"at", [](Cell& cell, const AuditRow& row) { cell.text(schema::time_text(row.at)); }},
      {"actor", [](Cell& cell, const AuditRow& row) { cell.text(row.actor); }},
      {"address", [](Cell& cell, const AuditRow& row) { cell.text(row.address); }},
      {"action", [](Cell& cell, const AuditRow& row) { cell.text(row.action); }},
      {"target", [](Cell& cell, const AuditRow& row) { cell.text(row.target); }},
      {"detail", [](Cell& cell, const AuditRow& row) { cell.text(row.detail); }},
  };
  return all;
}

}  // namespace

Response get_audit(const ApiContext& context, const Request& asking, const PathValues&) {
  // Its rows are written beside the generations of the database.
  Request request = asking;
  request.headers.erase("if-none-match");
  Question question(request);
  schema::AuditFilter filter;
  filter.actor = question.text("actor");
  filter.action = question.choice("action", schema::audit_actions());
  const auto asked = question.list(names(columns()), {}, false, 1);
  auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  auto list =
      list_of(columns(), [filter](schema::Database& database, const schema::PageRequest& page, const auto& sink) {
        return schema::audit_rows(database, filter, page, sink);
      });
  list.window = false;
  return uncached(list_answer(context, request, *reading, asked, std::move(list)));
}

}  // namespace server
