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
