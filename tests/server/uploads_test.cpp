// What reaches the writing side, and what its answers become.
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using server::UploadedAttachment;
using server::UploadedFile;
using tests::Api;

namespace {

struct Uploads : Api {
  std::vector<UploadedFile> got;
  std::vector<UploadedAttachment> becomes;

  Uploads() {
    context.upload = [this](std::vector<UploadedFile> files) -> schema::Result<std::vector<UploadedAttachment>> {
      got = std::move(files);
      return becomes;
    };
  }
  server::Response post(const std::string& body, std::map<std::string, std::string> headers = {},
                        const std::string& target = "/api/v1/reports") {
    auto request = tests::request(target, "POST");
    request.body = body;
    request.headers = std::move(headers);
    return respond(request);
  }
};

const UploadedAttachment stored = {"a.xml", schema::Outcome::stored, "", "", 7, std::nullopt};
const UploadedAttachment duplicate = {"a.xml", schema::Outcome::duplicate, "duplicate", "seen before", 7, std::nullopt};
const UploadedAttachment broken = {"a.xml", schema::Outcome::quarantined, "xml_truncated", "it ends", std::nullopt, 3};

}  // namespace

TEST_CASE("one file is a body, with its name beside it") {
  Uploads api;
  api.becomes = {stored};
  const auto response = api.post("<feedback/>", {}, "/api/v1/reports?name=a.xml");
  CHECK(response.status == 201);
  CHECK(tests::header(response, "Location") == "/api/v1/reports/7");
  const auto answer = nlohmann::json::parse(response.body);
  CHECK(answer["results"][0]["outcome"] == "stored");
  CHECK(answer["results"][0]["code"].is_null());
  CHECK(answer["results"][0]["report"] == "/api/v1/reports/7");
  REQUIRE(api.got.size() == 1);
  CHECK(api.got[0].name == "a.xml");
  CHECK(api.got[0].bytes == "<feedback/>");
  api.post("x", {{"content-disposition", "attachment; filename=\"b.gz\""}});
  CHECK(api.got[0].name == "b.gz");
}

TEST_CASE("a report that we had is 200, one that cannot be read 422") {
  Uploads api;
  api.becomes = {duplicate};
  CHECK(api.post("x").status == 200);
  api.becomes = {broken};
  const auto response = api.post("x");
  CHECK(response.status == 422);
  const auto answer = nlohmann::json::parse(response.body);
  CHECK(answer["results"][0]["code"] == "xml_truncated");
  CHECK(answer["results"][0]["failure"] == "/api/v1/ingest/failures/3");
  api.becomes = {broken, stored};
  CHECK(api.post("x").status == 201);
}

TEST_CASE("several files are one form and one answer") {
  Uploads api;
  api.becomes = {stored, broken};
  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=f; filename=1.xml\r\n\r\none\r\n"
      "--b\r\nContent-Disposition: form-data; name=f; filename=2.xml\r\n\r\ntwo\r\n--b--\r\n";
  const auto response = api.post(form, {{"content-type", "multipart/form-data; boundary=b"}});
  CHECK(response.status == 200);
  CHECK(nlohmann::json::parse(response.body)["results"].size() == 2);
  REQUIRE(api.got.size() == 2);
  CHECK(api.got[1].bytes == "two");
}

TEST_CASE("uploads that make no sense are refused") {
  Uploads api;
  CHECK(api.post("").status == 400);
  CHECK(api.post("x", {{"content-encoding", "gzip"}}).status == 415);
  CHECK(api.post("x", {{"content-type", "multipart/form-data; boundary=b"}}).status == 400);
  CHECK(api.post("--b--", {{"content-type", "multipart/form-data; boundary=b"}}).status == 400);
  CHECK(api.post("x", {}, "/api/v1/reports?nmae=a").status == 400);
  api.context.upload_bytes = 3;
  CHECK(api.post("1234").status == 413);
  api.becomes = {stored};
  CHECK(api.post("123").status == 201);
  CHECK(api.got.at(0).bytes == "123");
}

TEST_CASE("a writer that cannot write now is 503, and 507 without room") {
  Uploads api;
  api.context.upload = [](auto) { return schema::unavailable("locked", "somebody writes"); };
  CHECK(api.post("x").status == 503);
  for (const auto* code : {"disk_full", "disk_low"}) {
    api.context.upload = [code](auto) { return schema::unavailable(code, "no space"); };
    const auto response = api.post("x");
    CHECK(response.status == 507);
    CHECK(nlohmann::json::parse(response.body)["code"] == code);
  }
  api.context.upload = [](auto) { return schema::internal_error("corrupt", "a page is odd"); };
  const auto response = api.post("x");
  CHECK(response.status == 503);
  CHECK(nlohmann::json::parse(response.body)["code"] == "database_damaged");
}
