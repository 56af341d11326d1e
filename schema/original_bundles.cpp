#include "schema/original_bundles.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "schema/query.h"

namespace schema {
namespace {

// A body of more lies alone, and a bundle of as many is written: all of it is read for one original in it, and half a
// page is little beside it.
constexpr std::size_t long_enough = 256 * 1024;

// A condition on originals: they are in the bundle ?1, and so between its number and the next one's.
constexpr std::string_view in_bundle = R"sql(
    original.id >= ?1 AND original.id < ifnull((SELECT min(id) FROM original_bundle WHERE id > ?1), 1 << 62)
    AND bundle_id = ?1)sql";

}  // namespace

std::optional<BundlePlace> OriginalBundles::add(std::int64_t original_id, std::string_view body) {
  if (body.empty() || body.size() > long_enough) return std::nullopt;
  if (!id_) id_ = original_id;
  const BundlePlace place{*id_, std::ssize(bytes_), std::ssize(body)};
  bytes_ += body;
  return place;
}

std::optional<std::string_view> OriginalBundles::waiting(const BundlePlace& place) const {
  if (place.bundle_id != id_) return std::nullopt;
  return std::string_view(bytes_).substr(static_cast<std::size_t>(place.begins),
                                         static_cast<std::size_t>(place.length));
}

Status OriginalBundles::take_out(std::int64_t bundle_id) {
  const auto all = database_.integer("SELECT length(bytes) FROM original_bundle WHERE id = ?", bundle_id);
  if (!all) return unexpected(all.error());
  const auto left = database_.integer(fmt::format("SELECT sum(length) FROM original WHERE {}", in_bundle), bundle_id);
  if (!left) return unexpected(left.error());
  if (!*left) return database_.execute("DELETE FROM original_bundle WHERE id = ?", bundle_id);
  return *all && **left <= **all / 2 ? write_anew(bundle_id) : Status();
}

// Without its holes.
Status OriginalBundles::write_anew(std::int64_t bundle_id) {
  std::string bytes;
  std::vector<std::pair<std::int64_t, std::int64_t>> begin_of;
  const auto read = each_row(database_,
                             {fmt::format(R"sql(
    SELECT original.id, substr(original_bundle.bytes, begins + 1, length)
    FROM original CROSS JOIN original_bundle ON original_bundle.id = bundle_id WHERE {})sql",
                                          in_bundle),
                              {bundle_id}},
                             [&](Statement& row) {
                               begin_of.emplace_back(row.integer(0), std::ssize(bytes));
                               bytes += row.blob(1);
                               return true;
                             });
  if (!read) return read;
  for (const auto& [id, begins] : begin_of) {
    auto moved = database_.execute("UPDATE original SET begins = ? WHERE id = ?", begins, id);
    if (!moved) return moved;
  }
  return database_.execute("UPDATE original_bundle SET bytes = ? WHERE id = ?", Blob{bytes}, bundle_id);
}

Status OriginalBundles::write() {
  if (!bytes_.empty()) {
    auto written = database_.execute("INSERT INTO original_bundle (id, bytes) VALUES (?, ?)", *id_, Blob{bytes_});
    if (!written) return written;
  }
  drop();
  return {};
}

Status OriginalBundles::keep_part() {
  kept_ = bytes_.size();
  return kept_ < long_enough ? Status() : write();
}

void OriginalBundles::drop_part() {
  bytes_.resize(kept_);
  if (kept_ == 0) id_.reset();
}

void OriginalBundles::drop() {
  id_.reset();
  bytes_.clear();
  kept_ = 0;
}

}  // namespace schema
