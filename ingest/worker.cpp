#include "ingest/worker.h"

#include <malloc.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "ingest/archive.h"
#include "ingest/failpoint.h"
#include "ingest/reading_codec.h"
#include "ingest/sandbox.h"
#include "schema/reason.h"

namespace ingest {
namespace {

// Both sides are the same program: the limits may travel as they are.
static_assert(std::is_trivially_copyable_v<Limits>);

constexpr std::uint64_t longest_request = std::uint64_t{1} << 40;
// Beyond this the memory that a mail took is given back behind it.
constexpr std::size_t large_message_bytes = 256 * KiB;

// A request with the bytes that it refers to.
struct ReceivedRequest : WorkerRequest {
  std::string bytes, name;
};

void read_request(WireReader& wire, ReceivedRequest& request) {
  request.kind = static_cast<WorkerRequest::Kind>(wire.byte(static_cast<std::uint8_t>(WorkerRequest::Kind::document)));
  wire.text(request.bytes, longest_request);
  wire.text(request.name, longest_request);
  request.now = static_cast<std::int64_t>(wire.number(UINT64_MAX));
  request.document = static_cast<std::uint32_t>(wire.number(UINT32_MAX));
  std::array<char, sizeof(Limits)> limits{};
  wire.bytes(limits.data(), limits.size());
  std::memcpy(&request.limits, limits.data(), limits.size());
}

bool write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(socket, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::size_t read_some(int socket, char* to, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(socket, to, size);
    if (count < 0 && errno == EINTR) continue;
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }
}

// False: nobody asks any more.
bool wait_for_request(int socket, std::chrono::milliseconds longest) {
  pollfd descriptor{socket, POLLIN, 0};
  return ::poll(&descriptor, 1, static_cast<int>(longest.count())) > 0;
}

void answer(int socket, const MessageReader& reader) {
  const auto wire_in =
      std::make_unique<WireReader>([socket](char* to, std::size_t size) { return read_some(socket, to, size); });
  ReceivedRequest request;
  read_request(*wire_in, request);
  if (!wire_in->good()) ::_exit(exit_unused);
  failpoint("worker_reading");
  const auto wire_out =
      std::make_unique<WireWriter>([socket](std::string_view bytes) { return write_all(socket, bytes); });
  if (request.kind == WorkerRequest::Kind::document) {
    write_document(*wire_out, unpacked_document(request.bytes, request.document, request.limits));
  } else {
    write_reading(*wire_out, prepared_reading(reader, request.bytes, request.name, request.limits, request.now),
                  request.bytes);
  }
  if (!wire_out->flush()) ::_exit(exit_unused);
  if (request.bytes.size() > large_message_bytes) {
    request = {};
    ::malloc_trim(0);
  }
}

}  // namespace

void write_request(WireWriter& wire, const WorkerRequest& request) {
  wire.byte(static_cast<std::uint8_t>(request.kind));
  wire.text(request.bytes);
  wire.text(request.name);
  wire.number(static_cast<std::uint64_t>(request.now));
  wire.number(request.document);
  std::array<char, sizeof(Limits)> limits;
  std::memcpy(limits.data(), &request.limits, limits.size());
  wire.bytes({limits.data(), limits.size()});
  wire.flush();
}

void run_worker(int socket, const MessageReader& reader, const WorkerLimits& limits) {
  const auto entered = enter_sandbox(limits);
  {
    WireWriter hello([socket](std::string_view bytes) { return write_all(socket, bytes); });
    hello.text(entered ? std::string_view() : std::string_view(entered.error().message));
    hello.flush();
  }
  if (!entered) ::_exit(exit_no_sandbox);
  try {
    // The first request is on its way.
    for (auto longest = limits.wall; wait_for_request(socket, longest); longest = limits.idle) answer(socket, reader);
  } catch (const std::bad_alloc&) {
    ::_exit(exit_no_memory);
  }
  ::_exit(exit_unused);
}

void warm_up(const MessageReader& reader) {
  // A report about a name that is no ASCII, so that everything is asked once: hashes, the Public Suffix List, IDNA.
  constexpr std::string_view report =
      "<feedback><report_metadata><org_name>a</org_name><email>a@example.com</email><report_id>1</report_id>"
      "<date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>"
      "<policy_published><domain>example.com</domain><p>none</p></policy_published>"
      "<record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>none</disposition>"
      "<dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>b\xc3\xbc.example.com"
      "</header_from></identifiers><auth_results><spf><domain>example.com</domain><result>pass</result></spf>"
      "</auth_results></record></feedback>";
  constexpr std::string_view head =
      "From: a@example.com\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n"
      "Content-Type: text/xml; name=a.xml\n\n";
  constexpr std::int64_t now = 1767312000;
  prepared_reading(reader, std::string(head) + std::string(report), "", {}, now);
}

schema::Result<std::string> unpacked_document(std::string_view attachment, std::uint32_t number, const Limits& limits) {
  Budget budget(limits);
  auto documents = unpack(attachment, limits, budget);
  if (number >= documents.size()) return schema::malformed("not_found", "the attachment has no such document");
  return std::move(documents[number].bytes);
}

void write_document(WireWriter& wire, const schema::Result<std::string>& document) {
  wire.byte(document ? 1 : 0);
  if (document) {
    wire.text(*document);
  } else {
    wire.text(document.error().code);
    wire.text(document.error().message);
  }
}

schema::Result<std::string> read_document(WireReader& wire, const Limits& limits) {
  std::string first, second;
  if (wire.byte(1) == 1) {
    wire.text(first, std::max(limits.document_bytes, limits.decompressed_bytes));
    return first;
  }
  wire.text(first, limits.text_bytes);
  wire.text(second, limits.text_bytes);
  if (first != "not_found" && schema::reason_code(first) == nullptr) wire.fail("there is no such reason");
  return schema::malformed(first, second);
}

}  // namespace ingest
