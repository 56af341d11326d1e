#include "ingest/archive.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/pack.h"

using ingest::Budget;
using ingest::Document;
using ingest::Limits;
using tests::gzip;
using tests::zip;
using namespace std::string_literals;

namespace {

const std::string xml = "<?xml version=\"1.0\"?><feedback></feedback>";

std::vector<Document> unpacked(const std::string& bytes, const Limits& limits = {}) {
  Budget budget(limits);
  return ingest::unpack(bytes, limits, budget);
}

// "ok" or the reason code of each document.
std::vector<std::string> outcomes(const std::string& bytes, const Limits& limits = {}) {
  std::vector<std::string> result;
  for (const Document& document : unpacked(bytes, limits)) {
    result.push_back(document.bytes ? "ok" : document.bytes.error().code);
  }
  return result;
}
using Outcomes = std::vector<std::string>;

// Text that deflate cannot shrink much, so that only size limits speak.
std::string noise(std::size_t size) {
  std::string result = xml;
  std::uint32_t state = 1;
  while (result.size() < size) {
    state = state * 1664525U + 1013904223U;
    result += static_cast<char>(' ' + (state >> 24) % 90);
  }
  result.resize(size);
  return result;
}

}  // namespace

TEST_CASE("unpack gives what is packed, once or twice") {
  const std::string twice = zip({{"a.xml.gz", gzip(xml)}});
  for (const std::string& bytes : {xml, gzip(xml), tests::deflated(xml, 15), gzip(gzip(xml)), zip({{"a.xml", xml}}),
                                   twice, gzip(zip({{"a.xml", xml}})), zip({{"z.zip", zip({{"a.xml", xml}})}})}) {
    const std::vector<Document> documents = unpacked(bytes);
    REQUIRE(documents.size() == 1);
    REQUIRE(documents[0].bytes);
    CHECK(*documents[0].bytes == xml);
  }
  CHECK(unpacked(twice)[0].name == "a.xml.gz");
  CHECK(unpacked(zip({{"z.zip", zip({{"a.xml", xml}})}}))[0].name == "z.zip/a.xml");
  CHECK(unpacked(xml)[0].name.empty());
}

TEST_CASE("unpack joins the members of a gzip") {
  const std::vector<Document> documents = unpacked(gzip(xml.substr(0, 20)) + gzip(xml.substr(20)));
  REQUIRE(documents.size() == 1);
  CHECK(*documents[0].bytes == xml);
}

TEST_CASE("unpack ignores padding behind a gzip and reports anything else") {
  CHECK_FALSE(unpacked(gzip(xml))[0].trailing_bytes);
  CHECK_FALSE(unpacked(gzip(xml) + "\r\n\0 "s)[0].trailing_bytes);
  const std::vector<Document> documents = unpacked(gzip(xml) + "-- footer");
  CHECK(documents[0].trailing_bytes);
  CHECK(*documents[0].bytes == xml);
}

TEST_CASE("unpack tells broken gzip apart") {
  const std::string whole = gzip(xml);
  for (std::size_t size = 2; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(outcomes(whole.substr(0, size)) == Outcomes{"archive_truncated"});
  }
  std::string bad_crc = whole, bad_size = whole, bad_data = whole;
  bad_crc[whole.size() - 8] ^= 1;
  bad_size[whole.size() - 4] ^= 1;
  bad_data[10] = '\x07';
  CHECK(outcomes(bad_crc) == Outcomes{"crc"});
  CHECK(outcomes(bad_size) == Outcomes{"ok"});  // its only use would be an allocation nobody should make
  CHECK(outcomes(bad_data) == Outcomes{"archive_corrupt"});
  CHECK(outcomes("\x1f\x8b\x08\xff garbage that is no gzip at all, and a little more of it"s).size() == 1);
}

