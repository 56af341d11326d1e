#include "ingest/imap_mailbox.h"

#include "tests/support/catch.h"
#include "tests/support/fake_imap_server.h"

using namespace ingest;
using tests::FakeConnection;
using tests::FakeImapServer;

namespace {

// A database that remembers nothing but outcomes.
struct Outcomes {
  std::map<std::string, FinalMessages> by_origin;
  FindFinal find() {
    return [this](const std::string&, const std::string& origin) {
      return schema::Result<FinalMessages>(by_origin[origin]);
    };
  }
};

struct Pass {
  std::vector<std::string> positions;
  std::optional<schema::Error> error;
  std::string complaint;
};

// Fates by the first letter of the body: d, f, o.
Pass pass(FakeImapServer& server, Outcomes& outcomes, ImapMemory& memory, const ImapMailbox::Plan& plan,
          std::int64_t read_at = 0) {
  ImapSession session(std::make_unique<FakeConnection>(server));
  REQUIRE(session.login({"u", "p", ""}, "h", 993));
  static const Limits limits;
  ImapMailbox mailbox(session, memory, plan, limits, outcomes.find());
  Pass result;
  std::vector<Message> messages;
  for (;;) {
    auto message = mailbox.next();
    if (!message) {
      result.error = message.error();
      break;
    }
    if (!*message) break;
    messages.push_back(std::move(**message));
  }
  for (const Message& message : messages) {
    const char letter = message.bytes.at(0);
    const Fate fate = letter == 'f' ? Fate::failed : letter == 'o' ? Fate::other : Fate::done;
    outcomes.by_origin[message.origin][message.position] = {fate, read_at};
    result.positions.push_back(message.position);
    CHECK(message.kind == "imap");
    CHECK(mailbox.mark_done(message, fate));
  }
  if (!result.error) static_cast<void>(mailbox.finish());
  if (mailbox.broken()) result.error = mailbox.broken();
  result.complaint = mailbox.complaint();
  return result;
}
Pass pass(FakeImapServer& server, Outcomes& outcomes, const ImapMailbox::Plan& plan) {
  ImapMemory memory;
  return pass(server, outcomes, memory, plan);
}

ImapMailbox::Plan plan(After after) {
  ImapMailbox::Plan plan;
  plan.mailbox = "main";
  plan.folder = "INBOX";
  plan.afterwards.after = after;
  plan.afterwards.done_folder = "Done";
  plan.afterwards.failed_folder = "Failed";
  return plan;
}

FakeImapServer server_with_three() {
  FakeImapServer server;
  server.inbox()[3].bytes = "done";
  server.inbox()[5].bytes = "failed";
  server.inbox()[8].bytes = "other";
  return server;
}

}  // namespace

TEST_CASE("a pass reads what the ledger lacks, whatever is marked as read") {
  auto server = server_with_three();
  server.inbox()[3].flags = {"\\Seen"};
  Outcomes outcomes;
  CHECK(pass(server, outcomes, plan(After::keep)).positions == std::vector<std::string>{"3", "5", "8"});
  CHECK(outcomes.by_origin.count("main/INBOX;UIDVALIDITY=7") == 1);
  CHECK(pass(server, outcomes, plan(After::keep)).positions.empty());
  // A mail that turns up below the others is news as well.
  server.inbox()[4].bytes = "late";
  CHECK(pass(server, outcomes, plan(After::keep)).positions == std::vector<std::string>{"4"});
  // A folder made anew is read anew.
  server.uidvalidity = 9;
  CHECK(pass(server, outcomes, plan(After::keep)).positions.size() == 4);
}

TEST_CASE("after = keep opens the folder for reading only") {
  auto server = server_with_three();
  Outcomes outcomes;
  pass(server, outcomes, plan(After::keep));
  CHECK(server.count("SELECT") == 0);
  CHECK(server.count("UID STORE") == 0);
  CHECK(server.inbox().size() == 3);
}

TEST_CASE("after = move puts what is done and what failed into their folders, which it makes") {
  auto server = server_with_three();
  Outcomes outcomes;
  pass(server, outcomes, plan(After::move));
  CHECK(server.folders["Done"].size() == 1);
  CHECK(server.folders["Done"].begin()->second.bytes == "done");
  CHECK(server.folders["Failed"].begin()->second.bytes == "failed");
  CHECK(server.inbox().size() == 1);
  CHECK(server.inbox().count(8) == 1);
}

TEST_CASE("mails are moved while others are under way, and no answer is waited for twice") {
  FakeImapServer server;
  for (std::uint32_t uid = 1; uid <= 350; ++uid) server.inbox()[uid].bytes = "done";
  Outcomes outcomes;
  ImapMemory memory;
  ImapSession session(std::make_unique<FakeConnection>(server));
  REQUIRE(session.login({"u", "p", ""}, "h", 993));
  const auto moving = plan(After::move);
  const Limits limits;
  ImapMailbox mailbox(session, memory, moving, limits, outcomes.find());
  std::size_t given = 0;
  for (;; ++given) {
    const auto message = mailbox.next();
    REQUIRE(message);
    if (!*message) break;
    REQUIRE(mailbox.mark_done(**message, Fate::done));
  }
  CHECK(given == 350);
  CHECK(mailbox.finish());
  CHECK(server.inbox().empty());
  CHECK(server.folders["Done"].size() == 350);
}

