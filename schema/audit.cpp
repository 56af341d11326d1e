#include "schema/audit.h"

#include "schema/query.h"

namespace schema {

const std::vector<std::string_view>& audit_actions() {
  static const std::vector<std::string_view> actions = {
      "login",           "login_failed",     "logout",           "user_added",    "user_changed",
      "user_removed",    "password_changed", "token_created",    "token_revoked", "failure_retried",
      "failure_ignored", "failure_reopened", "failure_resolved", "run_stop_asked"};
  return actions;
}

Status add_audit(Database& writer, const AuditEntry& entry) {
  auto added =
      writer.execute("INSERT INTO audit (at, actor, address, action, target, detail) VALUES (?, ?, ?, ?, ?, ?)",
                     entry.at, entry.actor, entry.address, entry.action, entry.target, entry.detail);
  if (!added) return added;
  return writer.execute("DELETE FROM audit WHERE id <= ?", writer.last_insert_id() - most_audit_rows);
}

Result<Paged> audit_rows(Database& database, const AuditFilter& filter, const PageRequest& page,
                         const std::function<bool(const AuditRow&)>& sink) {
  Query where(" WHERE 1");
  if (filter.actor) where += Query(" AND actor = ?", {*filter.actor});
  if (filter.action) where += Query(" AND action = ?", {*filter.action});
  Paged paged;
  if (page.limit) {
    const auto total = number(database, Query("SELECT count(*) FROM audit") + where);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  Query query = Query("SELECT id, at, actor, address, action, target, detail FROM audit") + where;
  if (page.after) query += Query(" AND id < ?", {page.after->at(0)});
  query += " ORDER BY id DESC";
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});
  std::int64_t rows = 0, last = 0;
  const auto read = each_row(database, query, [&](Statement& row) {
    if (page.limit && rows++ == *page.limit) {
      paged.next = Cursor{last};
      return false;
    }
    last = row.integer(0);
    AuditRow entry;
    entry.id = last;
    entry.at = row.integer(1);
    entry.actor = row.text(2);
    entry.address = row.text(3);
    entry.action = row.text(4);
    entry.target = row.text(5);
    entry.detail = row.text(6);
    return sink(entry);
  });
  if (!read) return unexpected(read.error());
  return paged;
}

}  // namespace schema
