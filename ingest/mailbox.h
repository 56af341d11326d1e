// Where messages come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "schema/result.h"

namespace ingest {

struct Message {
  std::string kind;        // of the origin: file, mbox, maildir, imap, pop3, lmtp, stdin, upload
  std::string origin;      // where it lies: path of the file or folder, name of the mailbox
  std::string position;    // which message in it: byte offset, file name, UID; empty when the origin is one message
  std::string bytes;       // as they came
  std::string name;        // file name where the message is a file, for display
  bool too_large = false;  // longer than the limit: `bytes` holds only its beginning
  std::uint64_t size = 0;  // of the whole message, also when too_large
};

// What became of a message, as far as the place where it lies is concerned.
enum class Fate : std::uint8_t {
  done,    // each of its attachments is stored, or was stored before
  failed,  // at least one of them is quarantined or in conflict
  other,   // it holds no report: all is ignored
};

// What is kept of a message over the limit: enough to show what it was.
inline constexpr std::size_t too_large_kept_bytes = 64 * 1024;
inline void make_too_large(Message& message) {
  message.too_large = true;
  if (message.bytes.size() > too_large_kept_bytes) message.bytes.resize(too_large_kept_bytes);
  message.bytes.shrink_to_fit();
}

// How far a mailbox has been read, for progress; bytes where sizes are known.
struct Progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: not known
};

class Mailbox {
 public:
  virtual ~Mailbox() = default;
  // The next message; none when there are no more. `unavailable`: this message (named by the error) could not be read,
  // the next call goes on behind it.
  virtual schema::Result<std::optional<Message>> next() = 0;
  // Called only after the outcome of `message` is committed: a crash makes us read a message twice rather than lose it.
  // `bytes` may have been let go by then; everything else is as next() gave it.
  virtual schema::Status mark_done(const Message& message, Fate fate) = 0;
  virtual Progress progress() const { return {}; }
};

}  // namespace ingest
