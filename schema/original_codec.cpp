#include "schema/original_codec.h"

#include <zlib.h>

namespace schema {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view zip_magic = "PK\x03\x04";

Bytef* zlib_bytes(std::string_view bytes) {
  // zlib takes what it only reads by a pointer to non-const.
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

// Empty when it would not be smaller.
std::string deflated(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit(&stream, Z_DEFAULT_COMPRESSION) != Z_OK) return {};
  std::string out(bytes.size(), '\0');
  stream.next_in = zlib_bytes(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = zlib_bytes(out);
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = deflate(&stream, Z_FINISH);
  out.resize(end == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

}  // namespace

EncodedOriginal encode_original(std::string_view bytes) {
  if (bytes.size() > longest_original_bytes) return {OriginalEncoding::not_kept, {}};
  if (!bytes.starts_with(gzip_magic) && !bytes.starts_with(zip_magic)) {
    auto smaller = deflated(bytes);
    if (!smaller.empty()) return {OriginalEncoding::zlib, std::move(smaller)};
  }
  return {OriginalEncoding::plain, std::string(bytes)};
}

Result<std::string> decode_original(OriginalEncoding encoding, std::string_view body, std::size_t bytes) {
  if (encoding == OriginalEncoding::not_kept) {
    return unavailable("original_not_kept", "The bytes are not kept here; read them where they came from.");
  }
  const auto corrupt = [] { return internal_error("corrupt", "An original in the database is damaged."); };
  if (encoding == OriginalEncoding::plain) {
    if (body.size() != bytes) return corrupt();
    return std::string(body);
  }
  if (encoding != OriginalEncoding::zlib || bytes > longest_original_bytes) return corrupt();
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return corrupt();
  std::string out(bytes, '\0');
  stream.next_in = zlib_bytes(body);
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = zlib_bytes(out);
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = inflate(&stream, Z_FINISH);
  const bool whole = end == Z_STREAM_END && stream.total_out == bytes;
  inflateEnd(&stream);
  if (!whole) return corrupt();
  return out;
}

}  // namespace schema
