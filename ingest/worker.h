// The process that reads mails: message_reader without files, network or secrets. It takes one request after the other
// from its socket and writes its answers there.
#pragma once

#include <cstdint>
#include <string_view>

#include "ingest/prepared_reading.h"
#include "ingest/wire.h"
#include "ingest/worker_limits.h"

namespace ingest {

// What a worker is asked.
struct WorkerRequest {
  enum class Kind : std::uint8_t { reading, document };
  Kind kind = Kind::reading;
  std::string_view bytes, name;
  std::int64_t now = 0;
  std::uint32_t document = 0;  // which of them, of what `bytes` unpack to
  Limits limits;
};
void write_request(WireWriter& wire, const WorkerRequest& request);

// How a worker ends by itself.
enum WorkerExit : int { exit_unused = 0, exit_no_memory = 3, exit_no_sandbox = 4 };

// The worker's whole life, in a process that has one thread and `socket`. First it says a text: empty, or why there is
// no sandbox.
[[noreturn]] void run_worker(int socket, const MessageReader& reader, const WorkerLimits& limits);

// Lets libraries load now what they load once: in a sandbox they could not.
void warm_up(const MessageReader& reader);

// A document that was unpacked, or why not.
void write_document(WireWriter& wire, const schema::Result<std::string>& document);
schema::Result<std::string> read_document(WireReader& wire, const Limits& limits);

// The document with this number of what `attachment` unpacks to. Error not_found: there are fewer.
schema::Result<std::string> unpacked_document(std::string_view attachment, std::uint32_t number, const Limits& limits);

}  // namespace ingest
