#include "ingest/mail_kind.h"

#include <set>

#include "schema/reason.h"
#include "tests/support/catch.h"

using ingest::MailKind;

TEST_CASE("each kind of mail has a name, and a reason why nothing of it is counted") {
  std::set<std::string_view> names;
  for (const auto kind : {MailKind::report, MailKind::tls_report, MailKind::failure_report, MailKind::bounce,
                          MailKind::auto_reply, MailKind::other}) {
    names.insert(name(kind));
    const auto* const reason = schema::reason_code(ingest::reason_code(kind));
    REQUIRE(reason != nullptr);
    CHECK(reason->outcome == schema::Outcome::ignored);
  }
  CHECK(names == std::set<std::string_view>{"report", "tls_report", "failure_report", "bounce", "auto_reply", "other"});
}
