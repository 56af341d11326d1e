#include "schema/concentration.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
  const auto source = facts(selection, need_address);
  Concentration found;
  std::vector<std::int64_t> of_sources, of_networks;
  std::unordered_map<std::string, std::int64_t> by_network;
  const auto query =
      Query("SELECT a.ip, g.messages FROM (SELECT f.address_id AS id, sum(" + source.messages + ") AS messages FROM ") +
      source.from + " WHERE " + source.where + " GROUP BY 1) g CROSS JOIN address a ON a.id = g.id";
  const auto read = each_row(database, query, [&](Statement& row) {
    const auto ip = row.blob(0);
    const auto messages = row.integer(1);
    found.messages += messages;
    if (ip.empty()) {
      found.unnamed += messages;
    } else {
      of_sources.push_back(messages);
      by_network[std::string(network(ip))] += messages;
    }
    return true;
  });
  if (!read) return unexpected(read.error());
  for (const auto& [name, messages] : by_network) of_networks.push_back(messages);
  found.sources = static_cast<std::int64_t>(of_sources.size());
  found.networks = static_cast<std::int64_t>(of_networks.size());
  found.of_sources = largest(std::move(of_sources));
  found.of_networks = largest(std::move(of_networks));
  return found;
}

}  // namespace schema
