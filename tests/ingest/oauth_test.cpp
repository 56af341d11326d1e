// Tokens from a server in clear on this machine; with TLS it is played end to end.
#include "ingest/oauth.h"

#include <deque>
#include <filesystem>
#include <mutex>

#include "ingest/https_form.h"
#include "ingest/secret_file.h"
#include "tests/support/catch.h"
#include "tests/support/loopback_server.h"
#include "tests/support/temporary_directory.h"

using namespace ingest;

namespace {

// Gives its answers in turn, and the last one for ever.
class Authority {
 public:
  explicit Authority(std::deque<std::pair<int, std::string>> answers) : answers_(std::move(answers)) {}
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/token"; }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void talk(const tests::LoopbackServer::Client& client) {
    std::string heard;
    std::size_t head = std::string::npos, length = 0;
    while (head == std::string::npos || heard.size() < head + 4 + length) {
      const std::string bytes = client.hear();
      if (bytes.empty()) return;
      heard += bytes;
      head = heard.find("\r\n\r\n");
      const auto at = heard.find("Content-Length: ");
      if (at != std::string::npos) length = std::stoul(heard.substr(at + 16));
    }
    const std::lock_guard lock(mutex_);
    asked_.push_back(heard.substr(head + 4));
    const auto [status, body] = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    client.say("HTTP/1.1 " + std::to_string(status) +
               " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  std::mutex mutex_;
  std::deque<std::pair<int, std::string>> answers_;
  std::vector<std::string> asked_;
  tests::LoopbackServer server_{[this](const tests::LoopbackServer::Client& client) { talk(client); }};
};

OAuthSettings settings_for(const Authority& authority) {
  OAuthSettings settings;
  settings.token_endpoint = settings.device_endpoint = authority.url();
  settings.client_id = "me & you";
  settings.client_secret = "s";
  settings.scope = "mail";
  return settings;
}

std::string code_of(const schema::Result<std::string>& token) {
  return token ? "token " + *token : token.error().code;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a token is asked for once, and again when it was refused") {
  Authority authority({{200, R"({"access_token":"a","expires_in":3600})"}, {200, R"({"access_token":"b"})"}});
  Bell bell;
  TokenSource tokens(settings_for(authority), "", bell);
  CHECK(code_of(tokens.token()) == "token a");
  CHECK(code_of(tokens.token()) == "token a");
  REQUIRE(authority.asked().size() == 1);
  const auto form = authority.asked().front();
  CHECK(contains(form, "grant_type=client_credentials"));
  CHECK(contains(form, "client_id=me%20%26%20you"));
  CHECK(contains(form, "client_secret=s"));
  tokens.forget();
  CHECK(code_of(tokens.token()) == "token b");
}

TEST_CASE("a refresh token that is replaced is kept in its file, and one that is not stays") {
  const tests::TemporaryDirectory directory;
  const auto file = directory / "refresh";
  REQUIRE(write_secret(file, "first"));
  Authority authority({{200, R"({"access_token":"a","refresh_token":"second"})"},
                       {200, R"({"access_token":"b","refresh_token":"second"})"},
                       {200, R"({"access_token":"c"})"},
                       {200, R"({"access_token":"d","refresh_token":"third"})"}});
  Bell bell;
  auto settings = settings_for(authority);
  settings.refresh_token_file = file;
  TokenSource tokens(settings, "", bell);
  for (const auto* expected : {"a", "b", "c"}) {
    CHECK(code_of(tokens.token()) == std::string("token ") + expected);
    CHECK(read_secret(file).value() == "second");
    tokens.forget();
  }
  CHECK(contains(authority.asked()[0], "refresh_token=first"));
  CHECK(contains(authority.asked()[1], "refresh_token=second"));
  // One that cannot be kept would be lost: the old one ends with this answer.
  const auto unwritable = file + ".new";
  REQUIRE(std::filesystem::create_directories(unwritable + "/x"));
  CHECK(code_of(tokens.token()) == "secret");
}

TEST_CASE("whether asking again helps is told apart") {
  const tests::TemporaryDirectory directory;
  Bell bell;
  const auto code = [&](int status, const std::string& body) {
    Authority authority({{status, body}});
    return code_of(TokenSource(settings_for(authority), "", bell).token());
  };
  for (const auto* error : {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope",
                            "unsupported_grant_type", "invalid_request"})
    CHECK(code(400, std::string(R"({"error":")") + error + R"("})") == "token_refused");
  CHECK(code(400, R"({"error":"temporarily_unavailable"})") == "token_later");
  CHECK(code(400, R"({"error":7})") == "token_later");
  CHECK(code(500, "<html>") == "token_later");
  CHECK(code(200, "[]") == "token_later");
  CHECK(code(200, R"({"access_token":""})") == "token_later");
  CHECK(code(302, "") == "token_later");
  CHECK(code(200, R"({"access_token":")" + std::string(300'000, 'x') + R"("})") == "token_later");

  Authority authority({{400, "{\"error\":\"invalid_grant\",\"error_description\":\"ex\\u001b[31mpired\"}"}});
  const auto refused = TokenSource(settings_for(authority), "", bell).token();
  CHECK(contains(refused.error().message, "invalid_grant: ex [31mpired"));
  auto settings = settings_for(authority);
  settings.client_secret_file = directory / "none";
  CHECK(code_of(TokenSource(settings, "", bell).token()) == "secret");
  settings.client_secret_file.clear();
  settings.refresh_token_file = directory / "none";
  CHECK(code_of(TokenSource(settings, "", bell).token()) == "secret");
}

TEST_CASE("secrets in clear go to this machine only, and a program that ends asks nobody") {
  Bell bell;
  const auto elsewhere = post_form("http://192.0.2.1/token", {{"a", "b"}}, "", bell);
  REQUIRE_FALSE(elsewhere);
  CHECK(contains(elsewhere.error().message, "https addresses only"));
  CHECK(post_form("ftp://127.0.0.1/", {}, "", bell).error().code == "http");
  Authority authority({{200, "{}"}});
  const auto port = std::stoi(authority.url().substr(17));
  CHECK_FALSE(post_form("https://127.0.0.1:" + std::to_string(port) + "/", {}, "", bell));
  bell.ring_stop();
  CHECK_FALSE(post_form(authority.url(), {}, "", bell));
}

TEST_CASE("a command gives tokens, too") {
  Bell bell;
  const auto code = [&](const std::string& command) { return code_of(TokenSource({}, command, bell).token()); };
  CHECK(code("printf 'a\\nb\\n'") == "token a");
  CHECK(code("true") == "token_later");
  CHECK(code("exit 2") == "token_later");
  CHECK(code("kill -9 $$") == "token_later");
  bell.ring_stop();
  CHECK(code("sleep 60") == "token_later");
}

TEST_CASE("the device flow shows a code and waits until it was used") {
  Authority authority(
      {{200, R"({"device_code":"d","user_code":"U-1","verification_url":"https://a.example/","interval":0})"},
       {400, R"({"error":"authorization_pending"})"},
       {200, R"({"access_token":"a","refresh_token":"r"})"}});
  Bell bell;
  std::string shown;
  const auto token = device_flow(settings_for(authority), bell,
                                 [&](const DeviceCode& code) { shown = code.user_code + " " + code.verification_uri; });
  CHECK(code_of(token) == "token r");
  CHECK(shown == "U-1 https://a.example/");
  REQUIRE(authority.asked().size() == 3);
  CHECK(contains(authority.asked()[2], "device_code=d"));
}

TEST_CASE("a device flow that leads nowhere says why") {
  const std::string begun =
      R"({"device_code":"d","user_code":"U","verification_uri":"https://a.example/","interval":0)";
  Bell bell;
  const auto code = [&](std::deque<std::pair<int, std::string>> answers) {
    Authority authority(std::move(answers));
    return code_of(device_flow(settings_for(authority), bell, [](const auto&) {}));
  };
  CHECK(code({{400, R"({"error":"invalid_client"})"}}) == "token_refused");
  CHECK(code({{200, R"({"user_code":"U"})"}}) == "token_refused");
  CHECK(code({{200, begun + "}"}, {400, R"({"error":"access_denied"})"}}) == "token_refused");
  CHECK(code({{200, begun + "}"}, {200, R"({"access_token":"a"})"}}) == "token_refused");
  CHECK(code({{200, begun + R"(,"expires_in":0})"}}) == "token_later");
  bell.ring_stop();
  CHECK(code({{200, begun + "}"}}) != "token r");
}
