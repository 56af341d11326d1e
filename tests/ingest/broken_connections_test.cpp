// A connection that breaks at any moment, byte by byte: nothing is lost, and the next one ends what this one began.
#include <map>
#include <set>

#include "ingest/imap_mailbox.h"
#include "ingest/pop3_session.h"
#include "tests/support/catch.h"
#include "tests/support/fake_imap_server.h"

using namespace ingest;
using namespace std::chrono_literals;
using tests::FakeConnection;
using tests::FakeImapServer;

namespace {

// Breaks at the how-manieth time that something is sent or received, and stays broken; never for 0.
class Breaking : public Connection {
 public:
  Breaking(std::unique_ptr<Connection> connection, int at, int& times)
      : connection_(std::move(connection)), at_(at), times_(times) {
    times_ = 0;
  }
  schema::Status send(std::string_view bytes, Deadline deadline) override {
    return breaks() ? schema::Status(schema::unavailable("connection", "gone")) : connection_->send(bytes, deadline);
  }
  schema::Result<std::string_view> receive(Deadline deadline, Wake wake) override {
    if (breaks()) return schema::unavailable("connection", "gone");
    return connection_->receive(deadline, wake);
  }

 private:
  bool breaks() { return ++times_ >= at_ && at_ > 0; }
  std::unique_ptr<Connection> connection_;
  const int at_;
  int& times_;
};

constexpr std::size_t piece = 60;  // bytes that come at once

struct Habits {
  After after;
  std::string capabilities;
};

struct Pass {
  std::vector<std::string> positions;
  std::optional<schema::Error> error;
};

// Logs in, reads what is new, tells the database, acknowledges, waits for news, leaves.
Pass pass(FakeImapServer& server, FinalMessages& database, const ImapMailbox::Plan& plan, int break_at, int& times) {
  Pass result;
  const auto failed = [&](const auto& outcome) {
    if (!outcome && !result.error) result.error = outcome.error();
    return !outcome;
  };
  const Limits limits;
  ImapSession session(std::make_unique<Breaking>(std::make_unique<FakeConnection>(server, piece), break_at, times));
  if (failed(session.login({"u", "p", ""}, "h", 993))) return result;
  ImapMemory memory;
  const FindFinal find = [&](const auto&, const auto&) { return schema::Result<FinalMessages>(database); };
  {
    ImapMailbox mailbox(session, memory, plan, limits, find);
    std::vector<Message> messages;
    for (;;) {
      auto message = mailbox.next();
      if (failed(message) || !*message) break;
      messages.push_back(std::move(**message));
    }
    for (const auto& message : messages) {
      result.positions.push_back(message.position);
      const Fate fate = message.bytes[0] == 'f' ? Fate::failed : message.bytes[0] == 'o' ? Fate::other : Fate::done;
      database[message.position] = {fate, 0};
      failed(mailbox.mark_done(message, fate));
    }
    if (!mailbox.broken()) failed(mailbox.finish());
    if (mailbox.broken() && !result.error) result.error = mailbox.broken();
  }
  if (!result.error) failed(session.idle(in(0ms)));
  if (!result.error) session.logout();
  return result;
}

FakeImapServer server_with_mails(const Habits& habits) {
  FakeImapServer server;
  server.capabilities = habits.capabilities;
  server.inbox()[3].bytes = "done " + std::string(150, 'x');
  server.inbox()[5].bytes = "failed";
  server.inbox()[8].bytes = "other";
  server.inbox()[9].bytes = "done too";
  return server;
}

// What lies where, with which marks; a mail that was copied twice is the same mail.
std::map<std::string, std::set<std::string>> contents(const FakeImapServer& server) {
  std::map<std::string, std::set<std::string>> all;
  for (const auto& [name, folder] : server.folders) {
    for (const auto& [uid, mail] : folder) {
      std::string text = mail.bytes;
      if (name == "INBOX")
        for (const auto& flag : mail.flags) text += " " + flag;
      all[name].insert(text);
    }
  }
  return all;
}

ImapMailbox::Plan plan(After after) {
  ImapMailbox::Plan plan;
  plan.mailbox = "main";
  plan.folder = "INBOX";
  plan.afterwards.after = after;
  plan.afterwards.done_folder = "Done";
  plan.afterwards.failed_folder = "Failed";
  plan.afterwards.other_folder = after == After::move ? "Other" : "";
  return plan;
}

// A maildrop of three mails that forgets only what was deleted before a QUIT.
class Maildrop : public Connection {
 public:
  explicit Maildrop(std::map<int, std::string>& mails) : mails_(mails) {}
  schema::Status send(std::string_view bytes, Deadline) override {
    said_ += answer(std::string(bytes.substr(0, bytes.size() - 2)));
    return {};
  }
  schema::Result<std::string_view> receive(Deadline, Wake) override {
    if (said_.empty()) return schema::unavailable("timeout", "silence");
    held_ = said_.substr(0, 10);
    said_.erase(0, 10);
    return std::string_view(held_);
  }

