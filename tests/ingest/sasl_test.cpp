#include "ingest/sasl.h"

#include "tests/support/catch.h"

using namespace ingest;

TEST_CASE("base64 is written and read at every length") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>(
      {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xff\xfe\xfd", "//79"}}));
  CHECK(base64(bytes) == text);
  CHECK(from_base64(text) == bytes);
  CHECK_FALSE(from_base64("Zm9v!"));
}

TEST_CASE("a password goes by PLAIN, a token by the best mechanism offered") {
  const Credentials password{"u", "p", ""};
  const Credentials token{"u", "", "t"};
  CHECK(choose_mechanism({"LOGIN", "PLAIN"}, password) == SaslMechanism::plain);
  CHECK_FALSE(choose_mechanism({"XOAUTH2"}, password));
  CHECK(choose_mechanism({"PLAIN", "XOAUTH2"}, token) == SaslMechanism::xoauth2);
  CHECK(choose_mechanism({"XOAUTH2", "OAUTHBEARER"}, token) == SaslMechanism::oauthbearer);
  // A token is no password, whatever else the server takes.
  CHECK_FALSE(choose_mechanism({"PLAIN", "LOGIN"}, token));
}

TEST_CASE("the initial responses are those of the RFCs") {
  const Credentials password{"tim", "tanstaaftanstaaf", ""};
  CHECK(from_base64(sasl_response(SaslMechanism::plain, password, "h", 1)) ==
        std::string("\0tim\0tanstaaftanstaaf", 21));
  const Credentials token{"some,user=x@example.com", "", "vF9d"};
  CHECK(from_base64(sasl_response(SaslMechanism::xoauth2, token, "h", 1)) ==
        "user=some,user=x@example.com\x01"
        "auth=Bearer vF9d\x01\x01");
  CHECK(from_base64(sasl_response(SaslMechanism::oauthbearer, token, "imap.example.com", 993)) ==
        "n,a=some=2Cuser=3Dx@example.com,\x01host=imap.example.com\x01port=993\x01"
        "auth=Bearer vF9d\x01\x01");
}

TEST_CASE("why a token was refused is told in one word") {
  CHECK(sasl_refusal(base64(R"({"status":"401","schemes":"bearer"})")) == "401");
  CHECK(sasl_refusal(base64(R"({"schemes":"x", "status" : "invalid_token"})")) == "invalid_token");
  CHECK(sasl_refusal(base64("{}")).empty());
  CHECK(sasl_refusal("no base64!").empty());
  CHECK(sasl_refusal("").empty());
  CHECK(sasl_answer_to_refusal(SaslMechanism::oauthbearer) == "AQ==");
  CHECK(sasl_answer_to_refusal(SaslMechanism::xoauth2).empty());
}
