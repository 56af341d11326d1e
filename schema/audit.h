// Who decided what: one row a decision, kept apart from the log, which may be thrown away.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/paging.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// Everything that is ever noted. Part of the API: never renamed.
const std::vector<std::string_view>& audit_actions();

struct AuditEntry {
  std::int64_t at = 0;
  std::string actor, address, action, target, detail;
};
struct AuditRow : AuditEntry {
  std::int64_t id = 0;
};

// Within a transaction of the caller. Forgets the oldest past `most_audit_rows`.
inline constexpr std::int64_t most_audit_rows = 100'000;
Status add_audit(Database& writer, const AuditEntry& entry);

struct AuditFilter {
  std::optional<std::string> actor, action;
};
// The youngest first; the cursor has one value.
Result<Paged> audit_rows(Database& database, const AuditFilter& filter, const PageRequest& page,
                         const std::function<bool(const AuditRow&)>& sink);

}  // namespace schema
