#include "schema/strips.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "schema/gathered.h"
#include "schema/located.h"
#include "schema/query.h"

namespace schema {

Result<std::map<std::int64_t, Strip>> strips(Database& database, const Selection& selection, StripOf of,
                                             const std::vector<std::int64_t>& ids) {
  std::map<std::int64_t, Strip> all;
  if (!selection.to || ids.empty()) return all;
  const auto first = *selection.to - strip_days + 1;
  for (const auto id : ids) {
    auto& strip = all[id];
    for (std::int64_t day = first; day <= *selection.to; ++day) strip.push_back({day, 0, 0, 0});
  }

  auto these = over(selection, first, selection.to);
  (of == StripOf::domains ? these.among_domains : these.among_addresses) = fmt::format("[{}]", fmt::join(ids, ","));
  auto found = located(database, std::move(these));
  if (!found) return unexpected(std::move(found.error()));
  const std::string_view id = of == StripOf::domains ? "domain_id" : "address_id";
  const auto source =
      gathered_facts(database, *found, {of == StripOf::addresses ? need_address : need_nothing, {id}, Interval::day});
  if (!source) return unexpected(source.error());
  const auto sum = [&](std::initializer_list<ResultClass> classes) {
    std::string terms;
    for (const auto c : classes) terms += (terms.empty() ? "" : " + ") + source->by_class[static_cast<std::size_t>(c)];
    return "sum(" + terms + ")";
  };
  const Query query =
      Query(fmt::format("SELECT {}, day, {}, {}, {} FROM ", id, sum({ResultClass::pass_both, ResultClass::pass_one}),
                        sum({ResultClass::fail_delivered, ResultClass::fail_stopped}), sum({ResultClass::unknown}))) +
      source->from + " WHERE " + source->where + " GROUP BY 1, 2";
  const auto read = each_row(database, query, [&](Statement& row) {
    all[row.integer(0)].at(static_cast<std::size_t>(row.integer(1) - first)) = {row.integer(1), row.integer(2),
                                                                                row.integer(3), row.integer(4)};
    return true;
  });
  if (!read) return unexpected(read.error());
  return all;
}

}  // namespace schema
