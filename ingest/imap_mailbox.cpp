#include "ingest/imap_mailbox.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "ingest/failpoint.h"

namespace ingest {
namespace {

using schema::Result;
using schema::Status;
using std::chrono::seconds;

constexpr std::size_t moved_at_once = 100;

}  // namespace

void ImapMemory::stand_for(std::uint32_t uidvalidity) {
  if (uidvalidity != uidvalidity_) troubles_.clear();
  uidvalidity_ = uidvalidity;
}

void ImapMemory::failed(std::uint32_t uid, const std::string& why, bool ended_session) {
  Trouble& trouble = troubles_[uid];
  trouble.why = why;
  ++trouble.times;
  if (ended_session) ++trouble.ended_sessions;
  // Soon at first: most troubles pass. Then rarely, so that one broken mail does not keep a server busy.
  const int doubled = std::min(trouble.times, 5);
  trouble.next_try = std::chrono::steady_clock::now() + (trouble.times < 20 ? seconds(1 << doubled) : seconds(900));
}

void ImapMemory::retain(const std::vector<std::uint32_t>& uids) {
  for (auto entry = troubles_.begin(); entry != troubles_.end();) {
    entry = std::binary_search(uids.begin(), uids.end(), entry->first) ? std::next(entry) : troubles_.erase(entry);
  }
}

const ImapMemory::Trouble* ImapMemory::trouble(std::uint32_t uid) const {
  const auto found = troubles_.find(uid);
  return found == troubles_.end() ? nullptr : &found->second;
}

ImapMailbox::ImapMailbox(ImapSession& session, ImapMemory& memory, const Plan& plan, const Limits& limits,
                         FindFinal find_final, const ImapFetchWindow& window)
    : session_(session),
      memory_(memory),
      plan_(plan),
      limits_(limits),
      find_final_(std::move(find_final)),
      window_(window) {}

std::string ImapMailbox::origin_of(const Plan& plan, const ImapFolder& folder) {
  return plan.mailbox + "/" + plan.folder + ";UIDVALIDITY=" + std::to_string(folder.uidvalidity);
}

// Which messages there are, and which of them are news.
Status ImapMailbox::open() {
  auto folder = session_.select(plan_.folder, plan_.afterwards.after == After::keep);
  if (!folder) return unexpected(folder.error());
  folder_ = std::move(*folder);
  origin_ = origin_of(plan_, folder_);
  memory_.stand_for(folder_.uidvalidity);
  const auto uids = session_.list_uids();
  if (!uids) return unexpected(uids.error());
  memory_.retain(*uids);

  FinalMessages final_messages;
  if (folder_.lasting_uids) {
    auto found = find_final_("imap", origin_);
    if (!found) return unexpected(found.error());
    final_messages = std::move(*found);
  }
  // A crash may have come between the database and the folder: what is to be done with mails is found out anew.
  const ImapAfterwardsWork work(session_, folder_, plan_.afterwards);
  std::vector<std::uint32_t> undone = *uids;
  if (work.undone() != "ALL" && !final_messages.empty()) {
    auto found = session_.list_uids(work.undone());
    if (!found) return unexpected(found.error());
    undone = std::move(*found);
  }
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  const auto monotonic_now = std::chrono::steady_clock::now();
  std::vector<std::uint32_t> wanted;
  for (const std::uint32_t uid : *uids) {
    const auto found = final_messages.find(std::to_string(uid));
    if (found != final_messages.end()) {
      const auto& [fate, read_at] = found->second;
      if (work.concerns(fate, now - read_at) && std::binary_search(undone.begin(), undone.end(), uid)) {
        done_[fate].push_back(uid);
      }
      continue;
    }
    const auto* trouble = memory_.trouble(uid);
    if (trouble == nullptr || trouble->ended_sessions < 2) {
      if (trouble == nullptr || trouble->next_try <= monotonic_now) wanted.push_back(uid);
    } else if (trouble->next_try <= monotonic_now) {
      doubtful_.push_back(uid);
    }
  }
  if (plan_.most > 0 && wanted.size() > plan_.most) {
    wanted.resize(plan_.most);
    doubtful_.clear();
  }
  listed_ = wanted.size() + doubtful_.size();
  fetcher_.emplace(session_, limits_, window_);
  for (const auto& [uid, trouble] : memory_.troubles()) {
    if (trouble.times >= 20) fetcher_->take_as_it_is(uid);
  }
  fetcher_->ask(wanted, false);
  return {};
}

Status ImapMailbox::end_with(const schema::Error& error) {
  broken_ = error;
  if (fetcher_ && error.code != "interrupted") {
    for (const std::uint32_t uid : fetcher_->under_way()) memory_.failed(uid, error.message, true);
  }
  return schema::unexpected(error);
}

Result<std::optional<Message>> ImapMailbox::next() {
  if (broken_) return std::optional<Message>();
  if (!opened_) {
    opened_ = true;
    if (auto opened = open(); !opened) return unexpected(end_with(opened.error()).error());
    if (auto flushed = flush(); !flushed) return unexpected(flushed.error());
  }
  for (;;) {
    auto mail = fetcher_->next();
    if (!mail) return unexpected(end_with(mail.error()).error());
    if (!*mail) {
      if (doubtful_.empty()) break;
      fetcher_->ask(std::exchange(doubtful_, {}), true);
      continue;
    }
    failpoint("fetched");
    ++given_;
    memory_.succeeded((*mail)->uid);
    Message message;
    message.kind = "imap";
    message.origin = origin_;
    message.position = std::to_string((*mail)->uid);
    message.size = (*mail)->size;
    message.too_large = (*mail)->too_large;
    message.bytes = std::move((*mail)->bytes);
    return std::optional<Message>(std::move(message));
  }
  for (const auto& [uid, why] : fetcher_->missed()) memory_.failed(uid, why, false);
  return std::optional<Message>();
}

Status ImapMailbox::mark_done(const Message& message, Fate fate) {
  const auto uid = imap_number(message.position);
  if (!uid || message.origin != origin_) return {};
  if (!ImapAfterwardsWork(session_, folder_, plan_.afterwards).concerns(fate, 0)) return {};
  done_[fate].push_back(*uid);
  // Deferring it is safe: the next pass sees what the database has and the folder still holds.
  return done_[fate].size() >= moved_at_once ? flush() : Status();
}

Status ImapMailbox::finish() {
  return broken_ || !opened_ ? Status() : flush();
}

std::string ImapMailbox::complaint() const {
  if (!complaint_.empty() || memory_.troubles().empty()) return complaint_;
  const auto& [uid, trouble] = *memory_.troubles().begin();
  return std::to_string(memory_.troubles().size()) + " mails of " + plan_.folder + " cannot be had; UID " +
         std::to_string(uid) + ": " + trouble.why;
}

std::optional<Deadline> ImapMailbox::next_try() const {
  std::optional<Deadline> first;
  for (const auto& [uid, trouble] : memory_.troubles()) {
    if (!first || trouble.next_try < *first) first = trouble.next_try;
  }
  return first;
}

Status ImapMailbox::flush() {
  for (auto& [fate, uids] : done_) {
    if (auto done = afterwards(fate, uids); !done) return done;
  }
  return {};
}

Status ImapMailbox::afterwards(Fate fate, std::vector<std::uint32_t>& uids) {
  std::sort(uids.begin(), uids.end());
  ImapAfterwardsWork work(session_, folder_, plan_.afterwards);
  for (std::size_t from = 0; from < uids.size() && !broken_; from += moved_at_once) {
    const auto begin = uids.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = uids.begin() + static_cast<std::ptrdiff_t>(std::min(from + moved_at_once, uids.size()));
    const auto applied = work.apply(fate, std::vector<std::uint32_t>(begin, end));
    if (applied) continue;
    if (applied.error().code != "refused") return end_with(applied.error());
    complaint_ = applied.error().message;
  }
  uids.clear();
  return {};
}

}  // namespace ingest
