#include "ingest/quarantine_room.h"

#include "schema/day.h"
#include "schema/letter_case.h"

namespace ingest {

using schema::seconds_per_day;

std::string sender_domain(std::string_view from) {
  const auto at = from.rfind('@');
  if (at == std::string_view::npos) return {};
  from.remove_prefix(at + 1);
  return schema::ascii_lower(from.substr(0, from.find_first_of("> \t,;")));
}

schema::Status QuarantineRoom::count(std::int64_t now) {
  const auto kept = failures_.kept();
  if (!kept) return schema::unexpected(kept.error());
  const auto of_today = failures_.kept_by_sender(now / seconds_per_day * seconds_per_day);
  if (!of_today) return schema::unexpected(of_today.error());
  kept_ = *kept;
  of_today_.clear();
  for (const auto& [from, originals] : *of_today)
    of_today_[sender_domain(from.value_or(""))] += static_cast<std::size_t>(originals);
  today_ = now / seconds_per_day;
  return {};
}

schema::Result<bool> QuarantineRoom::take(std::size_t bytes, const std::string& domain, std::int64_t now) {
  if (!kept_ || today_ != now / seconds_per_day) {
    if (auto counted = count(now); !counted) return schema::unexpected(std::move(counted.error()));
  }
  const schema::Kept then{kept_->originals + 1, kept_->bytes + static_cast<std::int64_t>(bytes)};
  auto& of_domain = of_today_[domain];
  if (static_cast<std::size_t>(then.originals) > limits_.quarantine_originals ||
      static_cast<std::size_t>(then.bytes) > limits_.quarantine_bytes || of_domain + 1 > limits_.quarantine_daily)
    return false;
  kept_ = then;
  ++of_domain;
  return true;
}

}  // namespace ingest
