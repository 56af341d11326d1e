#include "schema/originals.h"

#include <random>

#include "tests/support/catch.h"
#include "tests/support/store.h"

TEST_CASE("bytes come back as they were kept") {
  tests::Store store;
  std::mt19937 random(1);
  std::string noise(100'000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  const std::string xml(100'000, 'x');
  for (const auto& bytes : {std::string(), std::string("a"), xml, noise, "\x1f\x8b" + xml, "PK\x03\x04" + xml}) {
    REQUIRE(store.writer().begin());
    const auto id = store.writer().originals().keep(bytes);
    REQUIRE(id);
    CHECK(store.writer().originals().keep(bytes).value() == *id);
    REQUIRE(store.writer().commit());
    CHECK(schema::load_original(store.database(), *id).value() == bytes);
  }
  CHECK(store.number("SELECT count(*) FROM original") == 6);
}

TEST_CASE("what is compressed already is not compressed again, everything else is") {
  const std::string xml(10'000, 'x');
  CHECK(schema::encode_original(xml).body.size() < 100);
  CHECK(schema::encode_original("\x1f\x8b" + xml).encoding == schema::OriginalEncoding::plain);
  CHECK(schema::encode_original("PK\x03\x04" + xml).encoding == schema::OriginalEncoding::plain);
}

TEST_CASE("an original never unpacks to more than its length") {
  const auto encoded = schema::encode_original(std::string(10'000, 'x'));
  CHECK(schema::decode_original(encoded.encoding, encoded.body, 10'000));
  CHECK(schema::decode_original(encoded.encoding, encoded.body, 9'999).error().code == "corrupt");
  CHECK(schema::decode_original(encoded.encoding, encoded.body, 10'001).error().code == "corrupt");
  CHECK(schema::decode_original(encoded.encoding, "garbage", 10).error().code == "corrupt");
  CHECK(schema::decode_original(schema::OriginalEncoding::plain, "abc", 4).error().code == "corrupt");
}

TEST_CASE("what is too long to keep is known by its length") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  const auto id = store.writer().originals().keep_length("From ", 99'000'000);
  REQUIRE(id);
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT bytes FROM original") == 99'000'000);
  CHECK(schema::load_original(store.database(), *id).error().code == "original_not_kept");
  CHECK(schema::load_original(store.database(), 77).error().code == "not_found");
  CHECK(schema::encode_original(std::string(schema::longest_original_bytes + 1, 'x')).encoding ==
        schema::OriginalEncoding::not_kept);
}

TEST_CASE("what was left where it lies is kept when it comes again and may be") {
  tests::Store store;
  auto& originals = store.writer().originals();
  REQUIRE(store.writer().begin());
  const auto id = originals.keep_length("the whole mail", 14).value();
  CHECK_FALSE(originals.is_kept(id).value());
  CHECK(originals.keep("the whole mail").value() == id);
  CHECK(originals.is_kept(id).value());
  CHECK(originals.keep_length("the whole mail", 14).value() == id);
  REQUIRE(store.writer().commit());
  CHECK(schema::load_original(store.database(), id).value() == "the whole mail");
  CHECK(originals.is_kept(77).error().code == "not_found");
}

namespace {

// No two are the same, and none gets smaller.
std::string noise(std::size_t bytes, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string all(bytes, '\0');
  for (char& c : all) c = static_cast<char>(random());
  return all;
}

std::int64_t keep(tests::Store& store, std::string_view bytes) {
  return store.writer().originals().keep(bytes).value();
}

}  // namespace

TEST_CASE("originals of a batch lie end to end, and each comes back") {
  tests::Store store;
  std::vector<std::int64_t> ids;
  for (std::uint32_t batch = 0; batch < 2; ++batch) {
    REQUIRE(store.writer().begin());
    for (std::uint32_t i = 0; i < 20; ++i) ids.push_back(keep(store, noise(1000 + i, 20 * batch + i)));
    REQUIRE(store.writer().commit());
  }
  CHECK(store.number("SELECT count(*) FROM original_bundle") == 2);
  CHECK(store.number("SELECT sum(length(bytes)) FROM original_bundle") == 2 * (20 * 1000 + 190));
  for (std::uint32_t i = 0; i < 40; ++i)
    CHECK(schema::load_original(store.database(), ids[i]).value() == noise(1000 + i % 20, i));
}

TEST_CASE("what is long, and what is nothing, lies alone") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  const auto longer = keep(store, noise(262'145, 1)), nothing = keep(store, "");
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT count(*) FROM original_bundle") == 0);
  CHECK(schema::load_original(store.database(), longer).value() == noise(262'145, 1));
  CHECK(schema::load_original(store.database(), nothing).value().empty());
}

TEST_CASE("a bundle is written when it is long enough, and what follows begins another") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  for (std::uint32_t i = 0; i < 7; ++i) {
    REQUIRE(store.writer().begin_part());
    keep(store, noise(60'000, i));
    REQUIRE(store.writer().keep_part());
  }
  CHECK(store.number("SELECT length(bytes) FROM original_bundle") == 300'000);
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT count(*) FROM original_bundle") == 2);
  for (std::uint32_t i = 0; i < 7; ++i)
    CHECK(schema::load_original(store.database(), i + 1).value() == noise(60'000, i));
}

TEST_CASE("an original of a part that was taken back leaves nothing in the bundle") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().begin_part());
  const auto first = keep(store, noise(1000, 1));
  REQUIRE(store.writer().keep_part());
  REQUIRE(store.writer().begin_part());
  keep(store, noise(500, 2));
  store.writer().drop_part();
  REQUIRE(store.writer().begin_part());
  const auto third = keep(store, noise(2000, 3));
  REQUIRE(store.writer().keep_part());
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT length(bytes) FROM original_bundle") == 3000);
  CHECK(schema::load_original(store.database(), first).value() == noise(1000, 1));
  CHECK(schema::load_original(store.database(), third).value() == noise(2000, 3));

  REQUIRE(store.writer().begin());
  keep(store, noise(100, 4));
  store.writer().rollback();
  REQUIRE(store.writer().begin());
  const auto fifth = keep(store, noise(100, 5));
  REQUIRE(store.writer().commit());
  CHECK(schema::load_original(store.database(), fifth).value() == noise(100, 5));
}

TEST_CASE("what was kept in this batch can be read in it") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  keep(store, noise(100, 1));
  const auto second = keep(store, noise(200, 2)), longer = keep(store, noise(300'000, 3));
  CHECK(store.writer().originals().load(second).value() == noise(200, 2));
  CHECK(store.writer().originals().load(longer).value() == noise(300'000, 3));
  REQUIRE(store.writer().commit());
  CHECK(store.writer().originals().load(second).value() == noise(200, 2));
}

TEST_CASE("a bundle has the number of its first original, also behind one that was taken back or lies alone") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().begin_part());
  keep(store, "");
  keep(store, noise(100, 1));
  store.writer().drop_part();
  REQUIRE(store.writer().begin_part());
  const auto first = keep(store, noise(100, 2));
  keep(store, "");
  keep(store, noise(100, 3));
  REQUIRE(store.writer().keep_part());
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT group_concat(id) FROM original_bundle") == first);
  CHECK(store.number("SELECT count(*) FROM original WHERE bundle_id = " + std::to_string(first)) == 2);
  CHECK(store.number("SELECT min(id) FROM original") == first);
}

TEST_CASE("originals of other bundles stay when one is written anew, and so do numbers that are used again") {
  tests::Store store;
  const auto add = [&](std::uint32_t from) {
    REQUIRE(store.writer().begin());
    for (std::uint32_t i = from; i < from + 3; ++i) keep(store, noise(1000, i));
    REQUIRE(store.writer().commit());
  };
  const auto remove = [&](std::initializer_list<std::int64_t> ids) {
    REQUIRE(store.writer().begin());
    for (const auto id : ids) CHECK(store.writer().originals().remove(id).value() == 1000);
    REQUIRE(store.writer().commit());
  };
  add(1);  // 1 to 3
  add(4);  // 4 to 6
  remove({2, 3, 5, 6});
  add(7);  // 5 to 7: their numbers come again
  CHECK(store.number("SELECT sum(length(bytes)) FROM original_bundle") == 5000);
  CHECK(store.text("SELECT group_concat(id) FROM original_bundle") == "1,4,5");
  remove({6, 7});
  for (const auto& [id, seed] : {std::pair(1, 1u), std::pair(4, 4u), std::pair(5, 7u)})
    CHECK(schema::load_original(store.database(), id).value() == noise(1000, seed));
  CHECK(store.number("SELECT sum(length(bytes)) FROM original_bundle") == 3000);
}

TEST_CASE("a bundle is written without its holes when they are half of it, and goes with its last original") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  for (std::uint32_t i = 0; i < 4; ++i) keep(store, noise(1000, i));
  REQUIRE(store.writer().commit());
  const auto take_out = [&](std::int64_t id) {
    REQUIRE(store.writer().begin());
    CHECK(store.writer().originals().remove(id).value() == 1000);
    REQUIRE(store.writer().commit());
  };
  const auto bytes = [&] { return store.number("SELECT length(bytes) FROM original_bundle"); };
  take_out(1);
  CHECK(bytes() == 4000);
  take_out(3);
  CHECK(bytes() == 2000);
  for (const std::uint32_t id : {2, 4})
    CHECK(schema::load_original(store.database(), id).value() == noise(1000, id - 1));
  take_out(2);
  CHECK(bytes() == 1000);
  CHECK(schema::load_original(store.database(), 4).value() == noise(1000, 3));
  take_out(4);
  CHECK(store.number("SELECT count(*) FROM original_bundle") == 0);
  REQUIRE(store.writer().begin());
  CHECK(store.writer().originals().remove(77).value() == 0);
  store.writer().rollback();
}
