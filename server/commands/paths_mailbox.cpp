#include "server/commands/paths_mailbox.h"

#include "ingest/open_mailbox.h"
#include "ingest/run_origin.h"

namespace server {

PathsMailbox::PathsMailbox(std::vector<std::string> paths, ingest::Limits limits, ingest::InputType type)
    : paths_(std::move(paths)), limits_(limits), type_(type) {}

schema::Result<std::optional<ingest::Message>> PathsMailbox::next() {
  for (;;) {
    if (!current_) {
      if (opened_ == paths_.size()) return std::nullopt;
      auto mailbox = ingest::open_mailbox(paths_[opened_++], limits_, type_);
      if (!mailbox) return schema::unexpected(std::move(mailbox.error()));
      current_ = std::move(*mailbox);
    }
    auto message = current_->next();
    if (!message) return message;
    if (*message) {
      not_done_.emplace(Place{(*message)->origin, (*message)->position}, current_);
      return message;
    }
    current_.reset();
  }
}

schema::Status PathsMailbox::mark_done(const ingest::Message& message, ingest::Fate fate) {
  const auto at = not_done_.find({message.origin, message.position});
  if (at == not_done_.end()) return {};
  const auto mailbox = at->second;
  not_done_.erase(at);
  return mailbox->mark_done(message, fate);
}

std::string PathsMailbox::name() const {
  return ingest::run_origin(paths_.empty() ? "" : paths_.front(), paths_.size());
}

ingest::Progress PathsMailbox::progress() const {
  const ingest::Progress own = current_ ? current_->progress() : ingest::Progress{};
  if (paths_.size() == 1) return own;
  constexpr std::uint64_t whole = 1000;  // of a path
  const std::size_t finished = opened_ - (current_ ? 1 : 0);
  return {finished * whole + (own.total > 0 ? whole * own.done / own.total : 0), paths_.size() * whole};
}

}  // namespace server
