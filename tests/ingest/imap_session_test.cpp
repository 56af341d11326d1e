#include "ingest/imap_session.h"

#include "tests/support/catch.h"
#include "tests/support/fake_imap_server.h"

using namespace ingest;
using tests::FakeConnection;
using tests::FakeImapServer;

namespace {

const Credentials password{"user@example.com", "pa\"ss", ""};
const Credentials token{"user@example.com", "", "tok"};

ImapSession session_with(FakeImapServer& server) {
  return ImapSession(std::make_unique<FakeConnection>(server, 3));
}

}  // namespace

TEST_CASE("a password goes with AUTHENTICATE PLAIN, at once where the server allows") {
  FakeImapServer server;
  auto session = session_with(server);
  REQUIRE(session.login(password, "h", 993));
  CHECK(server.commands.at(1) == "AUTHENTICATE PLAIN " + sasl_response(SaslMechanism::plain, password, "h", 993));
  CHECK(session.can("MOVE"));
}

TEST_CASE("a password goes after the server has asked for it where it cannot come at once") {
  FakeImapServer server;
  server.capabilities = "IMAP4rev1 AUTH=PLAIN";
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command == "AUTHENTICATE PLAIN") return "+ \r\n";
    return std::nullopt;
  };
  REQUIRE(session_with(server).login(password, "h", 993));
  CHECK(server.commands.at(2) == sasl_response(SaslMechanism::plain, password, "h", 993));
}

TEST_CASE("a password beyond ASCII goes to LOGIN as a literal") {
  FakeImapServer server;
  server.capabilities = "IMAP4rev1";
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("LOGIN", 0) == 0) return "+ go on\r\n";
    return std::nullopt;
  };
  REQUIRE(session_with(server).login({"u", "pä", ""}, "h", 993));
  CHECK(server.commands.at(1) == "LOGIN \"u\" {3}");
  CHECK(server.commands.at(2) == "pä");
}

TEST_CASE("a password goes with LOGIN where there is nothing else, and never where that is disabled") {
  FakeImapServer server;
  server.capabilities = "IMAP4rev1";
  REQUIRE(session_with(server).login(password, "h", 993));
  CHECK(server.commands.at(1) == "LOGIN \"user@example.com\" \"pa\\\"ss\"");

  FakeImapServer disabled;
  disabled.capabilities = "IMAP4rev1 LOGINDISABLED";
  const auto refused = session_with(disabled).login(password, "h", 993);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "login_refused");
  CHECK(disabled.commands.size() == 1);
}

TEST_CASE("a token is never sent as a password") {
  FakeImapServer server;
  CHECK(session_with(server).login(token, "h", 993).error().code == "login_refused");
  CHECK(server.commands.size() == 1);
}

TEST_CASE("a refused login says why, and whether it may work later") {
  FakeImapServer server;
  std::string answer;
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("AUTHENTICATE", 0) == 0) return answer;
    return std::nullopt;
  };
  answer = "$ NO [AUTHENTICATIONFAILED] Wrong password\r\n";
  auto refused = session_with(server).login(password, "h", 993);
  CHECK(refused.error().code == "login_refused");
  CHECK(refused.error().message.find("Wrong password") != std::string::npos);
  CHECK(refused.error().message.find("pa\"ss") == std::string::npos);
  answer = "$ NO [UNAVAILABLE] Come again\r\n";
  CHECK(session_with(server).login(password, "h", 993).error().code == "login_later");
}

TEST_CASE("the reason for which a token is refused is told") {
  FakeImapServer server;
  server.capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR";
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("AUTHENTICATE", 0) == 0)
      return "+ " + base64(R"({"status":"invalid_token"})") + "\r\n$ NO no\r\n";
    return std::nullopt;
  };
  const auto refused = session_with(server).login(token, "h", 993);
  CHECK(refused.error().message.find("invalid_token") != std::string::npos);
  CHECK(refused.error().message.find("tok\"") == std::string::npos);
}

TEST_CASE("BYE, silence and nonsense end the session with a reason") {
  FakeImapServer server;
  std::string answer;
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    return command == "NOOP" ? std::optional(answer) : std::nullopt;
  };
  const auto code = [&](const std::string& said) {
    answer = said;
    return session_with(server).run("NOOP").error().code;
  };
  CHECK(code("* BYE shutting down\r\n") == "closed");
  CHECK(code("") == "timeout");
  CHECK(code("* OK half a li") == "timeout");
  CHECK(code("other OK done\r\n") == "imap_protocol");
  CHECK(code("$ NO no\r\n") == "refused");
  CHECK(code("$ BAD bad\r\n") == "refused");
  std::string flood;
  for (int i = 0; i <= 10000; ++i) flood += "* 1 RECENT\r\n";
  CHECK(code(flood + "$ OK\r\n") == "imap_protocol");
}