TEST_CASE("without MOVE mails are copied, marked and expunged by their UIDs only") {
  auto server = server_with_three();
  server.capabilities = "IMAP4rev1 UIDPLUS AUTH=PLAIN";
  server.inbox()[8].flags = {"\\Deleted"};  // by somebody else
  Outcomes outcomes;
  pass(server, outcomes, plan(After::move));
  CHECK(server.count("UID MOVE") == 0);
  CHECK(server.folders["Done"].size() == 1);
  CHECK(server.inbox().size() == 1);
  CHECK(server.inbox().count(8) == 1);

  auto old = server_with_three();
  old.capabilities = "IMAP4rev1 AUTH=PLAIN";
  Outcomes others;
  pass(old, others, plan(After::move));
  CHECK(old.count("EXPUNGE") == 0);
  CHECK(old.count("UID EXPUNGE") == 0);
  CHECK(old.inbox()[3].flags.count("\\Deleted") == 1);
}

TEST_CASE("what a crash left undone in the folder is done by the next pass") {
  auto server = server_with_three();
  Outcomes outcomes;
  outcomes.by_origin["main/INBOX;UIDVALIDITY=7"] = {{"3", {Fate::done, 0}}, {"5", {Fate::failed, 0}}};
  CHECK(pass(server, outcomes, plan(After::move)).positions == std::vector<std::string>{"8"});
  CHECK(server.folders["Done"].size() == 1);
  CHECK(server.folders["Failed"].size() == 1);
}

TEST_CASE("after = seen marks reports, each once, and leaves other mail alone") {
  auto server = server_with_three();
  Outcomes outcomes;
  pass(server, outcomes, plan(After::seen));
  CHECK(server.inbox()[3].flags.count("\\Seen") == 1);
  CHECK(server.inbox()[5].flags.count("\\Seen") == 1);
  CHECK(server.inbox()[8].flags.empty());
  const auto stores = server.count("UID STORE");
  pass(server, outcomes, plan(After::seen));
  CHECK(server.count("UID STORE") == stores);
}

TEST_CASE("after = keyword needs a server that keeps keywords") {
  auto server = server_with_three();
  Outcomes outcomes;
  CHECK(pass(server, outcomes, plan(After::keyword)).complaint.empty());
  CHECK(server.inbox()[3].flags.count("$DmarcIngested") == 1);

  auto forgetful = server_with_three();
  forgetful.permanent_flags = "\\Seen";
  Outcomes others;
  const auto result = pass(forgetful, others, plan(After::keyword));
  CHECK_FALSE(result.error);
  CHECK(result.complaint.find("keywords") != std::string::npos);
  CHECK(forgetful.count("UID STORE") == 0);
}

TEST_CASE("after = delete waits until a mail is old enough, and goes by UID") {
  auto server = server_with_three();
  auto remove = plan(After::remove);
  remove.afterwards.delete_after_days = 35;
  remove.afterwards.failed_folder.clear();
  Outcomes outcomes;
  ImapMemory memory;
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  pass(server, outcomes, memory, remove, now - 34 * 86400);
  pass(server, outcomes, memory, remove);
  CHECK(server.inbox().size() == 3);
  outcomes.by_origin["main/INBOX;UIDVALIDITY=7"]["3"].read_at = now - 36 * 86400;
  pass(server, outcomes, memory, remove);
  CHECK(server.inbox().size() == 2);
  CHECK(server.inbox().count(3) == 0);
  CHECK(server.count("EXPUNGE") == 0);
}

TEST_CASE("a move that is refused stops nothing, and is told") {
  auto server = server_with_three();
  server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID MOVE", 0) == 0) return "$ NO [OVERQUOTA] full\r\n";
    return std::nullopt;
  };
  Outcomes outcomes;
  const auto result = pass(server, outcomes, plan(After::move));
  CHECK_FALSE(result.error);
  CHECK(result.complaint.find("full") != std::string::npos);
  CHECK(server.inbox().size() == 3);
}

TEST_CASE("a mail on which the session breaks twice is fetched alone, after the others") {
  FakeImapServer server;
  for (const std::uint32_t uid : {1u, 2u, 3u}) server.inbox()[uid].bytes = "done";
  server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID FETCH", 0) == 0 && command.find("BODY") != std::string::npos &&
        (command[10] == '1' && command[11] == ':'))
      return "* BYE\r\n";
    return std::nullopt;
  };
  Outcomes outcomes;
  ImapMemory memory;
  CHECK(pass(server, outcomes, memory, plan(After::keep)).error);
  CHECK(memory.troubles().size() == 3);
  memory.failed(1, "x", true);
  memory.failed(2, "x", true);
  memory.failed(3, "x", true);
  // Not at once: each has its time to wait.
  CHECK(pass(server, outcomes, memory, plan(After::keep)).positions.empty());
}

TEST_CASE("a mail that cannot be had is tried again later, and the folder goes on") {
  auto server = server_with_three();
  server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID FETCH 5 (UID BODY", 0) == 0) return "$ NO broken\r\n";
    if (command.rfind("UID FETCH 3,5,8 (UID BODY", 0) == 0) return "$ NO broken\r\n";
    return std::nullopt;
  };
  Outcomes outcomes;
  ImapMemory memory;
  CHECK(pass(server, outcomes, memory, plan(After::keep)).positions == std::vector<std::string>{"3", "8"});
  REQUIRE(memory.trouble(5) != nullptr);
  CHECK(memory.trouble(5)->why.find("broken") != std::string::npos);
  server.inbox().erase(5);
  pass(server, outcomes, memory, plan(After::keep));
  CHECK(memory.trouble(5) == nullptr);
}

TEST_CASE("a pass can be limited to some mails") {
  auto server = server_with_three();
  auto limited = plan(After::keep);
  limited.most = 2;
  Outcomes outcomes;
  CHECK(pass(server, outcomes, limited).positions == std::vector<std::string>{"3", "5"});
  CHECK(pass(server, outcomes, limited).positions == std::vector<std::string>{"8"});
}
