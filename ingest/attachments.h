// The parts of a message that may hold a report. The one place that sees libmimetic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/limits.h"
#include "ingest/mail_kind.h"
#include "schema/result.h"

namespace ingest {

struct MailHeaders {
  std::string subject, from, message_id;            // decoded (RFC 2047) UTF-8, unfolded, without control characters
  std::optional<std::int64_t> date;                 // seconds since 1970
  std::vector<std::string> authentication_results;  // topmost first, unfolded
};

struct Attachment {
  std::string name;          // Content-Disposition filename, Content-Type name, or empty; decoded, display text only
  std::string content_type;  // lower case, without parameters
  std::string bytes;         // without the transfer encoding
  bool tls = false;          // labelled as a TLS report (RFC 8460)
};

struct MailParts {
  MailHeaders headers;
  MailKind kind = MailKind::other;     // by headers and structure alone
  std::vector<Attachment> candidates;  // leaf parts, also inside message/rfc822, whose bytes may hold a report
};

// Candidates are chosen by content, never by label: gzip, zip, other archives (to be refused by name), XML but no web
// pages, whole mails that are attached encoded or as a file, encrypted bodies, and declared archives that are empty.
// In failure reports and bounces nothing inside the returned message is a candidate: its reports are not meant for us.
// Errors: those of walk_mime().
schema::Result<MailParts> mail_parts(std::string_view message, const Limits& limits);

}  // namespace ingest
