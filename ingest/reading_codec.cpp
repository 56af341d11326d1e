#include "ingest/reading_codec.h"

#include "ingest/codec_directions.h"
#include "ingest/report_codec.h"

namespace ingest {
namespace {

constexpr std::uint8_t end_mark = 0xe5;

void pass_bytes(CodecWriter& wire, const PreparedAttachment& attachment, std::string_view message) {
  const bool same = attachment.is_message || attachment.bytes == message;
  wire.flag(same);
  if (!same) wire.blob(attachment.bytes);
}
void pass_bytes(CodecReader& wire, PreparedAttachment& attachment, std::string_view) {
  wire.flag(attachment.is_message);
  if (!attachment.is_message) wire.blob(attachment.bytes);
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, PreparedReading>& reading, std::string_view message, const Limits& limits) {
  wire.value(reading.kind);
  wire.flag(reading.loose_file);
  auto& headers = reading.headers;
  wire.name(headers.subject);
  wire.name(headers.from);
  wire.name(headers.message_id);
  wire.optional(headers.date, [&](auto& date) { wire.number(date); });
  wire.list(headers.authentication_results, limits.header_count, [&](auto& header) { wire.text(header); });
  wire.optional(reading.refused, [&](auto& refused) { pass(wire, refused); });
  // Parts of the mail, of mails in it, and of mails in its archives.
  const std::size_t most = limits.mime_parts + limits.archive_entries;
  wire.stream(reading.attachments, most * most, [&](auto& attachment) {
    wire.name(attachment.name);
    pass_bytes(wire, attachment, message);
    wire.stream(attachment.documents, most * most, [&](auto& document) {
      wire.name(document.name);
      wire.index(document.index);
      wire.name(document.excerpt);
      pass(wire, document.report, limits);
    });
    if constexpr (Wire::reads) wire.require(!attachment.documents.empty(), "an attachment holds nothing");
  });
}

}  // namespace

void write_reading(WireWriter& wire, const PreparedReading& reading, std::string_view message) {
  CodecWriter writing(wire);
  pass(writing, reading, message, Limits());
  wire.byte(end_mark);
}

PreparedReading read_reading(WireReader& wire, const Limits& limits, std::size_t memory_bytes) {
  CodecReader read(wire, limits, memory_bytes);
  PreparedReading reading;
  pass(read, reading, "", limits);
  if (wire.byte(0xff) != end_mark) wire.fail("it does not end where it should");
  if (!wire.good()) return {};
  return reading;
}

}  // namespace ingest
