// What the API functions know besides the request. Whoever starts the server fills it once; the functions are called
// by several threads at a time, so that everything in it must bear that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/reason.h"
#include "schema/result.h"

namespace schema {
class Readers;
}

namespace server {

// One file or mail that was sent to us.
struct UploadedFile {
  std::string name;  // as its sender called it; display text only, may be empty
  std::string bytes;
};

// What became of one attachment of an upload, or of a failure that was tried again.
struct UploadedAttachment {
  std::string name;
  schema::Outcome outcome = schema::Outcome::ignored;
  std::string code;                        // reason code; empty when stored
  std::string detail;                      // one sentence; empty when stored
  std::optional<std::int64_t> report_id;   // stored, duplicate: this report; conflict: the first one
  std::optional<std::int64_t> failure_id;  // quarantined, conflict
};

// How a mailbox on a server is doing. Times in seconds since 1970; empty texts: nothing to say.
struct MailboxReport {
  std::string name, protocol, host;
  std::vector<std::string> folders;
  std::string state;    // starting, connecting, fetching, watching, waiting, refused, stopped
  bool pushed = false;  // the server tells of new mail by itself
  std::optional<std::int64_t> checked_at, last_mail_at, next_try_at, error_at;
  std::int64_t mails = 0;   // stored since the start
  std::int64_t lag = 0;     // seen there, not yet stored
  std::int64_t missed = 0;  // of these, such as the server does not give
  std::string error;        // why the last pass failed
  std::string complaint;    // what went wrong without stopping anything
};

// Where the database lies.
struct StorageReport {
  std::string state =
      "ok";             // ok; low: nothing is taken in; full: a write found it so; damaged: the database is only read
  std::string message;  // what is the matter and what to do, of all but ok
};

// How old reports are given up.
struct RetentionReport {
  std::int64_t days = 0;
  bool keep_rollups = false;
  std::string state = "off";  // off, idle, pruning; waiting: for others, or for room; paused: until a person says so
  std::string message;        // why, of the last two
};

enum class FailureDecision : std::uint8_t { open, ignored };
enum class KeptReport : std::uint8_t { first, second };

class Access;
class Metrics;
class Monitor;
class AnswerCache;
class HeavyGate;

struct ApiContext {
  std::string version;                          // of the program
  std::string base_path;                        // "" or "/dmarc": stands before every link
  bool open_to_network = false;                 // listens on more than this machine, without login
  std::size_t upload_bytes = 25 * 1024 * 1024;  // largest body of an upload
  std::size_t upload_files = 100;               // most files of one upload
  schema::Readers* readers = nullptr;           // never null; outlives the server
  AnswerCache* answers = nullptr;               // null: every question is worked out; outlives the server
  HeavyGate* heavy = nullptr;  // null: expensive questions do not wait for each other; outlives the server

  Metrics* metrics = nullptr;  // what is counted; null: nothing is
  Monitor* monitor = nullptr;  // answers /metrics; null: not here
  bool ready_requires_mailbox = false;

  Access* access = nullptr;  // users and tokens; null: whoever asks was let in by other means

  // What only the writing side can do. Each returns after its work is committed. Errors: `unavailable` (try again
  // later) and `internal`; for the three that name a failure also `malformed` with the code `not_found` (no such
  // failure) or `wrong_state` (it is resolved already; it is no conflict).

  // Reads and stores the files as one run; what became of every attachment, at least one a file. `upload_stopped`:
  // somebody asked for its end.
  std::function<schema::Result<std::vector<UploadedAttachment>>(std::vector<UploadedFile>)> upload;
  // Reads the original of a failure again with the parser of today.
  std::function<schema::Result<UploadedAttachment>(std::int64_t failure_id)> retry;
  std::function<schema::Status(std::int64_t failure_id, FailureDecision decision, const std::string& note)> decide;
  // A conflict: which of the two reports counts from now on.
  std::function<schema::Status(std::int64_t failure_id, KeptReport kept)> resolve;

  // The XML of document number `document` of an attachment as it came, unpacked within the limits. Reads no database.
  std::function<schema::Result<std::string>(std::string_view attachment, std::int64_t document)> document;

  // The mailboxes that are watched; none: nothing is watched.
  std::function<std::vector<MailboxReport>()> mailboxes;
  // Wakes the one with this name, or all for an empty one; how many there were.
  std::function<std::size_t(const std::string& name)> fetch_now;

  // none: nobody looks after it.
  std::function<StorageReport()> storage;
  std::function<RetentionReport()> retention;
};

}  // namespace server