 private:
  std::string answer(const std::string& line) {
    const std::string name = line.substr(0, 4);
    const int number = line.size() > 5 ? std::atoi(line.c_str() + 5) : 0;
    std::string said = "+OK\r\n";
    if (name == "CAPA") return said + "UIDL\r\nSASL LOGIN PLAIN\r\n.\r\n";
    if (name == "AUTH") return "+ \r\n";
    if (name == "UIDL" || name == "LIST") {
      for (const auto& [n, mail] : mails_)
        said += std::to_string(n) + " " + (name == "UIDL" ? "uid" + std::to_string(n) : std::to_string(mail.size())) +
                "\r\n";
      return said + ".\r\n";
    }
    if (name == "RETR") return said + mails_[number] + "\r\n.\r\n";
    if (name == "TOP ") return said + "head\r\n.\r\n";
    if (name == "DELE") deleted_.insert(number);
    if (name == "QUIT")
      for (const int gone : deleted_) mails_.erase(gone);
    return said;
  }
  std::map<int, std::string>& mails_;
  std::set<int> deleted_;
  std::string said_, held_;
};

schema::Status empty_maildrop(Pop3Session& session, std::set<std::string>& read) {
  if (auto done = session.login({"u", "p", ""}, "h", 995); !done) return done;
  const auto entries = session.list();
  if (!entries) return schema::unexpected(entries.error());
  for (const auto& entry : *entries) {
    const auto mail = session.retrieve(entry);
    if (!mail) return schema::unexpected(mail.error());
    read.insert(entry.uid);
    if (auto done = session.remove(entry.number); !done) return done;
  }
  return session.quit();
}

}  // namespace

TEST_CASE("an IMAP connection that breaks at any moment costs no mail, and the next one ends what it began") {
  const std::string plain = "IMAP4rev1 AUTH=PLAIN", all = plain + " SASL-IR UIDPLUS MOVE IDLE";
  for (const auto& habits :
       {Habits{After::keep, all}, Habits{After::seen, plain}, Habits{After::keyword, all}, Habits{After::move, all},
        Habits{After::move, plain + " UIDPLUS"}, Habits{After::remove, all}}) {
    auto undisturbed = server_with_mails(habits);
    FinalMessages known;
    int times = 0;
    const auto whole = pass(undisturbed, known, plan(habits.after), 0, times);
    REQUIRE_FALSE(whole.error);
    REQUIRE(whole.positions.size() == 4);
    const int moments = times;
    CHECK(moments > 20);
    for (int at = 1; at <= moments; ++at) {
      INFO(habits.capabilities << " " << static_cast<int>(habits.after) << " breaks at " << at);
      auto server = server_with_mails(habits);
      FinalMessages database;
      const auto broken = pass(server, database, plan(habits.after), at, times);
      if (broken.error) CHECK(broken.error->code == "connection");
      const auto next = pass(server, database, plan(habits.after), 0, times);
      CHECK_FALSE(next.error);
      // Each mail came once.
      CHECK(broken.positions.size() + next.positions.size() == 4);
      CHECK(database.size() == 4);
      CHECK(contents(server) == contents(undisturbed));
    }
  }
}

TEST_CASE("a POP3 connection that breaks at any moment deletes nothing that was not read") {
  const std::map<int, std::string> mails = {{1, "one"}, {2, "two\r\n..dot"}, {3, std::string(100, 'x')}};
  const Limits limits;
  int times = 0;
  const auto run = [&](std::map<int, std::string>& drop, std::set<std::string>& read, int at) {
    Pop3Session session(std::make_unique<Breaking>(std::make_unique<Maildrop>(drop), at, times), limits);
    return empty_maildrop(session, read);
  };
  auto whole = mails;
  std::set<std::string> read;
  REQUIRE(run(whole, read, 0));
  CHECK(whole.empty());
  CHECK(read.size() == 3);
  const int moments = times;
  for (int at = 1; at <= moments; ++at) {
    INFO("breaks at " << at);
    auto drop = mails;
    std::set<std::string> seen;
    const auto broken = run(drop, seen, at);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == "connection");
    // All or nothing: what is gone was read.
    CHECK((drop.size() == 3 || (drop.empty() && seen.size() == 3)));
    REQUIRE(run(drop, seen, 0));
    CHECK(drop.empty());
    CHECK(seen.size() == 3);
  }
}
