// What else lies in a report mailbox.
#pragma once

#include <cstdint>
#include <string_view>

namespace ingest {

enum class MailKind : std::uint8_t {
  report,          // holds at least one candidate for an aggregate report
  tls_report,      // RFC 8460
  failure_report,  // ARF, RFC 5965 / RFC 6591 / RFC 9991
  bounce,          // delivery status notification, RFC 3464
  auto_reply,      // RFC 3834
  other,
};

std::string_view name(MailKind);

// The reason code under which a mail of this kind without any report is ignored: tls_report, failure_report, bounce,
// not_a_report.
std::string_view reason_code(MailKind);

}  // namespace ingest
