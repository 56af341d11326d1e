#include "schema/facets.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "schema/breakdown.h"
#include "schema/letter_case.h"

namespace schema {
namespace {

std::string filter_value(Dimension field, const std::optional<std::string>& key) {
  if (!key) return field == Dimension::override_type ? "none" : "unknown";
  return key->empty() ? "<>" : *key;
}

// The messages of "forwarded+other" belong to both.
void add_each(std::vector<FacetValue>& found, std::string_view types, std::int64_t messages) {
  while (!types.empty()) {
    const auto end = std::min(types.find('+'), types.size());
    const auto type = types.substr(0, end);
    const auto at = std::ranges::find(found, type, &FacetValue::value);
    at == found.end() ? found.push_back({std::string(type), messages}) : void(at->messages += messages);
    types.remove_prefix(std::min(end + 1, types.size()));
  }
}

}  // namespace

Result<Facets> facets(Database& database, const Selection& selection, Dimension field, std::string_view text,
                      std::size_t most) {
  const auto wanted = ascii_lower(text);
  // A record with several override types is found by each of them, but is one group.
  const bool in_sets = field == Dimension::override_type;
  PageRequest largest;
  // What contains a text is seen in the names, which are made of the rows.
  if (wanted.empty() && !in_sets) largest.limit = static_cast<std::int64_t>(most) + 1;
  std::vector<FacetValue> found;
  const auto read = breakdown(database, selection, {field}, largest, [&](const BreakdownRow& row) {
    auto value = filter_value(field, row.key);
    if (in_sets) {
      add_each(found, value, row.classes.messages);
    } else if (ascii_lower(value).find(wanted) != std::string::npos) {
      found.push_back({std::move(value), row.classes.messages});
    }
    return in_sets || found.size() <= most;
  });
  if (!read) return unexpected(read.error());
  if (in_sets) {
    std::erase_if(found, [&](const auto& one) { return one.value.find(wanted) == std::string::npos; });
    std::ranges::sort(found, std::greater(), &FacetValue::messages);
  }
  const bool more = found.size() > most;
  if (more) found.resize(most);
  return Facets{std::move(found), more};
}

}  // namespace schema
