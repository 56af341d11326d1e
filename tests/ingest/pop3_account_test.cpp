// A mailbox on a POP3 server, behind a socket.
#include "ingest/pop3_account.h"

#include <ctime>
#include <map>
#include <mutex>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/loopback_server.h"

using namespace ingest;
using namespace std::chrono_literals;

namespace {

class Pop3Server {
 public:
  std::map<int, std::string> mails{{1, "one"}, {2, "two"}, {3, "three"}};
  std::set<int> withheld;  // that it does not give
  std::set<int> kept;      // that it does not delete
  int breaks_off_at = 0;   // closes the connection instead of giving this one
  bool refuses_logins = false;
  int port() const { return server_.port(); }
  int connections() const { return server_.connections(); }

 private:
  std::string answer(const std::string& line, std::set<int>& deleted) {
    const std::string name = line.substr(0, 4);
    const int number = line.size() > 5 ? std::atoi(line.c_str() + 5) : 0;
    if (name == "PASS" && refuses_logins) return "-ERR [AUTH] wrong\r\n";
    if (name == "USER" || name == "PASS") return "+OK\r\n";
    if (name == "UIDL" || name == "LIST") {
      std::string said = "+OK\r\n";
      for (const auto& [n, mail] : mails)
        said += std::to_string(n) + " " + (name == "UIDL" ? "uid" + mail : std::to_string(mail.size())) + "\r\n";
      return said + ".\r\n";
    }
    if (name == "RETR" && withheld.count(number) == 0) return "+OK\r\n" + mails[number] + "\r\n.\r\n";
    if (name == "DELE" && kept.count(number) == 0) {
      deleted.insert(number);
      return "+OK\r\n";
    }
    if (name == "QUIT") {
      for (const int gone : deleted) mails.erase(gone);
      return "+OK\r\n";
    }
    return "-ERR no\r\n";
  }
  void talk(const tests::LoopbackServer::Client& client) {
    client.say("+OK ready\r\n");
    std::set<int> deleted;
    std::string heard;
    for (std::string bytes; !(bytes = client.hear()).empty();) {
      heard += bytes;
      for (std::size_t end; (end = heard.find("\r\n")) != std::string::npos; heard.erase(0, end + 2)) {
        const std::string line = heard.substr(0, end);
        if (breaks_off_at > 0 && line == "RETR " + std::to_string(breaks_off_at)) return;
        client.say(answer(line, deleted));
        if (line == "QUIT") return;
      }
    }
  }

  tests::LoopbackServer server_{[this](const tests::LoopbackServer::Client& client) { talk(client); }};
};

struct World {
  World() {
    settings.name = "main";
    settings.protocol = MailProtocol::pop3;
    settings.host = "127.0.0.1";
    settings.tls = TlsMode::none;
    settings.port = server.port();
    find_final = [this](const std::string& kind, const std::string& origin) -> schema::Result<FinalMessages> {
      CHECK(kind == "pop3");
      CHECK(origin == "main");
      if (forgetful) return schema::internal_error("io_error", "The disk fails.");
      return stored;
    };
  }
  // All that is new, as a pass gives it; what is given counts as stored from then on.
  std::vector<std::string> pass(RemoteFolder& folder, Fate fate = Fate::done) {
    std::vector<std::string> positions;
    for (;;) {
      const auto message = folder.next();
      if (!message || !*message) return positions;
      positions.push_back((*message)->position);
      stored[(*message)->position] = {fate, read_at};
      CHECK(folder.mark_done(**message, fate));
    }
  }
  // The same with a login before, and with the deletions after.
  std::vector<std::string> whole_pass(std::size_t most = 0, Fate fate = Fate::done) {
    Pop3Account account(settings, limits, find_final, bell);
    REQUIRE(account.log_in({"u", "p", ""}));
    const auto folder = account.open("INBOX", most);
    const auto positions = pass(*folder, fate);
    CHECK(folder->finish());
    account.leave();
    return positions;
  }

