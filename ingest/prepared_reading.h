// What read_message() found, with all that can be derived from it without the database: made beside the writing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/message_reader.h"
#include "schema/report_store.h"

namespace ingest {

struct PreparedDocument {
  std::string name;
  std::uint32_t index = 0;
  schema::Result<schema::PreparedReport> report;
  std::string excerpt = {};
};

struct PreparedAttachment {
  std::string name;
  std::string bytes;
  std::vector<PreparedDocument> documents;
};

struct PreparedReading {
  MailKind kind = MailKind::other;
  bool loose_file = false;
  MailHeaders headers;
  std::vector<PreparedAttachment> attachments;
  std::optional<schema::Error> refused;
};

// read_message(), or what stands in its place: a process of its own, a fake. Called by several threads at a time.
using MessageReader = std::function<MessageReading(std::string_view bytes, std::string_view name, const Limits& limits,
                                                   std::int64_t now)>;

// Reads a message, whatever happens: a reader that fails to answer gives a refused mail (memory, worker_crash).
PreparedReading prepared_reading(const MessageReader& reader, std::string_view bytes, std::string_view name,
                                 const Limits& limits, std::int64_t now);

}  // namespace ingest
