#include "ingest/imap_fetch.h"

#include "tests/support/catch.h"
#include "tests/support/fake_imap_server.h"

using namespace ingest;
using tests::FakeConnection;
using tests::FakeImapServer;

namespace {

Limits small_limits() {
  Limits limits;
  limits.mail_bytes = 10000;
  return limits;
}
const ImapFetchWindow small_window{4, 1000, 10, 1000, 64, 5};

struct Fetched {
  std::map<std::uint32_t, ImapMail> mails;
  std::map<std::uint32_t, std::string> missed;
  std::optional<schema::Error> error;
  std::vector<std::uint32_t> under_way;
};

Fetched fetch(FakeImapServer& server, const std::vector<std::uint32_t>& uids, bool alone = false,
              std::optional<std::uint32_t> undoubted = {}) {
  ImapSession session(std::make_unique<FakeConnection>(server, 700));
  REQUIRE(session.select("INBOX", true));
  const Limits limits = small_limits();
  ImapFetcher fetcher(session, limits, small_window);
  if (undoubted) fetcher.take_as_it_is(*undoubted);
  fetcher.ask(uids, alone);
  Fetched fetched;
  for (;;) {
    auto mail = fetcher.next();
    if (!mail) {
      fetched.error = mail.error();
      fetched.under_way = fetcher.under_way();
      break;
    }
    if (!*mail) break;
    CHECK(fetched.mails.count((*mail)->uid) == 0);
    fetched.mails[(*mail)->uid] = std::move(**mail);
  }
  fetched.missed = fetcher.missed();
  return fetched;
}

std::string mail_of(std::size_t bytes, char fill = 'x') {
  return "Subject: s\r\n\r\n" + std::string(bytes - 14, fill);
}

}  // namespace

TEST_CASE("mails of every size come whole, and none is marked as read") {
  FakeImapServer server;
  std::vector<std::uint32_t> uids;
  for (std::uint32_t uid = 1; uid <= 60; ++uid) {
    server.inbox()[uid * 3].bytes = mail_of(uid * 37 % 900 + 100, static_cast<char>('a' + uid % 26));
    uids.push_back(uid * 3);
  }
  for (const std::size_t size : {999, 1000, 1001, 2000, 3000, 5500, 9999, 10000}) {
    const auto uid = static_cast<std::uint32_t>(1000 + size);
    server.inbox()[uid].bytes = mail_of(size, 'L');
    uids.push_back(uid);
  }
  const auto fetched = fetch(server, uids);
  CHECK_FALSE(fetched.error);
  CHECK(fetched.missed.empty());
  REQUIRE(fetched.mails.size() == uids.size());
  for (const auto& [uid, mail] : fetched.mails) {
    CHECK(mail.bytes == server.inbox()[uid].bytes);
    CHECK_FALSE(mail.too_large);
  }
  for (const auto& command : server.commands) CHECK(command.find("BODY[") == std::string::npos);
}

TEST_CASE("of a mail that is too large only the beginning is fetched") {
  FakeImapServer server;
  server.inbox()[5].bytes = mail_of(10001);
  const auto fetched = fetch(server, {5});
  REQUIRE(fetched.mails.count(5) == 1);
  CHECK(fetched.mails.at(5).too_large);
  CHECK(fetched.mails.at(5).size == 10001);
  CHECK(fetched.mails.at(5).bytes.size() == 64);
}

TEST_CASE("a server may lie about sizes, mails still come whole") {
  FakeImapServer server;
  server.inbox()[1] = {mail_of(500), {}, 10};     // more comes than was said
  server.inbox()[2] = {mail_of(500), {}, 600};    // less
  server.inbox()[3] = {mail_of(2500), {}, 900};   // small by its word, large in truth
  server.inbox()[4] = {mail_of(2500), {}, 4000};  // large, and less than was said
  server.inbox()[5] = {mail_of(2500), {}, 1500};
  server.inbox()[6] = {mail_of(9000), {}, 20000};  // too large by its word only
  server.inbox()[7] = {mail_of(12000), {}, 100};   // too large in truth
  const auto fetched = fetch(server, {1, 2, 3, 4, 5, 6, 7});
  CHECK_FALSE(fetched.error);
  server.inbox()[8] = {mail_of(500), {}, 1000000000};
  const auto grossly = fetch(server, {8});
  CHECK(grossly.mails.at(8).bytes == mail_of(500));
  for (const std::uint32_t uid : {1u, 2u, 3u, 4u, 5u, 6u}) {
    CAPTURE(uid);
    REQUIRE(fetched.mails.count(uid) == 1);
    CHECK(fetched.mails.at(uid).bytes == server.inbox()[uid].bytes);
  }
  CHECK_FALSE(fetched.mails.at(6).too_large);
  CHECK(fetched.mails.at(7).too_large);
}

