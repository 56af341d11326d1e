// Sums by address, gathered in memory: the table has nearly as many rows as there are records, and SQLite would sort
// them all to group them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/paging.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"
#include "schema/summaries.h"

namespace schema {

struct SourceSum {
  std::int64_t address_id = 0;
  std::int64_t domains = 0;                    // where they are counted
  std::int64_t first_seen = 0, last_seen = 0;  // days, within the selection
  ClassCounts classes;
};

// The address of a number as it is stored: 16 bytes, none for what is no address.
Result<std::string> stored_address(Database& database, std::int64_t address_id);

// For how many domains each sent. Sums over all domains do not tell: those of each are three times as many.
enum class SourceDomains : std::uint8_t { left_out, counted };

// By number of the address. Takes some hundred bytes of memory for each.
Result<std::vector<SourceSum>> source_sums(Database& database, const Selection& selection, SourceDomains domains);

// The sums of a page, in its order: by `messages` (also where no column is named), `ip`, `domains`, `first_seen`,
// `last_seen` or a class; addresses with fewer than `min_messages` are left out. Domains are counted for those
// that `sink` gets, unless they are what it goes by. `sink` gets the address as it is stored, and returns false to
// stop.
Result<Paged> each_source(Database& database, const Selection& selection, const PageRequest& page,
                          std::int64_t min_messages, SourceDomains domains,
                          const std::function<bool(const SourceSum&, std::string_view stored_address)>& sink);

// How many addresses there are; what is no address does not count.
Result<std::int64_t> count_sources(Database& database, const Selection& selection);

}  // namespace schema
