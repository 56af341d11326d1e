#include "ingest/mailbox_watcher.h"

#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/imap_on_loopback.h"
#include "tests/support/temporary_directory.h"

using namespace ingest;
using namespace std::chrono_literals;
using tests::FakeImapServer;
using tests::ImapOnLoopback;

namespace {

// What stands for the database: it knows what was stored, and may refuse to store.
class Stored {
 public:
  schema::Result<FinalMessages> find(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    return by_origin_[origin];
  }
  schema::Result<IngestTotals> store(Mailbox& mailbox) {
    IngestTotals totals;
    for (;;) {
      auto message = mailbox.next();
      if (!message) return schema::unexpected(message.error());
      if (!*message) return totals;
      const std::lock_guard lock(mutex_);
      if (failing_) return schema::unavailable("disk_full", "The disk is full.");
      by_origin_[(*message)->origin][(*message)->position] = {Fate::done, 0};
      ++totals.mails;
      ++mails_;
      if (auto done = mailbox.mark_done(**message, Fate::done); !done) return schema::unexpected(done.error());
    }
  }
  void fail(bool failing) {
    const std::lock_guard lock(mutex_);
    failing_ = failing;
  }
  int mails() {
    const std::lock_guard lock(mutex_);
    return mails_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, FinalMessages> by_origin_;
  bool failing_ = false;
  int mails_ = 0;
};

struct World {
  explicit World(int mails = 3) {
    for (int uid = 1; uid <= mails; ++uid) add(static_cast<std::uint32_t>(uid));
    settings.name = "main";
    settings.host = "127.0.0.1";
    settings.port = server.port();
    settings.tls = TlsMode::none;
    settings.user = "u";
    settings.password = "p";
    settings.afterwards.after = After::seen;
    services.find_final = [this](const std::string&, const std::string& origin) { return stored.find(origin); };
    services.store = [this](Mailbox& mailbox) { return stored.store(mailbox); };
    services.has_room = [this] { return room ? schema::Status() : schema::unavailable("disk_low", "Little room."); };
    services.tell = [this](const std::string& event, const std::string&) {
      const std::lock_guard lock(mutex);
      ++events[event];
    };
  }
  void add(std::uint32_t uid) {
    server.with([&](FakeImapServer& fake) { fake.inbox()[uid].bytes = "mail " + std::to_string(uid); });
  }
  void refuse_logins(bool refused) {
    server.with([&](FakeImapServer& fake) {
      fake.habit = [refused](const std::string& command) -> std::optional<std::string> {
        if (refused && command.rfind("AUTHENTICATE", 0) == 0) return "$ NO [AUTHENTICATIONFAILED] no\r\n";
        return std::nullopt;
      };
    });
  }
  int seen() {
    return server.with([](FakeImapServer& fake) {
      int count = 0;
      for (const auto& [uid, mail] : fake.inbox()) count += static_cast<int>(mail.flags.count("\\Seen"));
      return count;
    });
  }
  int told(const std::string& event) {
    const std::lock_guard lock(mutex);
    return events[event];
  }

