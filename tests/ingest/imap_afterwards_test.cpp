#include "ingest/imap_afterwards.h"

#include "tests/support/catch.h"
#include "tests/support/fake_imap_server.h"

using namespace ingest;
using tests::FakeConnection;
using tests::FakeImapServer;

namespace {

constexpr std::int64_t day = 86400;

// Logged in, with three mails in a folder that is selected for writing.
struct World {
  explicit World(const std::string& more = " UIDPLUS MOVE") {
    server.capabilities = "IMAP4rev1 AUTH=PLAIN SASL-IR" + more;
    for (const std::uint32_t uid : {3, 5, 8}) server.inbox()[uid].bytes = "mail";
    plan.done_folder = "Done";
    plan.failed_folder = "Failed";
    session.emplace(std::make_unique<FakeConnection>(server));
    REQUIRE(session->login({"u", "p", ""}, "h", 993));
    folder = session->select("INBOX", false).value();
  }
  std::string apply(After after, Fate fate, const std::vector<std::uint32_t>& uids = {3, 8}) {
    plan.after = after;
    const auto done = ImapAfterwardsWork(*session, folder, plan).apply(fate, uids);
    return done ? "" : done.error().code;
  }
  std::vector<std::uint32_t> uids() {
    std::vector<std::uint32_t> left;
    for (const auto& [uid, mail] : server.inbox()) left.push_back(uid);
    return left;
  }

  FakeImapServer server;
  ImapAfterwards plan;
  std::optional<ImapSession> session;
  ImapFolder folder;
};

using Uids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("which mails are touched afterwards is what the settings say") {
  World world;
  const auto concerns = [&](After after, Fate fate, std::int64_t age = 0) {
    world.plan.after = after;
    return ImapAfterwardsWork(*world.session, world.folder, world.plan).concerns(fate, age);
  };
  for (const auto fate : {Fate::done, Fate::failed, Fate::other}) {
    CHECK_FALSE(concerns(After::keep, fate));
    CHECK(concerns(After::seen, fate) == (fate != Fate::other));
    CHECK(concerns(After::keyword, fate) == (fate != Fate::other));
    CHECK(concerns(After::move, fate) == (fate != Fate::other));  // no folder for those
  }
  world.plan.delete_after_days = 7;
  CHECK_FALSE(concerns(After::remove, Fate::done, 7 * day - 1));
  CHECK(concerns(After::remove, Fate::done, 7 * day));
  CHECK(concerns(After::remove, Fate::failed));
  CHECK_FALSE(concerns(After::remove, Fate::other, 100 * day));
  world.plan.other_folder = "Other";
  CHECK(concerns(After::move, Fate::other));
  world.plan.failed_folder = "";
  CHECK_FALSE(concerns(After::remove, Fate::failed));
}

TEST_CASE("what may be undone is asked for in the words of the mark") {
  World world;
  const auto undone = [&](After after) {
    world.plan.after = after;
    return ImapAfterwardsWork(*world.session, world.folder, world.plan).undone();
  };
  CHECK(undone(After::seen) == "UNSEEN");
  CHECK(undone(After::keyword) == "UNKEYWORD $DmarcIngested");
  CHECK(undone(After::move) == "ALL");
}

TEST_CASE("mails are marked, and where that is not possible it is refused and they stay") {
  World world;
  CHECK(world.apply(After::seen, Fate::done) == "");
  CHECK(world.server.inbox()[3].flags.count("\\Seen") == 1);
  CHECK(world.server.inbox()[5].flags.empty());
  CHECK(world.apply(After::keyword, Fate::done) == "");
  CHECK(world.server.inbox()[8].flags.count("$DmarcIngested") == 1);
  const auto commands = world.server.commands.size();
  CHECK(world.apply(After::seen, Fate::done, {}) == "");
  world.folder.keeps_flags.erase("\\*");
  CHECK(world.apply(After::keyword, Fate::done) == "refused");
  world.folder.read_only = true;
  CHECK(world.apply(After::seen, Fate::done) == "refused");
  CHECK(world.server.commands.size() == commands);
}

TEST_CASE("a folder that is missing is made, and one that cannot be is told") {
  World world;
  CHECK(world.apply(After::move, Fate::done) == "");
  CHECK(world.server.folders["Done"].size() == 2);
  CHECK(world.uids() == Uids{5});
  world.plan.failed_folder = "a\x01";
  CHECK(world.apply(After::move, Fate::failed, {5}) == "refused");
  world.plan.failed_folder = "Full";
  world.server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("UID MOVE", 0) == 0) return "$ NO [OVERQUOTA] full\r\n";
    return std::nullopt;
  };
  CHECK(world.apply(After::move, Fate::failed, {5}) == "refused");
  world.server.habit = [](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("CREATE", 0) == 0) return "$ NO not here\r\n";
    return std::nullopt;
  };
  CHECK(world.apply(After::move, Fate::failed, {5}) == "refused");
  CHECK(world.uids() == Uids{5});
}

TEST_CASE("without MOVE mails are copied first, and without UIDPLUS nobody else's are expunged") {
  World world(" UIDPLUS");
  CHECK(world.apply(After::move, Fate::failed) == "");
  CHECK(world.server.folders["Failed"].size() == 2);
  CHECK(world.uids() == Uids{5});
  World careful("");
  CHECK(careful.apply(After::move, Fate::failed) == "");
  CHECK(careful.uids() == Uids{3, 5, 8});
  CHECK(careful.server.inbox()[3].flags.count("\\Deleted") == 1);
  CHECK(careful.server.count("EXPUNGE") + careful.server.count("UID EXPUNGE") == 0);
}

TEST_CASE("what shall go goes, by way of the bin where expunging would only archive it") {
  World world;
  CHECK(world.apply(After::remove, Fate::done) == "");
  CHECK(world.uids() == Uids{5});

  World gmail(" UIDPLUS MOVE X-GM-EXT-1");
  gmail.server.folders["[Gmail]/Bin"];
  bool has_bin = true;
  gmail.server.habit = [&](const std::string& command) -> std::optional<std::string> {
    if (command.rfind("LIST", 0) != 0) return std::nullopt;
    return std::string("* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n") +
           (has_bin ? "* LIST (\\HasNoChildren \\Trash) \"/\" \"[Gmail]/Bin\"\r\n" : "") + "$ OK\r\n";
  };
  CHECK(gmail.apply(After::remove, Fate::done) == "");
  CHECK(gmail.server.folders["[Gmail]/Bin"].size() == 2);
  CHECK(gmail.uids() == Uids{5});
  has_bin = false;
  CHECK(gmail.apply(After::remove, Fate::done, {5}) == "");
  CHECK(gmail.uids().empty());
  gmail.server.habit = [](const std::string&) -> std::optional<std::string> { return "$ NO\r\n"; };
  CHECK(gmail.apply(After::remove, Fate::done, {5}) == "refused");
}
