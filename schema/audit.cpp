#include "schema/audit.h"

#include "schema/query.h"
#include "schema/youngest_first.h"

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
  Query condition("1");
  if (filter.actor) condition += Query(" AND actor = ?", {*filter.actor});
  if (filter.action) condition += Query(" AND action = ?", {*filter.action});
  return youngest_first(database, "audit", "SELECT id, at, actor, address, action, target, detail FROM audit",
                        condition, page, [&](Statement& row) {
                          AuditRow entry;
                          entry.id = row.integer(0);
                          entry.at = row.integer(1);
                          entry.actor = row.text(2);
                          entry.address = row.text(3);
                          entry.action = row.text(4);
                          entry.target = row.text(5);
                          entry.detail = row.text(6);
                          return sink(entry);
                        });
}

}  // namespace schema
