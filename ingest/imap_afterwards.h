// What happens to a mail in its folder after the database has it: nothing, a mark, another folder, or its end.
// Everything here can be repeated: a crash in the middle is mended by doing it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/imap_session.h"
#include "ingest/mailbox.h"
#include "schema/result.h"

namespace ingest {

enum class After : std::uint8_t {
  keep,     // nothing: the ledger alone knows what was read
  seen,     // marked as read
  keyword,  // marked with a keyword of our own
  move,     // to done_folder; what failed to failed_folder
  remove,   // deleted, once it is delete_after_days old
};

struct ImapAfterwards {
  After after = After::keep;
  std::string keyword = "$DmarcIngested";
  std::string done_folder, failed_folder;
  std::string other_folder;  // for mail that holds no report; empty: it is left alone
  int delete_after_days = 0;
};

class ImapAfterwardsWork {
 public:
  // Both must outlive it. `folder` is selected for writing.
  ImapAfterwardsWork(ImapSession& session, const ImapFolder& folder, const ImapAfterwards& plan)
      : session_(session), folder_(folder), plan_(plan) {}

  // Whether a mail of this fate would be touched at all. Deleting needs its age in seconds since it was read.
  bool concerns(Fate fate, std::int64_t age_seconds) const;
  // Which messages of the folder may lack what was done to them, in the words of SEARCH: "UNSEEN".
  std::string undone() const;
  // `uids` ascending, all of one fate. `refused`: the server does not let us; the mails stay where they are, and
  // nothing is lost. Other errors end the session.
  schema::Status apply(Fate fate, const std::vector<std::uint32_t>& uids);

 private:
  const std::string& target(Fate fate) const;
  schema::Status mark(const std::vector<std::uint32_t>& uids, const std::string& flag);
  schema::Status move(const std::vector<std::uint32_t>& uids, const std::string& wire_folder,
                      const std::string& folder);
  schema::Status move_by_copy(const std::vector<std::uint32_t>& uids, const std::string& wire_folder,
                              const std::string& folder);
  schema::Status into_folder(const std::string& command, const std::string& wire_folder, const std::string& folder);
  schema::Status remove(const std::vector<std::uint32_t>& uids);
  schema::Status expunge(const std::vector<std::uint32_t>& uids);

  ImapSession& session_;
  const ImapFolder& folder_;
  const ImapAfterwards& plan_;
};

}  // namespace ingest
