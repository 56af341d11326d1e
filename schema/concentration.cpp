#include "schema/concentration.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/query.h"
#include "schema/source_sums.h"
#include "schema/twin.h"

namespace schema {
namespace {

// The network of a stored address as a number: 24 bits of IPv4, and 48 of IPv6 behind a bit that says so.
std::uint64_t network(std::string_view ip) {
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const bool is_v4 = ip.starts_with(mapped);
  std::uint64_t bits = is_v4 ? 0 : 1;
  for (const char byte : is_v4 ? ip.substr(mapped.size(), 3) : ip.substr(0, 6))
    bits = bits << 8 | static_cast<unsigned char>(byte);
  return bits;
}

struct Sent {
  std::uint64_t network = 0;
  std::int64_t messages = 0;
};

// What each of these sent that has an address. The table is walked through beside them: to look up each takes several
// times as long.
Status add_named(Database& database, std::span<const SourceSum> sums, std::vector<Sent>& sent) {
  if (sums.empty()) return {};
  sent.reserve(sums.size());
  auto sum = sums.begin();
  const Query addresses("SELECT id, ip FROM address WHERE id BETWEEN ? AND ? ORDER BY id",
                        {sums.front().address_id, sums.back().address_id});
  const auto read = each_row(database, addresses, [&](Statement& row) {
    if (sum->address_id != row.integer(0)) return true;
    if (const auto ip = row.blob(1); !ip.empty()) sent.push_back({network(ip), sum->classes.messages});
    return ++sum != sums.end();
  });
  if (!read) return read;
  return sum == sums.end() ? Status() : internal_error("corrupt", "an address that is summed up is not there");
}

// How much each network sent.
std::vector<std::int64_t> by_network(std::vector<Sent> sent) {
  std::ranges::sort(sent, {}, &Sent::network);
  std::vector<std::int64_t> sums;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (i == 0 || sent[i].network != sent[i - 1].network) sums.push_back(0);
    sums.back() += sent[i].messages;
  }
  return sums;
}

// The sums of the largest, for each step.
auto largest(std::vector<std::int64_t> messages) {
  const auto most = std::min(messages.size(), static_cast<std::size_t>(concentration_steps.back()));
  std::ranges::partial_sort(messages, messages.begin() + static_cast<std::ptrdiff_t>(most), std::greater());
  std::array<std::int64_t, concentration_steps.size()> sums{};
  for (std::size_t step = 0; step < sums.size(); ++step) {
    const auto count = std::min(messages.size(), static_cast<std::size_t>(concentration_steps[step]));
    for (std::size_t i = 0; i < count; ++i) sums[step] += messages[i];
  }
  return sums;
}

}  // namespace

Result<Concentration> concentration(Database& database, const Selection& selection) {
  const auto sums = source_sums(database, selection, SourceDomains::left_out);
  if (!sums) return unexpected(sums.error());
  Concentration found;
  if (sums->empty()) return found;
  const auto half = sums->size() / 2;
  std::vector<Sent> sent, more;
  const auto read = ask_both(
      database, [&](Database& one) { return add_named(one, std::span(*sums).first(half), sent); },
      [&](Database& other) { return add_named(other, std::span(*sums).subspan(half), more); });
  if (!read) return unexpected(read.error());
  sent.insert(sent.end(), more.begin(), more.end());
  for (const auto& sum : *sums) found.messages += sum.classes.messages;
  found.unnamed = found.messages;
  std::vector<std::int64_t> of_sources;
  of_sources.reserve(sent.size());
  for (const auto& one : sent) {
    found.unnamed -= one.messages;
    of_sources.push_back(one.messages);
  }
  auto of_networks = by_network(std::move(sent));
  found.sources = static_cast<std::int64_t>(of_sources.size());
  found.networks = static_cast<std::int64_t>(of_networks.size());
  found.of_sources = largest(std::move(of_sources));
  found.of_networks = largest(std::move(of_networks));
  return found;
}

}  // namespace schema