TEST_CASE("a mail cut short by the server is completed") {
  FakeImapServer server;
  server.inbox()[1].bytes = mail_of(800);
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command != "UID FETCH 1 (UID BODY.PEEK[])") return std::nullopt;
    return "* 1 FETCH (UID 1 BODY[] {300}\r\n" + mail_of(800).substr(0, 300) + ")\r\n$ OK\r\n";
  };
  const auto fetched = fetch(server, {1});
  REQUIRE(fetched.mails.count(1) == 1);
  CHECK(fetched.mails.at(1).bytes == mail_of(800));
}

TEST_CASE("what a server does not send is missed, never taken for a mail") {
  FakeImapServer server;
  server.inbox()[1].bytes = mail_of(100);
  server.inbox()[2].bytes = mail_of(100);
  const std::string answer =
      GENERATE(as<std::string>(), "$ OK nothing\r\n", "* 1 FETCH (UID 1)\r\n$ OK\r\n",
               "* 1 FETCH (UID 1 BODY[] NIL)\r\n$ OK\r\n", "* 1 FETCH (UID 1 BODY[] \"\")\r\n$ OK\r\n",
               "* 1 FETCH (UID 9 BODY[] \"another\")\r\n$ OK\r\n", "* 1 FETCH (BODY[] \"whose?\")\r\n$ OK\r\n",
               "* 1 FETCH (UID 1 BODY[]<5> \"not asked\")\r\n$ OK\r\n", "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n$ OK\r\n",
               "$ NO try later\r\n", "$ BAD what\r\n");
  CAPTURE(answer);
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID FETCH 1 (UID BODY", 0) == 0) return answer;
    if (command.rfind("UID FETCH 1:2 (UID BODY", 0) == 0) return "$ NO one of them\r\n";
    return std::nullopt;
  };
  const auto fetched = fetch(server, {1, 2});
  CHECK_FALSE(fetched.error);
  CHECK(fetched.mails.count(1) == 0);
  CHECK(fetched.mails.count(2) == 1);
  REQUIRE(fetched.missed.count(1) == 1);
  CHECK_FALSE(fetched.missed.at(1).empty());
}

TEST_CASE("the end of a mail that a server does not prove is believed only in the end") {
  FakeImapServer server;
  server.inbox()[1] = {mail_of(500), {}, 600};
  server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.find("<500.") != std::string::npos) return "$ BAD no pieces here\r\n";
    return std::nullopt;
  };
  CHECK(fetch(server, {1}).missed.count(1) == 1);
  CHECK(fetch(server, {1}, true, 1).mails.at(1).bytes == mail_of(500));
}

TEST_CASE("the note that Exchange sends in place of a mail is not the mail") {
  FakeImapServer server;
  server.inbox()[1].bytes = "Subject: Retrieval using the IMAP4 protocol failed for the following message: 12\r\n\r\nx";
  CHECK(fetch(server, {1}).missed.count(1) == 1);
  CHECK(fetch(server, {1}, false, 1).mails.count(1) == 1);
}

TEST_CASE("messages that vanish are missed, the others come") {
  FakeImapServer server;
  server.inbox()[2].bytes = mail_of(100);
  const auto fetched = fetch(server, {1, 2, 3});
  CHECK(fetched.mails.size() == 1);
  CHECK(fetched.missed.size() == 2);
}

TEST_CASE("mails that are asked for alone go one after another") {
  FakeImapServer server;
  for (const std::uint32_t uid : {1u, 2u, 3u}) server.inbox()[uid].bytes = mail_of(100);
  CHECK(fetch(server, {1, 2, 3}, true).mails.size() == 3);
  CHECK(server.count("UID FETCH 2 (UID RFC822.SIZE") == 1);
  CHECK(server.count("UID FETCH 2 (UID BODY.PEEK[]") == 1);
}

TEST_CASE("when the session ends in a fetch, what was under way is known") {
  FakeImapServer server;
  for (const std::uint32_t uid : {1u, 2u, 3u}) server.inbox()[uid].bytes = mail_of(600);
  server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command == "UID FETCH 2 (UID BODY.PEEK[])") return "* BYE I cannot\r\n";
    return std::nullopt;
  };
  const auto fetched = fetch(server, {1, 2, 3});
  REQUIRE(fetched.error);
  CHECK(fetched.mails.count(1) == 1);
  CHECK(fetched.under_way == std::vector<std::uint32_t>{2, 3});
}

TEST_CASE("a server that sends far more than it announced is stopped") {
  FakeImapServer server;
  std::vector<std::uint32_t> uids;
  for (std::uint32_t uid = 1; uid <= 9; ++uid) {
    server.inbox()[uid] = {mail_of(10000), {}, 10};
    uids.push_back(uid);
  }
  const auto fetched = fetch(server, uids);
  REQUIRE((fetched.error || fetched.mails.size() == 9));
}
