#include "server/commands/mailboxes.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "ingest/give_way.h"
#include "schema/final_mails.h"
#include "server/commands/ingest_log.h"
#include "server/commands/ingesting.h"
#include "server/commands/reading.h"
#include "server/log.h"

namespace server {
namespace {

using schema::Result;

// Longer than the longest run of another mailbox.
constexpr std::chrono::seconds patience{30};

Result<ingest::FinalMessages> find_final(const std::string& database, const std::string& kind,
                                         const std::string& origin) {
  if (::access(database.c_str(), F_OK) != 0) return ingest::FinalMessages();  // nothing was ever read
  auto reader = schema::Database::open_reader(database);
  if (!reader) return schema::unexpected(reader.error());
  const auto mails = schema::final_mails(*reader, kind, origin);
  if (!mails) return schema::unexpected(mails.error());
  ingest::FinalMessages found;
  for (const schema::FinalMail& mail : *mails) {
    const auto fate = mail.any_failed    ? ingest::Fate::failed
                      : mail.any_counted ? ingest::Fate::done
                                         : ingest::Fate::other;
    found[mail.position] = {fate, mail.read_at};
  }
  return found;
}

Result<ingest::IngestTotals> store(const Settings& settings, const std::string& name, const IngestTelling& telling,
                                   int readers, ingest::Mailbox& mailbox) {
  auto writer = open_writer(settings, patience);
  if (!writer) return schema::unexpected(writer.error());
  auto configured = ingest_settings(settings);
  configured.readers = readers;
  ingest::Ingester ingester(**writer, configured, telling.timed(message_reader(settings)));
  auto totals = ingester.ingest(mailbox, "fetch", telling.watch(), name);
  if (totals) telling.run(*totals);
  return totals;
}

MailboxReport report(const ingest::MailboxWatcher& watcher) {
  const auto& settings = watcher.settings();
  const ingest::MailboxStatus status = watcher.status();
  MailboxReport report;
  report.name = settings.name;
  report.protocol = settings.protocol == ingest::MailProtocol::imap ? "imap" : "pop3";
  report.host = settings.host;
  report.folders = settings.protocol == ingest::MailProtocol::imap ? settings.folders : std::vector<std::string>();
  report.state = ingest::name(status.state);
  report.pushed = status.pushed;
  report.checked_at = status.checked_at;
  report.last_mail_at = status.last_mail_at;
  report.next_try_at = status.next_try_at;
  report.mails = static_cast<std::int64_t>(status.mails);
  report.lag = static_cast<std::int64_t>(status.lag);
  report.missed = static_cast<std::int64_t>(status.missed);
  report.error = status.error;
  report.error_at = status.error_at;
  report.complaint = status.complaint;
  return report;
}

}  // namespace

std::unique_ptr<ingest::MailboxWatcher> mailbox_watcher(const Settings& settings, const ConfiguredMailbox& mailbox,
                                                        int readers, Storage* storage, Metrics* metrics) {
  ingest::MailboxWatcher::Services services;
  services.limits = settings.limits;
  services.find_final = [database = settings.database_path](const std::string& kind, const std::string& origin) {
    return find_final(database, kind, origin);
  };
  services.has_room = [&settings, storage] { return storage ? storage->ready() : require_room(settings); };
  services.store = [&settings, name = mailbox.name, telling = std::make_shared<IngestTelling>(mailbox.name, metrics),
                    readers, storage](ingest::Mailbox& from) {
    auto totals = store(settings, name, *telling, readers, from);
    return storage ? storage->noted(std::move(totals)) : totals;
  };
  services.tell = [name = mailbox.name](const std::string& event, const std::string& message) {
    log_event(event == "mailbox_connected" ? LogLevel::info : LogLevel::warning, event,
              {{"mailbox", name}, {"message", message}});
  };
  return std::make_unique<ingest::MailboxWatcher>(mailbox, std::move(services));
}

WatchedMailboxes::WatchedMailboxes(const Settings& settings, Storage& storage, Metrics& metrics) {
  for (const ConfiguredMailbox& mailbox : settings.mailboxes)
    watchers_.push_back(mailbox_watcher(settings, mailbox, 1, &storage, &metrics));
}

void WatchedMailboxes::start() {
  for (const auto& watcher : watchers_)
    threads_.emplace_back([&watcher = *watcher] {
      ingest::give_way();
      watcher.watch();
    });
}

void WatchedMailboxes::stop() {
  for (auto& watcher : watchers_) watcher->bell().ring_stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::size_t WatchedMailboxes::fetch_now(const std::string& name) {
  std::size_t rung = 0;
  for (const auto& watcher : watchers_) {
    if (!name.empty() && watcher->settings().name != name) continue;
    watcher->bell().ring();
    ++rung;
  }
  return rung;
}

std::vector<MailboxReport> WatchedMailboxes::reports() const {
  std::vector<MailboxReport> reports;
  for (const auto& watcher : watchers_) reports.push_back(report(*watcher));
  return reports;
}

void WatchedMailboxes::add_to(ApiContext& context) {
  context.mailboxes = [this] { return reports(); };
  context.fetch_now = [this](const std::string& name) { return fetch_now(name); };
}

}  // namespace server
