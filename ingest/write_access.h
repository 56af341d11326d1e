// What a program that mostly reads (the server) asks of the writing side now and then. The database is opened for each
// request and closed behind it, so that an import beside the server finds it free. May be used by several threads: they
// wait for each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ingest/decisions.h"
#include "ingest/ingest_settings.h"
#include "ingest/mail_writer.h"

namespace ingest {

struct UploadedFile {
  std::string name;  // as its sender called it; display text only, may be empty
  std::string bytes;
};

struct Uploaded {
  DocumentOutcomes outcomes;  // of every document, in their order, at least one a file or mail
  bool stopped = false;       // somebody asked for its end: what was read until then is stored, and no more
};

// Everything is committed when a call returns. Errors: those of the database, `locked` among them while an import is
// running longer than `patience`; and those of ingest/decisions.h.
class WriteAccess {
 public:
  WriteAccess(std::string database_path, IngestSettings settings, MessageReader reader,
              std::chrono::milliseconds patience = std::chrono::seconds(10));

  // Reads the files as one run, a mbox as the mails in it.
  schema::Result<Uploaded> upload(std::vector<UploadedFile> files);
  schema::Result<DocumentOutcome> retry(std::int64_t failure_id);
  schema::Status decide(std::int64_t failure_id, schema::FailureState state, const std::string& note);
  schema::Status resolve(std::int64_t failure_id, Keep keep);

 private:
  schema::Result<std::unique_ptr<schema::Writer>> open() const;

  const std::string database_path_;
  const IngestSettings settings_;
  const MessageReader reader_;
  const std::chrono::milliseconds patience_;
  std::mutex one_at_a_time_;
};

}  // namespace ingest
