#include "schema/expense.h"

#include "schema/source_facts.h"

namespace schema {
namespace {

constexpr std::int64_t few_days_of_records = 7;
constexpr std::int64_t few_days_of_sources = 92;

}  // namespace

bool is_expensive(const Selection& selection, unsigned further_needs) {
  // A few addresses are found by way of the days on which they sent.
  if (!selection.from || selection.days_of_addresses) return false;
  const auto days = *selection.to - *selection.from + 1;
  switch (cheapest(needs(selection) | further_needs)) {
    case FactTable::record:
      return days > few_days_of_records;
    case FactTable::daily_source:
      return days > few_days_of_sources && !is_of_weeks(selection);
    case FactTable::report:
    case FactTable::daily:
      break;
  }
  return false;
}

}  // namespace schema
