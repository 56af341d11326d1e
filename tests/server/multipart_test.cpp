#include "server/api/multipart.h"

#include "tests/support/catch.h"

using server::multipart_files;

namespace {

const std::string content_type = "multipart/form-data; boundary=XX";

std::string part(const std::string& disposition, const std::string& bytes) {
  return "--XX\r\nContent-Disposition: " + disposition + "\r\nContent-Type: text/xml\r\n\r\n" + bytes + "\r\n";
}

const std::string good = part("form-data; name=\"files\"; filename=\"a.xml\"", "<feedback/>") +
                         part("form-data; name=\"note\"", "ignored") +
                         part("form-data; name=files; filename=\"b \\\"c\\\".gz\"",
                              "\r\n--X\r\nbytes\0"
                              "--") +
                         "--XX--\r\n";

}  // namespace

TEST_CASE("the files of a form come with their names and exact bytes") {
  const auto files = multipart_files(content_type, good, 10);
  REQUIRE(files);
  REQUIRE(files->size() == 2);
  CHECK(files->at(0).name == "a.xml");
  CHECK(files->at(0).bytes == "<feedback/>");
  CHECK(files->at(1).name == "b \"c\".gz");
  CHECK(files->at(1).bytes == "\r\n--X\r\nbytes");
}

TEST_CASE("a form cut short anywhere is refused") {
  // The two bytes after the last boundary are not missed.
  for (std::size_t length = 0; length + 3 <= good.size(); ++length) {
    INFO(length);
    const auto files = multipart_files(content_type, good.substr(0, length), 10);
    REQUIRE_FALSE(files);
    CHECK(files.error().code == "bad_multipart");
  }
}

TEST_CASE("a form that is not well-formed is refused as a whole") {
  CHECK_FALSE(multipart_files("multipart/form-data", good, 10));
  CHECK_FALSE(multipart_files("multipart/form-data; boundary=" + std::string(71, 'x'), good, 10));
  CHECK_FALSE(multipart_files(content_type, "--XXjunk\r\n\r\n\r\n--XX--", 10));
  CHECK_FALSE(multipart_files(content_type, part("attachment; filename=x", "y") + "--XX--", 10));
  CHECK_FALSE(multipart_files(content_type, "--XX\r\n" + std::string(5000, 'h') + "\r\n\r\nx\r\n--XX--", 10));
}

TEST_CASE("more files than allowed are too many") {
  const auto files = multipart_files(content_type, good, 1);
  REQUIRE_FALSE(files);
  CHECK(files.error().code == "too_many_files");
  CHECK(files.error().kind == schema::ErrorKind::too_large);
}

TEST_CASE("parameters of headers are read quoted or not") {
  CHECK(server::header_parameter("form-data; name=a; filename=\"b;c\"", "filename") == "b;c");
  CHECK(server::header_parameter("multipart/form-data; Boundary=abc", "boundary") == "abc");
  CHECK(server::header_parameter("form-data; x; name = \"y\"", "name") == "y");
  CHECK(server::header_parameter("form-data", "name").empty());
  CHECK(server::header_parameter("form-data; name=\"open", "name") == "open");
  CHECK(server::is_multipart("Multipart/Form-Data; boundary=x"));
  CHECK_FALSE(server::is_multipart("multipart/form-datax"));
}
