#include "ingest/codec_directions.h"

#include "schema/note.h"
#include "schema/reason.h"
#include "schema/utf8.h"

namespace ingest {
namespace {

// What may be remembered on both sides, so that a text which comes again is a number: most texts of a report do.
constexpr std::size_t most_remembered = 65'536;
constexpr std::size_t longest_remembered = 512;

// How a text is said: as nothing (most are empty), by itself, by itself and remembered from now on, or as number
// `tag - first_remembered` of those.
constexpr std::uint64_t tag_empty = 0, tag_plain = 1, tag_new = 2, first_remembered = 3;

template <typename Wire>
void pass_position(Wire& wire, Of<Wire, schema::Position>& position) {
  wire.number(position.line);
  wire.number(position.column);
  wire.number(position.byte);
}

template <typename Wire>
void pass_error(Wire& wire, Of<Wire, schema::Error>& error) {
  wire.value(error.kind);
  wire.code(error.code);
  wire.name(error.message);
  wire.optional(error.position, [&](auto& position) { pass_position(wire, position); });
}

}  // namespace

void CodecWriter::text(const std::string& value) {
  if (value.empty()) return wire_.number(tag_empty);
  if (value.size() > longest_remembered) return plain(value);
  const auto [known, is_new] = numbers_.try_emplace(value, numbers_.size());
  if (!is_new) return wire_.number(first_remembered + known->second);
  const bool kept = numbers_.size() <= most_remembered;
  if (!kept) numbers_.erase(known);
  wire_.number(kept ? tag_new : tag_plain);
  wire_.text(value);
}
void CodecWriter::plain(const std::string& value) {
  wire_.number(tag_plain);
  wire_.text(value);
}

void CodecWriter::texts(const schema::NumberedTexts& all) {
  wire_.number(all.size());
  for (std::uint32_t n = 0; n < all.size(); ++n) wire_.text(all[n]);
}

CodecReader::CodecReader(WireReader& wire, const Limits& limits, std::size_t memory_bytes)
    : wire_(wire),
      longest_text_(4 * std::max({limits.header_unfolded_bytes, limits.text_bytes, limits.report_id_bytes,
                                  limits.org_name_bytes, limits.email_bytes, limits.domain_bytes})),
      longest_bytes_(std::max({limits.mail_bytes, limits.attachment_bytes, limits.decompressed_mail_bytes})),
      memory_left_(memory_bytes) {}

void CodecReader::text(std::string& value) {
  const std::uint64_t tag = wire_.number(first_remembered + most_remembered);
  if (tag >= first_remembered) {
    if (tag - first_remembered >= texts_.size()) return wire_.fail("a text is referred to that never came");
    value = texts_[tag - first_remembered];
    return spend(value.size());
  }
  if (tag == tag_empty) return value.clear();
  wire_.text(value, longest_text_);
  spend(value.size());
  if (!schema::is_utf8(value)) return wire_.fail("a text is not UTF-8");
  if (tag == tag_new) remember(value);
}

void CodecReader::name(std::string& value) {
  text(value);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(value, is_control)) wire_.fail("a name holds control characters");
}

void CodecReader::code(std::string& value) {
  text(value);
  if (schema::reason_code(value) == nullptr && wire_.good()) wire_.fail("there is no such reason");
}

void CodecReader::note_code(std::string& value) {
  text(value);
  if (schema::note_kind(value) == nullptr && wire_.good()) wire_.fail("there is no such note");
}

void CodecReader::blob(std::string& value) {
  wire_.text(value, std::min(longest_bytes_, memory_left_));
  spend(value.size());
}

void CodecReader::texts(schema::NumberedTexts& all) {
  byte_texts(all);
  for (std::uint32_t n = 0; n < all.size() && wire_.good(); ++n)
    require(schema::is_utf8(all[n]), "a text is not UTF-8");
}

void CodecReader::byte_texts(schema::NumberedTexts& all) {
  std::string text;
  std::uint64_t bytes = 0;
  for (std::uint64_t left = wire_.number(UINT32_MAX); left > 0 && wire_.good(); --left) {
    wire_.text(text, longest_text_);
    spend(sizeof(std::uint32_t) + text.size());
    bytes += text.size();
    require(bytes <= UINT32_MAX, "the texts are longer than their numbers reach");
    if (wire_.good()) all.append(text);
  }
}

void CodecReader::spend(std::size_t bytes) {
  if (bytes > memory_left_) wire_.fail("it is larger than it may be");
  memory_left_ -= std::min(bytes, memory_left_);
}

void CodecReader::remember(const std::string& value) {
  if (value.size() > longest_remembered || texts_.size() == most_remembered)
    return wire_.fail("too much is to be remembered");
  spend(sizeof value + value.size());
  texts_.push_back(value);
}

void pass(CodecWriter& wire, const schema::Error& error) {
  pass_error(wire, error);
}
void pass(CodecReader& wire, schema::Error& error) {
  pass_error(wire, error);
}
void pass(CodecWriter& wire, const schema::Position& position) {
  pass_position(wire, position);
}
void pass(CodecReader& wire, schema::Position& position) {
  pass_position(wire, position);
}

}  // namespace ingest