TEST_CASE("folders are selected by their name in UTF-8") {
  FakeImapServer server;
  server.folders["&U,BTFw-"];
  auto session = session_with(server);
  const auto folder = session.select("台北", true);
  REQUIRE(folder);
  CHECK(server.commands.back() == "EXAMINE \"&U,BTFw-\"");
  CHECK(folder->uidvalidity == 7);
  CHECK(folder->lasting_uids);
  CHECK(folder->read_only);
  CHECK(folder->keeps_flags.count("\\*") == 1);
  const auto missing = session.select("Nowhere", true);
  CHECK(missing.error().message.find("Nowhere") != std::string::npos);
  CHECK_FALSE(session.select("a\r\nb", true));
  CHECK_FALSE(session.select("\xff", true));
}

TEST_CASE("a folder without UIDVALIDITY, or that says so, has UIDs for one session only") {
  FakeImapServer server;
  server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("EXAMINE", 0) == 0) return "* OK [UIDVALIDITY 3]\r\n* NO [UIDNOTSTICKY]\r\n$ OK\r\n";
    if (command.rfind("SELECT", 0) == 0) return "* 0 EXISTS\r\n$ OK\r\n";
    return std::nullopt;
  };
  auto session = session_with(server);
  CHECK_FALSE(session.select("INBOX", true)->lasting_uids);
  CHECK_FALSE(session.select("INBOX", false)->lasting_uids);
}

TEST_CASE("a UIDVALIDITY that changes under a session ends it") {
  FakeImapServer server;
  auto session = session_with(server);
  REQUIRE(session.select("INBOX", true));
  server.say("* OK [UIDVALIDITY 8] new\r\n");
  CHECK(session.run("NOOP").error().code == "uidvalidity");
}

TEST_CASE("UIDs are listed in stretches whose answers fit into one line") {
  FakeImapServer server;
  for (std::uint32_t uid = 1; uid <= 12000; ++uid) server.inbox()[4000000000u + uid] = {};
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID SEARCH ", 0) != 0) return std::nullopt;
    const auto first = std::stoul(command.substr(11));
    const auto last = std::stoul(command.substr(command.find(':') + 1));
    std::string answer = "* SEARCH";
    for (auto n = first; n <= last; ++n) answer += " " + std::to_string(4000000000u + n);
    return answer + "\r\n$ OK\r\n";
  };
  auto session = ImapSession(std::make_unique<FakeConnection>(server));
  REQUIRE(session.select("INBOX", true));
  const auto uids = session.list_uids();
  REQUIRE(uids);
  CHECK(uids->size() == 12000);
  CHECK(server.commands.back() == "UID SEARCH 10001:12000 ALL");
}

TEST_CASE("UIDs come sorted, once each, without what is none") {
  FakeImapServer server;
  server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID SEARCH", 0) == 0) return "* SEARCH 9 0 3 x 9\r\n* SEARCH 4294967296 5\r\n$ OK\r\n";
    return std::nullopt;
  };
  auto session = session_with(server);
  REQUIRE(session.select("INBOX", true));
  CHECK(*session.list_uids() == std::vector<std::uint32_t>{3, 5, 9});
}

TEST_CASE("IDLE is given up within ten minutes, to be asked for anew") {
  FakeImapServer server;
  auto session = session_with(server);
  REQUIRE(session.login(password, "h", 993));
  REQUIRE(session.select("INBOX", true));
  REQUIRE(session.idle(in(std::chrono::hours(24))));
  CHECK(server.listened_until > in(std::chrono::minutes(5)));
  CHECK(server.listened_until < in(std::chrono::minutes(10)));
  CHECK(server.commands.back() == "IDLE");
}

TEST_CASE("IDLE ends when mail comes, when time is over, and is left properly") {
  FakeImapServer server;
  auto session = session_with(server);
  REQUIRE(session.login(password, "h", 993));
  REQUIRE(session.select("INBOX", true));
  const auto quiet = session.idle(in(std::chrono::milliseconds(1)));
  REQUIRE(quiet);
  CHECK_FALSE(*quiet);
  server.say("* OK Still here\r\n* 3 EXISTS\r\n");
  const auto news = session.idle(in(std::chrono::milliseconds(1)));
  REQUIRE(news);
  CHECK(*news);
  CHECK(session.run("NOOP"));
}
