// How much a stranger's mail may make us do. Every limit has its reason code (schema/reason.h) and its tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ingest {

inline constexpr std::size_t KiB = 1024;
inline constexpr std::size_t MiB = 1024 * KiB;

struct Limits {
  // Mail. Receivers rarely accept more than 25 MB (RFC 7489 section 7.2.1.1 leaves it to them).
  std::size_t mail_bytes = 25 * MiB;
  // Headers: libmimetic appends folded lines in quadratic time, so that long ones never reach it.
  std::size_t header_bytes = 256 * KiB;
  std::size_t header_line_bytes = 16 * KiB;
  std::size_t header_unfolded_bytes = 64 * KiB;
  std::size_t header_count = 1000;
  std::size_t header_params = 100;
  // Structure: libmimetic recurses for each level and keeps about 840 bytes for each part.
  std::size_t boundary_bytes = 200;
  std::size_t mime_depth = 10;
  std::size_t mime_parts = 100;
  std::size_t attachment_bytes = 20 * MiB;
  // Archives. Honest reports stay under 229:1; zeros reach 1029:1. The absolute caps are the real guard.
  std::size_t document_bytes = 64 * MiB;           // of one document, after every layer
  std::size_t decompressed_bytes = 64 * MiB;       // of one attachment, all its documents and layers together
  std::size_t decompressed_mail_bytes = 96 * MiB;  // of all attachments of one mail
  std::size_t ratio = 250;
  std::size_t ratio_free_bytes = 1 * MiB;  // output that the ratio does not judge
  std::size_t archive_entries = 64;        // of all archives of one mail; see import_limits()
  std::size_t archive_nesting = 2;
  std::size_t archive_name_bytes = 255;
  // XML: pugixml needs some 17 bytes for each byte of tiny elements.
  std::size_t xml_start_tags = 6'000'000;
  std::size_t xml_depth = 32;
  std::size_t xml_attributes = 64;  // of one element
  std::size_t xml_name_bytes = 128;
  // Reports.
  std::size_t records = 200'000;               // of one report
  std::size_t reports = 64;                    // of one mail; see import_limits()
  std::int64_t count = 1'000'000'000;          // messages of one record
  std::int64_t count_sum = 1'000'000'000'000;  // messages of one report
  std::size_t domain_bytes = 253;
  std::size_t report_id_bytes = 512;
  std::size_t org_name_bytes = 512;
  std::size_t email_bytes = 320;
  std::size_t selector_bytes = 128;
  std::size_t text_bytes = 4096;   // free text is cut here, with a note
  std::size_t auth_results = 200;  // DKIM results kept of one record (RFC 9990 section 3.1.3 asks for at most 100)
  std::int64_t period_seconds = 400 * 86400;
  std::int64_t earliest = 1325376000;  // 2012-01-01T00:00:00Z, when the first reports were sent
  std::int64_t ahead_seconds = 2 * 86400;
  // What could not be counted and waits for a decision: beyond that, of mailboxes on servers, bytes stay where they lie.
  std::size_t quarantine_originals = 10'000;
  std::size_t quarantine_bytes = 1024 * MiB;
  std::size_t quarantine_daily = 200;  // of these originals, on one day from one domain
};

// For files that the operator imports from disk: archives of whole years are welcome. No single document may be
// larger for that.
inline Limits import_limits(Limits limits = {}) {
  limits.archive_entries = std::max<std::size_t>(limits.archive_entries, 10'000);
  limits.reports = std::max<std::size_t>(limits.reports, 10'000);
  limits.attachment_bytes = std::max(limits.attachment_bytes, 256 * MiB);
  limits.decompressed_bytes = std::max(limits.decompressed_bytes, 512 * MiB);
  limits.decompressed_mail_bytes = std::max(limits.decompressed_mail_bytes, 512 * MiB);
  return limits;
}

}  // namespace ingest
