#include "schema/weekly_pieces.h"

#include "tests/support/catch.h"
// Catch first: the fixture requires.
#include "tests/support/store.h"

using namespace schema;

namespace {

using Numbers = std::vector<std::int64_t>;

struct Row {
  std::int64_t address_id = 0;
};

// `rows` of each of the addresses.
std::vector<Row> rows_of(const Numbers& addresses, std::size_t rows) {
  std::vector<Row> all;
  for (const auto address : addresses) all.insert(all.end(), rows, {address});
  return all;
}

// Each byte is an address.
std::string bytes_of(std::span<const Row> rows) {
  std::string bytes;
  for (const auto& row : rows) bytes += static_cast<char>(row.address_id);
  return bytes;
}

std::vector<PackedPiece> pieces_of(const std::vector<Row>& rows) {
  PieceMaker<Row> at_once(bytes_of);
  at_once.add(rows);
  auto pieces = at_once.finish();
  PieceMaker<Row> by_address(bytes_of);
  for (std::size_t at = 0, end = 0; at < rows.size(); at = end) {
    while (end < rows.size() && rows[end].address_id == rows[at].address_id) ++end;
    by_address.add(std::span(rows).subspan(at, end - at));
  }
  CHECK(by_address.finish() == pieces);
  return pieces;
}

}  // namespace

TEST_CASE("an address is in one piece, however many rows it has") {
  const auto first_addresses = [](const std::vector<Row>& rows) {
    Numbers firsts;
    std::string all, expected;
    for (const auto& piece : pieces_of(rows)) {
      firsts.push_back(piece.first);
      all += piece.bytes;
    }
    for (const auto& row : rows) expected += static_cast<char>(row.address_id);
    CHECK(all == expected);
    return firsts;
  };
  CHECK(first_addresses({}) == Numbers{});
  CHECK(first_addresses(rows_of({4, 5, 9}, rows_of_piece / 3)) == Numbers{4});
  CHECK(first_addresses(rows_of({4, 5, 9}, rows_of_piece / 3 + 1)) == Numbers{4, 9});
  CHECK(first_addresses(rows_of({4, 5, 9}, rows_of_piece)) == Numbers{4, 5, 9});
  CHECK(first_addresses(rows_of({4, 5}, 3 * rows_of_piece)) == Numbers{4, 5});
}

TEST_CASE("pieces that may hold an address are read once, and no others") {
  tests::Store store;
  auto& database = store.database();
  constexpr std::int64_t week = 20'703;
  const auto rows = rows_of({4, 6, 9, 12, 13, 40}, rows_of_piece / 2);
  REQUIRE(write_pieces(database, "weekly_record", week, pieces_of(rows)));
  REQUIRE(write_pieces(database, "weekly_record", week + 7, {{1, "x"}}));
  const auto read = [&](const std::optional<Numbers>& ids) {
    Numbers firsts;
    REQUIRE(each_piece(database, "weekly_record", week, ids, [&](std::int64_t first, std::string_view bytes) {
      firsts.push_back(first);
      return std::optional<std::int64_t>(bytes.back());
    }));
    return firsts;
  };
  CHECK(read({}) == Numbers{4, 9, 13});
  CHECK(read(Numbers{}) == Numbers{});
  CHECK(read(Numbers{1, 3}) == Numbers{});
  CHECK(read(Numbers{4, 5, 6}) == Numbers{4});
  CHECK(read(Numbers{7, 8}) == Numbers{4});
  CHECK(read(Numbers{6, 7, 9, 13, 14, 41, 90}) == Numbers{4, 9, 13});
  CHECK(read(Numbers{12, 40}) == Numbers{9, 13});

  const auto broken = each_piece(database, "weekly_record", week, {},
                                 [](std::int64_t, std::string_view) { return std::optional<std::int64_t>(); });
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == "corrupt");
  CHECK(pieces_of_week(database, "weekly_record", week).value() == pieces_of(rows));
  REQUIRE(forget_pieces(database, "weekly_record", week));
  CHECK(pieces_of_week(database, "weekly_record", week).value().empty());
  CHECK(pieces_of_week(database, "weekly_record", week + 7).value().size() == 1);
}
