// How a mailbox on a server is doing, for people and monitors.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace ingest {

enum class MailboxState : std::uint8_t {
  starting,
  connecting,
  fetching,
  watching,  // connected, all is read
  waiting,   // something failed; will try again by itself
  refused,   // the login is refused; will not try again by itself
  stopped,
};
std::string_view name(MailboxState);

// Times in seconds since 1970.
struct MailboxStatus {
  MailboxState state = MailboxState::starting;
  bool pushed = false;                       // the server tells of new mail by itself (IDLE)
  std::optional<std::int64_t> checked_at;    // when all was last known to be read
  std::optional<std::int64_t> last_mail_at;  // when a mail was last stored
  std::uint64_t mails = 0;                   // stored since the program was started
  std::uint64_t lag = 0;                     // messages seen in the mailbox and not yet stored
  std::uint64_t missed = 0;                  // of these, such as the server does not give
  std::string error;                         // the last one, in words; empty: none since the last good pass
  std::optional<std::int64_t> error_at;
  std::optional<std::int64_t> next_try_at;  // state waiting
  std::string complaint;                    // stops nothing: a move that was refused
};

// One writer, any readers.
class MailboxStatusCell {
 public:
  MailboxStatus get() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }
  template <typename Change>
  void change(Change&& change) {
    const std::lock_guard lock(mutex_);
    change(status_);
  }

 private:
  mutable std::mutex mutex_;
  MailboxStatus status_;
};

}  // namespace ingest
