// mailbox -> reader -> store -> mark_done, and what becomes of a message that fails.
//
// The calling thread asks the mailbox, writes, commits and acknowledges; others read the next mails meanwhile. A
// message is acknowledged only when its outcome is on disk, so that a crash at any point costs nothing but reading it
// again; the ledger and the identity of reports keep that from being counted twice.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ingest/mail_writer.h"
#include "ingest/mailbox.h"
#include "ingest/reading_queue.h"
#include "schema/ledger.h"
#include "schema/writer.h"

namespace ingest {

struct IngestTotals : schema::RunTotals {
  std::int64_t run_id = 0;
  std::int64_t unread = 0;   // messages that the mailbox could not give, or could not mark as done
  std::int64_t skipped = 0;  // messages that were done before; see IngestSettings::resume
  bool stopped = false;      // before the end of the mailbox: by `stop`, or
  bool stop_asked = false;   // since somebody asked for the end of this run (schema/runs.h)
  double seconds = 0;
};

struct IngestWatch {
  // After each commit, for each document in it.
  std::function<void(const DocumentOutcome&)> outcome = [](const DocumentOutcome&) {};
  // What could not be read or acknowledged; the next message follows.
  std::function<void(const schema::Error&)> unread = [](const schema::Error&) {};
  // After each commit.
  std::function<void(const Progress&, const IngestTotals&)> progress = [](const Progress&, const IngestTotals&) {};
  // How long a step took, in seconds: fetch and store for each mail, commit. Reading is timed by the reader's owner.
  std::function<void(std::string_view step, double seconds)> timed = [](std::string_view, double) {};
  // Set by anyone: the mail that is being written is finished, what was written is committed, nothing new is begun. The
  // same happens when somebody asks for it by way of the database, at the next commit.
  const std::atomic<bool>* stop = nullptr;
};

class Ingester {
 public:
  // `writer` must outlive it.
  Ingester(schema::Writer& writer, IngestSettings settings, MessageReader reader);

  // Reads `mailbox` to its end, as one run of `kind` (import, upload, fetch), known as reading `origin` where that has
  // a name. Errors: those of the database; what was committed until then stays, the rest was not acknowledged.
  schema::Result<IngestTotals> ingest(Mailbox& mailbox, std::string_view kind, const IngestWatch& watch = {},
                                      std::string_view origin = {});

 private:
  class Run;

  schema::Writer& writer_;
  IngestSettings settings_;
  MessageReader reader_;
};

}  // namespace ingest