TEST_CASE("unpack skips what people's computers put into a zip") {
  CHECK(outcomes(zip({{"folder/", "", true},
                      {"__MACOSX/._a.xml", "x"},
                      {".DS_Store", "x"},
                      {"folder/.hidden", "x"},
                      {"Thumbs.db", "x"},
                      {"empty.xml", "", true},
                      {"a.xml", xml},
                      {"folder/b.xml", xml}})) == Outcomes{"ok", "ok"});
}

TEST_CASE("one bad zip entry does not cost its neighbours") {
  CHECK(outcomes(zip({{"a.xml", xml},
                      {"crypt.xml", xml, false, 1},
                      {"method.xml", xml, true, 0, 12},
                      {"large.xml", xml, false, 0, -1, 1LL << 31},
                      {"crc.xml", xml, false, 0, -1, -1, 1},
                      {"short.xml", xml, true, 0, -1, static_cast<std::int64_t>(xml.size()) - 5},
                      {"words.txt", "words"},
                      {"b.xml", xml, true}})) ==
        Outcomes{"ok", "encrypted", "unsupported_compression", "declared_size", "crc", "crc", "not_a_report", "ok"});
}

TEST_CASE("unpack notices a zip entry that is not as long as announced") {
  // A checksum that is right for the bytes minizip stops at.
  const std::string longer = xml + "      ";
  const auto crc =
      static_cast<std::int64_t>(crc32(0, reinterpret_cast<const Bytef*>(xml.data()), static_cast<uInt>(xml.size())));
  const Outcomes found = outcomes(zip({{"a.xml", xml, false, 0, -1, static_cast<std::int64_t>(longer.size()), crc}}));
  REQUIRE(found.size() == 1);
  CHECK((found[0] == "size_mismatch" || found[0] == "crc" || found[0] == "archive_corrupt"));
}

TEST_CASE("unpack refuses zip entries that share bytes") {
  ingest::Limits limits;
  CHECK(outcomes(zip({{"a.xml", xml}, {"b.xml", xml, false, 0, -1, -1, -1, 0}}), limits) == Outcomes{"overlap"});
}

TEST_CASE("a zip cut at every length is refused, never misread") {
  const std::string whole = zip({{"a.xml", xml}, {"b.xml", xml}});
  for (std::size_t size = 4; size < whole.size(); ++size) {
    const std::vector<Document> documents = unpacked(whole.substr(0, size));
    // Only the very end of the directory is not missed.
    if (size < whole.size() - 4) CHECK_FALSE(documents[0].bytes);
    for (const Document& document : documents) CHECK((!document.bytes || *document.bytes == xml));
  }
}

TEST_CASE("a zip with any byte changed is never a crash") {
  const std::string whole = zip({{"a.xml", xml}, {"b.xml", xml, true}});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      CHECK_FALSE(unpacked(changed).empty());
    }
  }
}

