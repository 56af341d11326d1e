// Which mails of an origin the ledger has, and what became of them: a mailbox asks before it fetches anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/reason.h"
#include "schema/sqlite.h"

namespace schema {

struct FinalMail {
  std::string position;
  std::int64_t read_at = 0;  // first, in seconds since 1970
  // Of its attachments.
  bool any_failed = false;   // quarantined or in conflict
  bool any_counted = false;  // stored, or stored before
};

// For a reader of any kind; one row a mail.
Result<std::vector<FinalMail>> final_mails(Database& database, std::string_view kind, std::string_view origin);

}  // namespace schema
