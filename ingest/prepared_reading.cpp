#include "ingest/prepared_reading.h"

#include <exception>
#include <new>
#include <utility>

namespace ingest {
namespace {

PreparedReading refused(std::string code, std::string message) {
  PreparedReading reading;
  reading.refused = schema::Error{schema::ErrorKind::malformed, std::move(code), std::move(message)};
  return reading;
}

}  // namespace

PreparedReading::PreparedReading(MessageReading&& reading)
    : kind(reading.kind),
      loose_file(reading.loose_file),
      headers(std::move(reading.headers)),
      refused(std::move(reading.refused)) {
  for (auto& attachment : reading.attachments) {
    PreparedAttachment& made = attachments.emplace_back();
    made.name = std::move(attachment.name);
    made.bytes = std::move(attachment.bytes);
    for (auto& document : attachment.documents) {
      made.documents.push_back(
          {std::move(document.name), document.index, std::move(document.report), std::move(document.excerpt)});
    }
  }
}

const schema::Error* no_reader(const PreparedReading& reading) {
  const bool is_so = reading.refused && reading.refused->kind == schema::ErrorKind::unavailable;
  return is_so ? &*reading.refused : nullptr;
}

PreparedReading prepared_reading(const MessageReader& reader, std::string_view bytes, std::string_view name,
                                 const Limits& limits, std::int64_t now) {
  // The reader promises not to throw; a thread that an exception leaves would end the program, and the next start
  // would meet the same mail.
  try {
    return reader(bytes, name, limits, now);
  } catch (const std::bad_alloc&) {
    return refused("memory", "There was not enough memory to read the mail.");
  } catch (const std::exception&) {
    return refused("worker_crash", "The mail could not be read because of a fault in the program.");
  }
}

}  // namespace ingest