TEST_CASE("unpack holds every limit on both sides") {
  for (const int step : {-1, 0, 1}) {
    CAPTURE(step);
    const auto at = [step](std::size_t limit) { return limit + static_cast<std::size_t>(step); };
    const bool over = step > 0;
    Limits limits;

    limits.attachment_bytes = xml.size() - static_cast<std::size_t>(step);
    CHECK(outcomes(xml, limits)[0] == (over ? "attachment_too_large" : "ok"));

    limits = {};
    limits.document_bytes = 200'000;
    CHECK(outcomes(gzip(noise(at(200'000))), limits)[0] == (over ? "decompressed_size" : "ok"));
    CHECK(outcomes(zip({{"a.xml", noise(at(200'000))}}), limits)[0] == (over ? "declared_size" : "ok"));

    limits = {};
    limits.decompressed_bytes = 300'000;
    const std::string two = zip({{"a.xml", noise(100'000)}, {"b.xml", noise(at(200'000))}, {"c.txt", ""}});
    CHECK(outcomes(two, limits) == Outcomes{"ok", over ? "decompressed_size" : "ok"});

    limits = {};
    limits.decompressed_mail_bytes = 300'000;
    Budget budget(limits);
    CHECK(ingest::unpack(gzip(noise(100'000)), limits, budget)[0].bytes);
    CHECK(ingest::unpack(gzip(noise(at(200'000))), limits, budget)[0].bytes.has_value() == !over);

    limits = {};
    limits.archive_entries = 3;
    std::vector<tests::ZipFile> files(at(3), {"a.xml", xml});
    CHECK(outcomes(zip(files), limits).front() == (over ? "too_many_entries" : "ok"));

    limits = {};
    limits.reports = 3;
    CHECK(outcomes(zip(files), limits).back() == (over ? "too_many_reports" : "ok"));

    limits = {};
    std::string layers = xml;
    for (std::size_t i = 0; i < at(limits.archive_nesting); ++i) layers = gzip(layers);
    CHECK(outcomes(layers)[0] == (over ? "nested_archive" : "ok"));
  }
}

TEST_CASE("unpack stops a bomb at the ratio, long before the size") {
  const std::string bomb = gzip(xml + std::string(20'000'000, ' '));
  CHECK(outcomes(bomb) == Outcomes{"ratio"});
  CHECK(outcomes(zip({{"a.xml", xml + std::string(20'000'000, ' ')}})) == Outcomes{"ratio"});
  Limits generous;
  generous.ratio = 2000;
  CHECK(outcomes(bomb, generous) == Outcomes{"ok"});
  // The first MiB is free, however well it packs.
  CHECK(outcomes(gzip(xml + std::string(1'000'000, ' '))) == Outcomes{"ok"});
}

TEST_CASE("archives in archives cost the budget of their mail") {
  Limits limits;
  limits.archive_entries = 5;
  const std::string inner = zip({{"a.xml", xml}, {"b.xml", xml}});
  CHECK(outcomes(zip({{"1.zip", inner}, {"2.zip", inner}, {"3.zip", inner}}), limits).back() == "too_many_entries");
}

TEST_CASE("zips nested too deep are not opened") {
  const std::string third = zip({{"a.xml", xml}});
  const std::string second = zip({{"1.zip", third}, {"2.zip", third}});
  CHECK(outcomes(zip({{"1.zip", second}, {"a.xml", xml}})) == Outcomes{"nested_archive", "ok"});
}

TEST_CASE("unpack says what it found where it found no report") {
  const auto error = [](const std::string& bytes) {
    const std::vector<Document> documents = unpacked(bytes);
    REQUIRE(documents.size() == 1);
    REQUIRE_FALSE(documents[0].bytes);
    return documents[0].bytes.error().code + ": " + documents[0].bytes.error().message;
  };
  CHECK(error(gzip("unused")) == "not_a_report: no XML: 6 bytes of text");  // Yahoo, May 2023
  CHECK(error(zip({{"a.xml", "not xml"}})) == "xml_malformed: no XML: 7 bytes of text");
  CHECK(error("BZh91AY&SY") == "unsupported_compression: bzip2 is not supported");
  CHECK(error(gzip(std::string(257, 'a') + "ustar" + std::string(200, '\0'))) ==
        "unsupported_compression: tar is not supported");
  CHECK(error("") == "empty_attachment: 0 bytes");
  CHECK(error(gzip("")) == "empty_attachment: 0 bytes");
  CHECK(error(zip({})) == "empty_attachment: an archive without any file");
}

TEST_CASE("names of entries are display text, cut and without controls") {
  const std::vector<Document> documents = unpacked(zip({{"../../etc/\x1b[31m" + std::string(300, 'n') + ".xml", xml}}));
  REQUIRE(documents.size() == 1);
  CHECK(documents[0].bytes);
  CHECK(documents[0].name.size() <= 255);
  CHECK(documents[0].name.find('\x1b') == std::string::npos);
}
