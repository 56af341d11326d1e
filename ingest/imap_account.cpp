#include "ingest/imap_account.h"

namespace ingest {

using schema::Result;
using schema::Status;

Status ImapAccount::log_in(const Credentials& credentials) {
  session_.reset();
  auto connection = connect(settings_.endpoint(), {}, bell_);
  if (!connection) return unexpected(connection.error());
  ImapLimits imap_limits;
  imap_limits.fetch_literal_bytes = limits_.mail_bytes + 64 * KiB;
  session_.emplace(std::move(*connection), imap_limits);
  auto logged_in = session_->login(credentials, settings_.host, settings_.usual_port());
  if (!logged_in) session_.reset();
  return logged_in;
}

ImapMailbox::Plan ImapAccount::plan(const std::string& folder) const {
  ImapMailbox::Plan plan;
  plan.mailbox = settings_.name;
  plan.folder = folder;
  plan.afterwards = settings_.afterwards;
  return plan;
}

std::unique_ptr<RemoteFolder> ImapAccount::open(const std::string& folder, std::size_t most) {
  ImapMailbox::Plan& plan = plans_[folder] = this->plan(folder);
  plan.most = most;
  return std::make_unique<ImapMailbox>(*session_, memories_[folder], plan, limits_, find_final_);
}

Result<FolderSummary> ImapAccount::look(const std::string& folder) {
  const auto selected = session_->select(folder, true);
  if (!selected) return unexpected(selected.error());
  const auto uids = session_->list_uids();
  if (!uids) return unexpected(uids.error());
  const auto known = find_final_("imap", ImapMailbox::origin_of(plan(folder), *selected));
  if (!known) return unexpected(known.error());
  FolderSummary summary{folder, uids->size(), 0};
  for (const std::uint32_t uid : *uids) {
    if (!selected->lasting_uids || known->count(std::to_string(uid)) == 0) ++summary.unread;
  }
  return summary;
}

Result<bool> ImapAccount::wait(Deadline until) {
  // News come for the folder that is selected: the first one, where there are several.
  if (settings_.folders.size() > 1) {
    const auto selected = session_->select(settings_.folders.front(), settings_.afterwards.after == After::keep);
    if (!selected) return unexpected(selected.error());
  }
  return session_->idle(until);
}

void ImapAccount::leave() {
  if (session_) session_->logout();
  session_.reset();
}

}  // namespace ingest
