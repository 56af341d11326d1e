// What bytes are, told from the bytes alone: labels and names lie (quirks of GMX, 1&1, Cisco, SES).
#pragma once

#include <string_view>

namespace ingest {

enum class ContentKind {
  empty,
  gzip,
  zlib,
  zip,
  unsupported,  // an archive or container that is refused by name
  xml,
  json,
  mail,    // a message, or an mbox
  text,    // prose, or anything else without control characters
  binary,  // anything else
};

struct Content {
  ContentKind kind = ContentKind::text;
  std::string_view name = {};  // of an unsupported container: "xz", "7z", "Outlook .msg", ...
};

Content content(std::string_view bytes);

// Whether an element `feedback` of whatever prefix begins within the first 64 KiB: an aggregate report, whatever may
// stand before it. Looks at ASCII-compatible text and UTF-16.
bool mentions_feedback(std::string_view bytes);

// Whether XML text is a web page: <html> or its DOCTYPE.
bool is_html(std::string_view bytes);

// Whether JSON text is a TLS report (RFC 8460): it names "policies" and "organization-name" or "report-id".
bool is_tls_report(std::string_view json);

}  // namespace ingest
