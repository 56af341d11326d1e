// What a selection means of each source, in the largest pieces that are kept (schema/weekly_sources.h): sums of packed
// weeks where they lie wholly within its days and know what it asks; the days of packed weeks where it asks for certain
// addresses, or for all of all domains; `daily_source` for the rest, and records where only they know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

struct SourceFact {
  std::int64_t address_id = 0;
  std::int64_t domain_id = 0;  // 0: over all
  std::int64_t first_day = 0, last_day = 0;
  std::int64_t result_id = 0;
  std::int64_t messages = 0;
  std::int64_t records = 0;  // 0: of a week, which does not tell
};

// What is asked besides addresses, results and messages.
enum class FactsOf : std::uint8_t {
  sources,  // nothing: several days and domains may lie together
  domains,  // domains: several days may lie together
  days,     // days, domains, records: no two of these lie together
};

// Whether sums of packed weeks know what is asked, should there be some.
bool is_of_weeks(const Selection& selection);

// Whether it asks for some domains only.
bool asks_for_domains(const Selection& selection);

// The days of a selection in two parts, at the beginning of a week, that take as long as each other: for ask_both()
// (schema/twin.h). none: it is answered sooner as it is.
std::optional<std::pair<Selection, Selection>> in_halves(const Selection& selection);

// Calls `sink` with all of them, some at a time: millions are told, and who adds them up waits for memory where one
// call stands between one and the next. In no order. What only records know is asked of them, a fact each. Within a
// read transaction. Errors: those of the database.
using TakeFacts = std::function<void(std::span<const SourceFact>)>;
Status source_facts(Database& database, const Selection& selection, FactsOf of, const TakeFacts& sink);

// The same, one by one.
template <typename Each>
Status each_source_fact(Database& database, const Selection& selection, FactsOf of, Each each) {
  return source_facts(database, selection, of, [&](std::span<const SourceFact> some) {
    for (const SourceFact& fact : some) each(fact);
  });
}

}  // namespace schema
