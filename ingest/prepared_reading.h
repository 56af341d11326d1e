// What read_message() found, with all that can be derived from it without the database: made beside the writing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/message_reader.h"
#include "schema/prepared_report.h"

namespace ingest {

struct PreparedDocument {
  std::string name;
  std::uint32_t index = 0;
  schema::Result<schema::PreparedReport> report = schema::unexpected({});
  std::string excerpt = {};
};

struct PreparedAttachment {
  std::string name;
  std::string bytes;
  bool is_message = false;  // its bytes are those of the message, which need not be held twice; `bytes` is empty
  std::vector<PreparedDocument> documents;
};

struct PreparedReading {
  PreparedReading() = default;
  PreparedReading(MessageReading&& reading);  // what can be derived is derived here

  MailKind kind = MailKind::other;
  bool loose_file = false;
  MailHeaders headers;
  std::vector<PreparedAttachment> attachments;
  std::optional<schema::Error> refused;
  // The process that read it ended over it; `refused` says how. Another may have better luck.
  bool worker_died = false;
};

// Reads a message: in a process of its own (ingest/worker_pool.h), or read_message() as it is, or a fake. Called by
// several threads at a time.
using MessageReader = std::function<PreparedReading(std::string_view bytes, std::string_view name, const Limits& limits,
                                                    std::int64_t now)>;

// Why nothing could be read now, through no fault of the mail (no process can be had): its turn comes later.
const schema::Error* no_reader(const PreparedReading& reading);

// Reads a message, whatever happens: a reader that fails to answer gives a refused mail (memory, worker_crash).
PreparedReading prepared_reading(const MessageReader& reader, std::string_view bytes, std::string_view name,
                                 const Limits& limits, std::int64_t now);

}  // namespace ingest
