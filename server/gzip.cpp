#include "server/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace server {
namespace {

constexpr int level = 5;  // JSON: a seventh larger than at 9, in a third of the time
constexpr int gzip_format = 15 + 16;

Bytef* input(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib reads it only
}

}  // namespace

struct GzipSink::State {
  explicit State(BodySink to) : sink(std::move(to)) {
    ready = deflateInit2(&stream, level, Z_DEFLATED, gzip_format, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bool push(std::string_view bytes, int flush) {
    if (!ready) return false;
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, 32768> out;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = out.size();
      deflate(&stream, flush);
      const std::size_t produced = out.size() - stream.avail_out;
      if (produced > 0 && !sink({out.data(), produced})) return ready = false;
    } while (stream.avail_out == 0);
    return true;
  }

  BodySink sink;
  z_stream stream{};
  bool ready = false;
};

GzipSink::GzipSink(BodySink sink) : state_(std::make_unique<State>(std::move(sink))) {}
GzipSink::~GzipSink() = default;

bool GzipSink::write(std::string_view bytes) {
  constexpr std::size_t step = std::size_t{1} << 30;  // zlib counts in 32 bits
  for (; bytes.size() > step; bytes.remove_prefix(step))
    if (!state_->push(bytes.substr(0, step), Z_NO_FLUSH)) return false;
  return state_->push(bytes, Z_NO_FLUSH);
}

bool GzipSink::finish() {
  return state_->push({}, Z_FINISH);
}

std::string gzip(std::string_view bytes) {
  std::string result;
  GzipSink sink([&](std::string_view part) {
    result += part;
    return true;
  });
  sink.write(bytes);
  sink.finish();
  return result;
}

std::string gunzip(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_format) != Z_OK) return {};
  stream.next_in = input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string result;
  std::array<char, 32768> out;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = out.size();
    status = inflate(&stream, Z_NO_FLUSH);
    result.append(out.data(), out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? result : std::string();
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    std::string coding;
    for (char c : accept_encoding.substr(0, comma))
      if (c != ' ' && c != '\t') coding += c;
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    const std::size_t semicolon = std::min(coding.find(';'), coding.size());
    if (coding.substr(0, semicolon) != "gzip") continue;
    const std::string weight = coding.substr(semicolon);
    return weight.substr(0, 3) != ";q=" || weight.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

}  // namespace server