  Pop3Server server;
  MailboxSettings settings;
  Limits limits;
  FinalMessages stored;
  bool forgetful = false;
  std::int64_t read_at = std::time(nullptr);
  FindFinal find_final;
  Bell bell;
};

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a pass over a POP3 mailbox gives what is new, once") {
  World world;
  CHECK(world.whole_pass(2) == Strings{"uidone", "uidtwo"});
  CHECK(world.whole_pass() == Strings{"uidthree"});
  CHECK(world.whole_pass().empty());
  CHECK(world.server.mails.size() == 3);
}

TEST_CASE("a mail is deleted by POP3 when it is stored and old enough, and not before") {
  World world;
  world.settings.afterwards.after = After::remove;
  world.settings.afterwards.delete_after_days = 7;
  world.read_at = std::time(nullptr) - 7 * 86400 + 600;
  world.whole_pass();
  CHECK(world.server.mails.size() == 3);
  for (auto& [position, message] : world.stored) message.read_at -= 700;
  world.stored["uidtwo"].fate = Fate::failed;  // somebody has to look at it yet
  world.server.kept = {3};                     // what the server keeps is its own affair
  world.whole_pass();
  CHECK(world.server.mails == std::map<int, std::string>{{2, "two"}, {3, "three"}});
}

TEST_CASE("a mail that a POP3 server does not give costs the others nothing") {
  World world;
  world.server.withheld = {2};
  Pop3Account account(world.settings, world.limits, world.find_final, world.bell);
  REQUIRE(account.log_in({"u", "p", ""}));
  const auto folder = account.open("INBOX", 0);
  CHECK(world.pass(*folder) == Strings{"uidone", "uidthree"});
  CHECK(folder->missed() == 1);
  CHECK(folder->complaint().find("cannot be had") != std::string::npos);
  CHECK(folder->progress().total == 3);
  CHECK_FALSE(folder->broken());
  CHECK_FALSE(folder->next_try());
}

TEST_CASE("a POP3 session that breaks off ends the pass, and nothing is deleted") {
  World world;
  world.settings.afterwards.after = After::remove;
  world.server.breaks_off_at = 2;
  Pop3Account account(world.settings, world.limits, world.find_final, world.bell);
  REQUIRE(account.log_in({"u", "p", ""}));
  const auto folder = account.open("INBOX", 0);
  CHECK(world.pass(*folder) == Strings{"uidone"});
  REQUIRE(folder->broken());
  CHECK(folder->broken()->code == "connection");
  CHECK(folder->next().value() == std::nullopt);
  CHECK_FALSE(folder->finish());
  account.leave();
  CHECK(world.server.mails.size() == 3);
  world.server.breaks_off_at = 0;
  CHECK(world.whole_pass() == Strings{"uidtwo", "uidthree"});
}

TEST_CASE("without the ledger no POP3 mail is asked for") {
  World world;
  world.forgetful = true;
  Pop3Account account(world.settings, world.limits, world.find_final, world.bell);
  REQUIRE(account.log_in({"u", "p", ""}));
  CHECK(account.look("INBOX").error().code == "io_error");
  const auto folder = account.open("INBOX", 0);
  CHECK(folder->next().error().code == "io_error");
  CHECK(folder->broken()->code == "io_error");
}

TEST_CASE("a look at a POP3 mailbox counts what is new") {
  World world;
  Pop3Account account(world.settings, world.limits, world.find_final, world.bell);
  REQUIRE(account.log_in({"u", "p", ""}));
  world.stored["uidtwo"] = {};
  const auto seen = account.look("INBOX");
  REQUIRE(seen);
  CHECK(seen->messages == 3);
  CHECK(seen->unread == 2);
  CHECK_FALSE(account.is_pushed());
}

TEST_CASE("a POP3 session is left while nothing is to do, and begun anew") {
  World world;
  Pop3Account account(world.settings, world.limits, world.find_final, world.bell);
  REQUIRE(account.log_in({"u", "p", ""}));
  CHECK(account.wait(in(10ms)).value() == false);
  CHECK(world.server.connections() == 2);
  world.bell.ring();
  CHECK(account.wait(in(60s)).value() == true);
  world.bell.take();
  world.server.refuses_logins = true;
  CHECK(account.wait(in(10ms)).error().code == "login_refused");
  account.leave();
  world.bell.ring_stop();
  CHECK(account.wait(in(60s)).value() == true);
  CHECK(world.server.connections() == 4);
}
