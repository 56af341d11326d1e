#include "ingest/remote_mailbox.h"

#include "ingest/imap_account.h"
#include "ingest/pop3_account.h"

namespace ingest {

std::unique_ptr<RemoteMailbox> remote_mailbox(const MailboxSettings& settings, const Limits& limits,
                                              const FindFinal& find_final, Bell& bell) {
  if (settings.protocol == MailProtocol::pop3) {
    return std::make_unique<Pop3Account>(settings, limits, find_final, bell);
  }
  return std::make_unique<ImapAccount>(settings, limits, find_final, bell);
}

}  // namespace ingest
