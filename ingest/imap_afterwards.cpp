#include "ingest/imap_afterwards.h"

#include "ingest/failpoint.h"

namespace ingest {
namespace {

using schema::Status;

Status status_of(const schema::Result<ImapResponse>& answer) {
  return answer ? Status() : Status(schema::unexpected(answer.error()));
}

}  // namespace

const std::string& ImapAfterwardsWork::target(Fate fate) const {
  return fate == Fate::done ? plan_.done_folder : fate == Fate::failed ? plan_.failed_folder : plan_.other_folder;
}

bool ImapAfterwardsWork::concerns(Fate fate, std::int64_t age_seconds) const {
  switch (plan_.after) {
    case After::keep:
      return false;
    case After::seen:
    case After::keyword:
      return fate != Fate::other;
    case After::move:
      return !target(fate).empty();
    case After::remove:
      if (fate == Fate::done) return age_seconds >= std::int64_t{plan_.delete_after_days} * 86400;
      return !target(fate).empty();
  }
  return false;
}

std::string ImapAfterwardsWork::undone() const {
  return plan_.after == After::seen ? "UNSEEN" : plan_.after == After::keyword ? "UNKEYWORD " + plan_.keyword : "ALL";
}

Status ImapAfterwardsWork::apply(Fate fate, const std::vector<std::uint32_t>& uids) {
  if (uids.empty()) return {};
  if (folder_.read_only) return schema::unavailable("refused", "The folder " + folder_.name + " is read-only.");
  if (plan_.after == After::seen) return mark(uids, "\\Seen");
  if (plan_.after == After::keyword) {
    if (folder_.keeps_flags.count("\\*") == 0) {
      return schema::unavailable("refused", "The mail server keeps no keywords in " + folder_.name + ".");
    }
    return mark(uids, plan_.keyword);
  }
  if (plan_.after == After::remove && fate == Fate::done) return remove(uids);
  const std::string& folder = target(fate);
  const auto wire = ImapSession::quoted_folder(folder);
  if (!wire) return unexpected(wire.error());
  return move(uids, *wire, folder);
}

Status ImapAfterwardsWork::mark(const std::vector<std::uint32_t>& uids, const std::string& flag) {
  return status_of(session_.run("UID STORE " + imap_set(uids) + " +FLAGS.SILENT (" + flag + ")"));
}

// A command that puts mails into a folder; the folder is made where it is missing.
Status ImapAfterwardsWork::into_folder(const std::string& command, const std::string& wire_folder,
                                       const std::string& folder) {
  const auto answer = session_.run(command + " " + wire_folder);
  if (answer) return {};
  auto error = answer.error();
  if (error.code == "refused" && session_.refusal_code() == "TRYCREATE") {
    if (auto created = session_.create(folder); !created) return created;
    return status_of(session_.run(command + " " + wire_folder));
  }
  if (error.code == "refused") error.message = "Mails cannot be moved to " + folder + ". " + error.message;
  return schema::unexpected(std::move(error));
}

Status ImapAfterwardsWork::move(const std::vector<std::uint32_t>& uids, const std::string& wire_folder,
                                const std::string& folder) {
  if (!session_.can("MOVE")) return move_by_copy(uids, wire_folder, folder);
  failpoint("before_move");
  auto moved = into_folder("UID MOVE " + imap_set(uids), wire_folder, folder);
  failpoint("after_move");
  return moved;
}

Status ImapAfterwardsWork::move_by_copy(const std::vector<std::uint32_t>& uids, const std::string& wire_folder,
                                        const std::string& folder) {
  if (auto copied = into_folder("UID COPY " + imap_set(uids), wire_folder, folder); !copied) return copied;
  failpoint("after_copy");
  return expunge(uids);
}

// Never a plain EXPUNGE: that would also end what others have marked. Without UIDPLUS the mark stays, and whoever
// empties the folder next ends ours with theirs.
Status ImapAfterwardsWork::expunge(const std::vector<std::uint32_t>& uids) {
  if (auto marked = mark(uids, "\\Deleted"); !marked) return marked;
  if (!session_.can("UIDPLUS")) return {};
  return status_of(session_.run("UID EXPUNGE " + imap_set(uids)));
}

Status ImapAfterwardsWork::remove(const std::vector<std::uint32_t>& uids) {
  // Gmail takes EXPUNGE for archiving; what shall go has to be put into the bin.
  if (session_.can("X-GM-EXT-1")) {
    const auto bin = session_.special_folder("\\Trash");
    if (!bin) return unexpected(bin.error());
    if (*bin) return move(uids, **bin, "the bin");
  }
  return expunge(uids);
}

}  // namespace ingest
