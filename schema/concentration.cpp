#include "schema/concentration.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/query.h"
#include "schema/source_sums.h"

namespace schema {
namespace {

// The part of a stored address that stands for its network.
std::string_view network(std::string_view ip) {
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  return ip.substr(0, ip.substr(0, mapped.size()) == mapped ? 15 : 6);
}

// The sums of the largest, for each step.
auto largest(std::vector<std::int64_t> messages) {
  std::ranges::sort(messages, std::greater());
  std::array<std::int64_t, concentration_steps.size()> sums{};
  for (std::size_t step = 0; step < sums.size(); ++step) {
    const auto count = std::min(messages.size(), static_cast<std::size_t>(concentration_steps[step]));
    for (std::size_t i = 0; i < count; ++i) sums[step] += messages[i];
  }
  return sums;
}

}  // namespace

Result<Concentration> concentration(Database& database, const Selection& selection) {
  auto sums = source_sums(database, selection, SourceDomains::left_out);
  if (!sums) return unexpected(sums.error());
  Concentration found;
  if (sums->empty()) return found;
  std::vector<std::int64_t> of_sources, of_networks;
  std::unordered_map<std::string, std::int64_t> by_network;
  // The table is walked through beside them: to look up each address takes several times as long.
  std::ranges::sort(*sums, {}, &SourceSum::address_id);
  auto sum = sums->begin();
  const Query addresses("SELECT id, ip FROM address WHERE id BETWEEN ? AND ? ORDER BY id",
                        {sums->front().address_id, sums->back().address_id});
  const auto read = each_row(database, addresses, [&](Statement& row) {
    if (sum->address_id != row.integer(0)) return true;
    const auto messages = sum->classes.messages;
    const auto ip = row.blob(1);
    found.messages += messages;
    if (ip.empty()) {
      found.unnamed += messages;
    } else {
      of_sources.push_back(messages);
      by_network[std::string(network(ip))] += messages;
    }
    return ++sum != sums->end();
  });
  if (!read) return unexpected(read.error());
  if (sum != sums->end()) return internal_error("corrupt", "an address that is summed up is not there");
  for (const auto& [name, messages] : by_network) of_networks.push_back(messages);
  found.sources = static_cast<std::int64_t>(of_sources.size());
  found.networks = static_cast<std::int64_t>(of_networks.size());
  found.of_sources = largest(std::move(of_sources));
  found.of_networks = largest(std::move(of_networks));
  return found;
}

}  // namespace schema
