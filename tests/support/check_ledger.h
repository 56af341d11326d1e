// Every promise of the ledger that SQL can check.
#pragma once

#include "tests/support/catch.h"
#include "tests/support/store.h"

namespace tests {

inline void check_ledger(Store& store) {
  const auto none = [&](const std::string& sql) {
    INFO(sql);
    CHECK(store.number("SELECT count(*) FROM " + sql) == 0);
  };
  none("pragma_foreign_key_check");
  none("mail WHERE id NOT IN (SELECT mail_id FROM attachment)");
  none("report r WHERE 1 <> (SELECT count(*) FROM attachment a WHERE a.report_id = r.id AND a.outcome = 0)");
  none("attachment WHERE outcome IN (2, 3) AND failure_id IS NULL");
  none("attachment WHERE outcome IN (0, 1) AND report_id IS NULL");
  none("attachment WHERE (outcome = 0) <> (code IS NULL)");
  none("attachment JOIN failure ON failure.id = failure_id WHERE outcome IN (0, 1) AND state <> 'resolved'");
  none("run WHERE attachments <> stored + duplicate + conflict + quarantined + ignored");
  none(
      "sighting s JOIN report r ON r.id = s.report_id WHERE s.mail_id = r.mail_id AND NOT EXISTS "
      "(SELECT 1 FROM attachment a WHERE a.mail_id = s.mail_id AND a.n = s.n AND a.outcome = 1)");
  CHECK(store.number("SELECT coalesce(sum(messages), 0) FROM report") ==
        store.number("SELECT coalesce(sum(messages), 0) FROM record"));
  CHECK(store.number("SELECT coalesce(sum(messages), 0) FROM daily") ==
        store.number("SELECT coalesce(sum(messages), 0) FROM record"));
  CHECK(store.number("SELECT coalesce(sum(messages), 0) FROM daily_source") ==
        store.number("SELECT coalesce(sum(messages), 0) FROM record"));
}

}  // namespace tests
