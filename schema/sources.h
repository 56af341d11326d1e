// The addresses that sent mail.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/ip_address.h"
#include "schema/paging.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/strips.h"
#include "schema/summaries.h"
#include "schema/verdict.h"

namespace schema {

struct SourceRow {
  std::optional<std::string> ip;  // none: all that is no address
  ClassCounts classes;
  std::int64_t domains = 0;
  std::int64_t first_seen = 0, last_seen = 0;  // days, within the selection
  Strip strip;
};

const std::vector<std::string_view>& source_sorts();
Result<Paged> sources(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const SourceRow&)>& sink);

// Of one source.
struct SourceOverride {
  std::string type, comment;
  std::int64_t messages = 0;
};
// What the reports of some records tell that was published: one of the two mostly.
struct AlignmentModes {
  bool relaxed = false, strict = false;
  // Of a domain beside this From domain: an estimate; unknown, too, where the modes come to different answers.
  DmarcResult of(std::string_view domain, std::string_view header_from) const;
};
struct SourceIdentity {  // what it claimed to be, and what came of it
  std::optional<std::string> header_from, envelope_from;
  std::string dkim, spf;  // JSON arrays, as in the records
  AlignmentModes dkim_modes, spf_modes;
  ResultClass result_class = ResultClass::unknown;
  std::int64_t messages = 0;
};
struct SourceSeen {
  std::int64_t first = 0, last = 0;  // days, of all that is stored
};

// none: never seen. `domains`: where only some of them count, their condition.
Result<std::optional<SourceSeen>> source_seen(Database& database, const IpAddress& ip,
                                              const std::optional<Condition>& domains = {});

// The records of one address, which `selection` asks for, read once for all that is told of them: also for a breakdown
// by reporter.
Result<Facts> source_records(Database& database, const Selection& selection);

// The largest first, at most `limit`.
Result<std::vector<SourceOverride>> source_overrides(Database& database, const Facts& source, std::int64_t limit);
struct SourceIdentities {
  std::vector<SourceIdentity> largest;
  std::int64_t total = 0;
};
Result<SourceIdentities> source_identities(Database& database, const Facts& source, std::int64_t limit);

}  // namespace schema
