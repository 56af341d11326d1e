#include "ingest/mailbox_watcher.h"

#include <ctime>
#include <thread>
#include <utility>

#include "ingest/fetch_queue.h"
#include "ingest/secret_file.h"

namespace ingest {
namespace {

using schema::Result;
using schema::Status;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Servers lock accounts out that are tried too often.
constexpr int most_refused_logins = 3;
constexpr seconds after_refused_login{30};
constexpr seconds after_login_later{40};
// A full disk is not emptied sooner by looking often.
constexpr seconds longest_without_room{300};

std::int64_t now() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

void add(IngestTotals& sum, const IngestTotals& totals) {
  sum.run_id = totals.run_id;
  sum.mails += totals.mails;
  for (std::size_t i = 0; i < sum.outcomes.size(); ++i) sum.outcomes[i] += totals.outcomes[i];
  sum.records += totals.records;
  sum.messages += totals.messages;
  sum.unread += totals.unread;
  sum.stopped = sum.stopped || totals.stopped;
  sum.stop_asked = sum.stop_asked || totals.stop_asked;
  sum.seconds += totals.seconds;
}

}  // namespace

std::string_view name(MailboxState state) {
  switch (state) {
    case MailboxState::starting:
      return "starting";
    case MailboxState::connecting:
      return "connecting";
    case MailboxState::fetching:
      return "fetching";
    case MailboxState::watching:
      return "watching";
    case MailboxState::waiting:
      return "waiting";
    case MailboxState::refused:
      return "refused";
    case MailboxState::stopped:
      break;
  }
  return "stopped";
}

MailboxWatcher::MailboxWatcher(MailboxSettings settings, Services services)
    : settings_(std::move(settings)),
      services_(std::move(services)),
      tokens_(settings_.oauth, settings_.token_command, bell_) {
  mailbox_ = remote_mailbox(settings_, services_.limits, services_.find_final, bell_);
}

Result<Credentials> MailboxWatcher::credentials() {
  Credentials credentials;
  credentials.user = settings_.user;
  if (!settings_.token_command.empty() || !settings_.oauth.token_endpoint.empty()) {
    auto token = tokens_.token();
    if (!token) return unexpected(token.error());
    credentials.token = std::move(*token);
  } else if (!settings_.password_file.empty()) {
    auto password = read_secret(settings_.password_file);  // anew each time: it may have been changed
    if (!password) return unexpected(password.error());
    credentials.password = std::move(*password);
  } else {
    credentials.password = settings_.password;
  }
  return credentials;
}

Status MailboxWatcher::connect() {
  status_.change([](MailboxStatus& status) { status.state = MailboxState::connecting; });
  const auto known = credentials();
  if (!known) return unexpected(known.error());
  auto logged_in = mailbox_->log_in(*known);
  if (!logged_in && logged_in.error().code == "login_refused") tokens_.forget();
  return logged_in;
}

// This thread fetches, another one stores.
Status MailboxWatcher::pass(RemoteFolder& folder, IngestTotals& totals) {
  FetchQueue queue;
  std::optional<schema::Error> not_stored;
  std::thread storing([&] {
    while (queue.wait_for_mail()) {
      queue.begin_run();
      const auto stored = services_.store(queue);
      if (!stored) {
        not_stored = stored.error();
        queue.fail();
        return;
      }
      add(totals, *stored);
      if (!stored->stop_asked) continue;
      queue.fail();  // what it still holds is fetched again when the mailbox is looked at the next time
      return;
    }
  });
  const auto acknowledge = [&] {
    for (const auto& [message, fate] : queue.take_done()) {
      status_.change([&](MailboxStatus& status) {
        status.last_mail_at = now();
        ++status.mails;
        if (status.lag > 0) --status.lag;
      });
      if (auto done = folder.mark_done(message, fate); !done) break;  // folder.broken() says why
    }
  };
  while (!bell_.stopping()) {
    auto message = folder.next();
    acknowledge();
    if (!message || !*message) break;
    const auto progress = folder.progress();
    status_.change(
        [&](MailboxStatus& status) { status.lag = std::max(status.lag, progress.total - progress.done + 1); });
    if (!queue.push(std::move(**message))) break;
  }
  queue.close();
  storing.join();
  acknowledge();
  if (!folder.broken()) static_cast<void>(folder.finish());
  if (not_stored) return schema::unexpected(*not_stored);
  if (folder.broken()) return schema::unexpected(*folder.broken());
  return {};
}

Status MailboxWatcher::pass(std::size_t most, IngestTotals& totals) {
  if (auto room = services_.has_room(); !room) return room;
  status_.change([](MailboxStatus& status) { status.state = MailboxState::fetching; });
  bell_.take();
  next_try_.reset();
  std::string complaint;
  std::uint64_t missed = 0;
  for (const std::string& name : settings_.folders) {
    std::size_t left = 0;
    if (most > 0) {
      if (static_cast<std::size_t>(totals.mails) >= most) break;
      left = most - static_cast<std::size_t>(totals.mails);
    }
    const auto folder = mailbox_->open(name, left);
    if (totals.stop_asked) break;
    auto passed = pass(*folder, totals);
    if (complaint.empty()) complaint = folder->complaint();
    missed += folder->missed();
    if (const auto again = folder->next_try(); again && (!next_try_ || *again < *next_try_)) next_try_ = again;
    if (!passed) return passed;
  }
  const bool whole = most == 0 && !bell_.stopping() && !totals.stop_asked;
  status_.change([&](MailboxStatus& status) {
    if (complaint != status.complaint && !complaint.empty()) services_.tell("mailbox_complaint", complaint);
    status.complaint = complaint;
    status.missed = missed;
    if (!whole) return;
    status.lag = missed;
    status.checked_at = now();
    status.error.clear();
    status.error_at.reset();
    status.next_try_at.reset();
  });
  return {};
}

Status MailboxWatcher::fetch_once(std::size_t most, IngestTotals& totals) {
  if (auto room = services_.has_room(); !room) return room;
  if (auto done = connect(); !done) return done;
  auto passed = pass(most, totals);
  mailbox_->leave();
  totals.unread += static_cast<std::int64_t>(status().missed);
  totals.stopped = totals.stopped || bell_.stopping();
  return passed;
}

Result<std::vector<FolderSummary>> MailboxWatcher::look() {
  if (auto done = connect(); !done) return unexpected(done.error());
  std::vector<FolderSummary> folders;
  for (const std::string& name : settings_.folders) {
    auto folder = mailbox_->look(name);
    if (!folder) return unexpected(folder.error());
    folders.push_back(std::move(*folder));
  }
  mailbox_->leave();
  return folders;
}

Status MailboxWatcher::session(bool& any_good) {
  if (auto room = services_.has_room(); !room) return room;
  if (auto done = connect(); !done) return done;
  services_.tell("mailbox_connected", "Logged in to " + settings_.host + ".");
  while (!bell_.stopping()) {
    IngestTotals totals;
    auto passed = pass(0, totals);
    any_good = any_good || passed || totals.mails > 0;
    if (!passed) return passed;
    status_.change([&](MailboxStatus& status) {
      status.state = MailboxState::watching;
      status.pushed = mailbox_->is_pushed();
    });
    const Deadline poll = in(seconds(settings_.poll_seconds));
    const auto news = mailbox_->wait(next_try_ ? std::min(*next_try_, poll) : poll);
    if (!news) return unexpected(news.error());
  }
  mailbox_->leave();
  return {};
}

void MailboxWatcher::watch() {
  RetryDelay delay, room_delay(seconds(1), longest_without_room);
  int refused_logins = 0;
  while (!bell_.stopping()) {
    bool any_good = false;
    const auto ended = session(any_good);
    if (any_good) {
      delay.reset();
      room_delay.reset();
      refused_logins = 0;
    }
    if (ended || bell_.stopping()) continue;
    const schema::Error& error = ended.error();
    const bool refused = error.code == "login_refused" || error.code == "token_refused" || error.code == "secret";
    milliseconds wait = delay.next();
    if (refused) wait = ++refused_logins >= most_refused_logins ? milliseconds::max() : after_refused_login;
    if (error.code == "login_later" || error.code == "token_later") wait = after_login_later;
    if (error.code == "disk_full" || error.code == "disk_low") wait = room_delay.next();
    const bool for_good = wait == milliseconds::max();
    status_.change([&](MailboxStatus& status) {
      status.state = for_good ? MailboxState::refused : MailboxState::waiting;
      status.error = error.message;
      status.error_at = now();
      status.next_try_at.reset();
      if (!for_good) status.next_try_at = now() + std::chrono::ceil<seconds>(wait).count();
    });
    services_.tell(for_good ? "mailbox_refused" : "mailbox_waiting", error.message);
    bell_.take();
    if (for_good) {
      while (!bell_.wait(std::chrono::hours(24))) continue;
      refused_logins = 0;
    } else {
      bell_.wait(wait);
    }
  }
  status_.change([](MailboxStatus& status) { status.state = MailboxState::stopped; });
}

}  // namespace ingest
