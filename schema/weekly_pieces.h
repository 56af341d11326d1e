// What is packed of a week by address or domain, so that of a question about a few of them few rows are read. Tables
// with an `id` (the week << 32 | the first address, or the domain) and `bytes`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// All rows of some addresses that follow each other, or of a domain.
struct PackedPiece {
  std::int64_t first = 0;
  std::string bytes;
  bool operator==(const PackedPiece&) const = default;
};

// Some 1,200 bytes, three in a page of the database; one address alone may have more.
inline constexpr std::size_t rows_of_piece = 256;

// Puts rows into pieces, which `pack` makes of some of them. They come in the order of their `address_id`, some at a
// time, and those of one address at once: who packs a week of millions has not all of them in memory.
template <typename Row>
class PieceMaker {
 public:
  using Pack = std::string (*)(std::span<const Row>);
  explicit PieceMaker(Pack pack) : pack_(pack) {}

  void add(std::span<const Row> rows) {
    for (std::size_t at = 0, end = 0; at < rows.size(); at = end) {
      while (end < rows.size() && rows[end].address_id == rows[at].address_id) ++end;
      if (!waiting_.empty() && waiting_.size() + end - at > rows_of_piece) make();
      const auto of_address = rows.subspan(at, end - at);
      waiting_.insert(waiting_.end(), of_address.begin(), of_address.end());
    }
  }
  std::vector<PackedPiece> finish() {
    if (!waiting_.empty()) make();
    return std::move(pieces_);
  }

 private:
  void make() {
    pieces_.push_back({waiting_.front().address_id, pack_(waiting_)});
    waiting_.clear();
  }

  const Pack pack_;
  std::vector<Row> waiting_;
  std::vector<PackedPiece> pieces_;
};

// Within a transaction.
Status write_pieces(Database& writer, std::string_view table, std::int64_t week,
                    const std::vector<PackedPiece>& pieces);
Status forget_pieces(Database& writer, std::string_view table, std::int64_t week);

// Calls `piece` with each that may hold one of these addresses or domains (their numbers, ascending), or with all. It
// returns the last one of the piece; none: it cannot be read, which is the error `corrupt`.
using TakePiece = std::function<std::optional<std::int64_t>(std::int64_t first, std::string_view bytes)>;
Status each_piece(Database& database, std::string_view table, std::int64_t week,
                  const std::optional<std::vector<std::int64_t>>& ids, const TakePiece& piece);

Result<std::vector<PackedPiece>> pieces_of_week(Database& database, std::string_view table, std::int64_t week);

// What is said of a packed week that is damaged.
Status unreadable_week();

}  // namespace schema
