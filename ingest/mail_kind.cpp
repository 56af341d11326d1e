#include "ingest/mail_kind.h"

namespace ingest {

std::string_view name(MailKind kind) {
  switch (kind) {
    case MailKind::report:
      return "report";
    case MailKind::tls_report:
      return "tls_report";
    case MailKind::failure_report:
      return "failure_report";
    case MailKind::bounce:
      return "bounce";
    case MailKind::auto_reply:
      return "auto_reply";
    case MailKind::other:
      break;
  }
  return "other";
}

std::string_view reason_code(MailKind kind) {
  switch (kind) {
    case MailKind::tls_report:
      return "tls_report";
    case MailKind::failure_report:
      return "failure_report";
    case MailKind::bounce:
      return "bounce";
    default:
      return "not_a_report";
  }
}

}  // namespace ingest