  ImapOnLoopback server;
  Stored stored;
  std::atomic<bool> room = true;
  MailboxSettings settings;
  MailboxWatcher::Services services;
  std::mutex mutex;
  std::map<std::string, int> events;
};

// Watches in a thread of its own until the end.
class Watching {
 public:
  explicit Watching(World& world) : watcher_(world.settings, world.services), thread_([this] { watcher_.watch(); }) {}
  ~Watching() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    watcher_.bell().ring_stop();
    thread_.join();
  }
  MailboxWatcher& operator*() { return watcher_; }
  MailboxStatus status() const { return watcher_.status(); }
  template <typename Condition>
  bool comes_to(Condition&& condition) const {
    for (const auto end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  bool comes_to(MailboxState state) const {
    return comes_to([&] { return status().state == state; });
  }

 private:
  MailboxWatcher watcher_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("fetching once stores what is new, and acknowledges it") {
  World world;
  MailboxWatcher watcher(world.settings, world.services);
  IngestTotals totals;
  REQUIRE(watcher.fetch_once(0, totals));
  CHECK(totals.mails == 3);
  CHECK(world.seen() == 3);
  CHECK(watcher.status().mails == 3);
  CHECK(watcher.status().lag == 0);
  CHECK(watcher.status().checked_at);
  CHECK(watcher.status().last_mail_at);
  IngestTotals again;
  REQUIRE(watcher.fetch_once(0, again));
  CHECK(again.mails == 0);
  CHECK(world.server.with([](FakeImapServer& fake) { return fake.count("LOGOUT"); }) == 2);
}

TEST_CASE("fetching once takes no more than it was told to, from all folders together") {
  World world(2);
  world.server.with([](FakeImapServer& fake) {
    for (std::uint32_t uid = 1; uid <= 3; ++uid) fake.folders["Other"][uid].bytes = "mail";
  });
  world.settings.folders = {"INBOX", "Other"};
  MailboxWatcher watcher(world.settings, world.services);
  IngestTotals totals;
  REQUIRE(watcher.fetch_once(1, totals));
  CHECK(totals.mails == 1);
  // It has not seen everything, and does not say so.
  CHECK_FALSE(watcher.status().checked_at);
  IngestTotals more;
  REQUIRE(watcher.fetch_once(3, more));
  CHECK(more.mails == 3);
  IngestTotals rest;
  REQUIRE(watcher.fetch_once(0, rest));
  CHECK(rest.mails == 1);
  CHECK(watcher.status().checked_at);
}

TEST_CASE("a pass ends when somebody asks for the end of its run, and the next one fetches the rest") {
  class First : public Mailbox {
   public:
    explicit First(Mailbox& all) : all_(all) {}
    schema::Result<std::optional<Message>> next() override {
      if (std::exchange(given_, true)) return std::optional<Message>();
      return all_.next();
    }
    schema::Status mark_done(const Message& message, Fate fate) override { return all_.mark_done(message, fate); }

   private:
    Mailbox& all_;
    bool given_ = false;
  };
  World world;
  bool asked = true;
  world.services.store = [&](Mailbox& mailbox) {
    if (!asked) return world.stored.store(mailbox);
    First first(mailbox);
    auto totals = world.stored.store(first);
    totals->stopped = totals->stop_asked = true;
    return totals;
  };
  MailboxWatcher watcher(world.settings, world.services);
  IngestTotals totals;
  REQUIRE(watcher.fetch_once(0, totals));
  CHECK(totals.stopped);
  CHECK(totals.mails == 1);
  CHECK(world.seen() == 1);
  CHECK_FALSE(watcher.status().checked_at);  // it has not seen everything
  asked = false;
  IngestTotals rest;
  REQUIRE(watcher.fetch_once(0, rest));
  CHECK(rest.mails == 2);
  CHECK(world.seen() == 3);
}

TEST_CASE("to look counts and touches nothing") {
  World world;
  world.settings.folders = {"INBOX"};
  MailboxWatcher watcher(world.settings, world.services);
  const auto before = watcher.look();
  REQUIRE(before);
  REQUIRE(before->size() == 1);
  CHECK(before->front().folder == "INBOX");
  CHECK(before->front().messages == 3);
  CHECK(before->front().unread == 3);
  CHECK(world.seen() == 0);
  IngestTotals totals;
  REQUIRE(watcher.fetch_once(2, totals));
  CHECK(watcher.look()->front().unread == 1);
  world.settings.folders = {"None"};
  MailboxWatcher elsewhere(world.settings, world.services);
  CHECK(elsewhere.look().error().code == "refused");
}

TEST_CASE("without room the server is not even asked, and what is not stored is not acknowledged") {
  World world;
  world.room = false;
  MailboxWatcher watcher(world.settings, world.services);
  IngestTotals totals;
  CHECK(watcher.fetch_once(0, totals).error().code == "disk_low");
  CHECK(world.server.connections() == 0);
  world.room = true;
  world.stored.fail(true);
  CHECK(watcher.fetch_once(0, totals).error().code == "disk_full");
  CHECK(world.seen() == 0);
  CHECK(totals.mails == 0);
}

TEST_CASE("how one logs in is what the settings say, read anew each time") {
  const tests::TemporaryDirectory directory;
  World world;
  const auto logged_in = [&] {
    MailboxWatcher watcher(world.settings, world.services);
    const auto looked = watcher.look();
    return looked ? world.server.with([](FakeImapServer& fake) {
      for (const auto& command : fake.commands)
        if (command.rfind("AUTHENTICATE", 0) == 0) {
          const std::string found = command;
          fake.commands.clear();
          return found;
        }
      return std::string("nothing");
    })
                  : looked.error().code;
  };
  CHECK(logged_in() == "AUTHENTICATE PLAIN AHUAcA==");
  world.settings.password_file = directory / "password";
  CHECK(logged_in() == "secret");
  std::ofstream(world.settings.password_file) << "q\n";
  CHECK(logged_in() == "AUTHENTICATE PLAIN AHUAcQ==");
  world.settings.token_command = "echo token";
  world.server.with([](FakeImapServer& fake) { fake.capabilities += " AUTH=XOAUTH2"; });
  CHECK(logged_in().rfind("AUTHENTICATE XOAUTH2 ", 0) == 0);
  world.settings.token_command = "exit 3";
  CHECK(logged_in() == "token_later");
}

TEST_CASE("who watches fetches at once, when the bell rings, and when it is time") {
  World world;
  Watching watching(world);
  REQUIRE(watching.comes_to(MailboxState::watching));
  CHECK(world.stored.mails() == 3);
  CHECK(watching.status().pushed);
  CHECK(world.told("mailbox_connected") == 1);
  world.add(9);
  (*watching).bell().ring();
  REQUIRE(watching.comes_to([&] { return world.stored.mails() == 4; }));
  REQUIRE(watching.comes_to([&] { return world.seen() == 4; }));
  CHECK(world.server.connections() == 1);
  watching.stop();
  CHECK(watching.status().state == MailboxState::stopped);
  CHECK(watching.status().mails == 4);
}

TEST_CASE("who watches a server that comes and goes waits, and goes on") {
  World world;
  world.server.with([](FakeImapServer& fake) {
    fake.habit = [](const std::string& command) -> std::optional<std::string> {
      if (command.rfind("UID SEARCH", 0) == 0) return "* BYE too busy\r\n";
      return std::nullopt;
    };
  });
  Watching watching(world);
  REQUIRE(watching.comes_to([&] { return world.told("mailbox_waiting") > 0; }));
  REQUIRE(watching.comes_to([&] { return !watching.status().error.empty(); }));
  CHECK(world.stored.mails() == 0);
  world.server.with([](FakeImapServer& fake) { fake.habit = nullptr; });
  REQUIRE(watching.comes_to([&] {
    (*watching).bell().ring();
    return world.stored.mails() == 3;
  }));
  REQUIRE(watching.comes_to([&] { return watching.status().error.empty(); }));
  CHECK_FALSE(watching.status().next_try_at);
}

TEST_CASE("a login that is refused three times is not tried again until somebody asks for it") {
  World world;
  world.refuse_logins(true);
  Watching watching(world);
  for (int times = 1; times < 3; ++times) {
    REQUIRE(watching.comes_to([&] { return world.told("mailbox_waiting") == times; }));
    CHECK(watching.status().state == MailboxState::waiting);
    CHECK(watching.status().next_try_at);
    (*watching).bell().ring();
  }
  REQUIRE(watching.comes_to(MailboxState::refused));
  CHECK_FALSE(watching.status().next_try_at);
  CHECK(watching.status().error.find("u failed") != std::string::npos);
  CHECK(world.server.connections() == 3);
  world.refuse_logins(false);
  (*watching).bell().ring();
  REQUIRE(watching.comes_to(MailboxState::watching));
  CHECK(world.stored.mails() == 3);
}

TEST_CASE("who watches waits for room, and is stopped while it waits") {
  World world;
  world.room = false;
  Watching watching(world);
  REQUIRE(watching.comes_to(MailboxState::waiting));
  CHECK(watching.status().error == "Little room.");
  CHECK(world.server.connections() == 0);
  watching.stop();
  CHECK(watching.status().state == MailboxState::stopped);
}

TEST_CASE("each state of a mailbox has a name of its own") {
  std::set<std::string_view> names;
  for (const auto state : {MailboxState::starting, MailboxState::connecting, MailboxState::fetching,
                           MailboxState::watching, MailboxState::waiting, MailboxState::refused, MailboxState::stopped})
    names.insert(name(state));
  CHECK(names ==
        std::set<std::string_view>{"starting", "connecting", "fetching", "watching", "waiting", "refused", "stopped"});
}
