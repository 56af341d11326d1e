#include "ingest/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <vector>

namespace ingest {

struct Inflater::Stream {
  z_stream z{};
};

Inflater::Inflater() : stream_(std::make_unique<Stream>()) {
  constexpr int window_bits = 15, gzip_or_zlib = 32;
  if (inflateInit2(&stream_->z, window_bits + gzip_or_zlib) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&stream_->z);
}

void Inflater::reset() {
  inflateReset(&stream_->z);
}

Inflater::Step Inflater::step(std::string_view input, char* output, std::size_t output_size) {
  z_stream& z = stream_->z;
  constexpr std::size_t most = std::numeric_limits<uInt>::max();
  const auto input_size = static_cast<uInt>(std::min(input.size(), most));
  const auto room = static_cast<uInt>(std::min(output_size, most));
  // zlib does not write to its input; the cast is what its interface lacks.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  z.avail_in = input_size;
  z.next_out = reinterpret_cast<Bytef*>(output);
  z.avail_out = room;
  z.msg = nullptr;
  const int code = inflate(&z, Z_NO_FLUSH);
  Step step;
  step.consumed = input_size - z.avail_in;
  step.produced = room - z.avail_out;
  switch (code) {
    case Z_OK:
    case Z_BUF_ERROR:
      break;
    case Z_STREAM_END:
      step.state = State::end;
      break;
    case Z_MEM_ERROR:
      throw std::bad_alloc();
    default: {
      const std::string_view message = z.msg == nullptr ? "" : z.msg;
      step.state = message == "incorrect data check"     ? State::bad_checksum
                   : message == "incorrect length check" ? State::end  // the CRC was right
                                                         : State::corrupt;
    }
  }
  return step;
}

schema::Result<bool> inflate_all(std::string_view bytes, const InflateSink& sink) {
  constexpr std::size_t block_bytes = 64 * 1024;
  std::vector<char> block(block_bytes);
  Inflater inflater;
  std::size_t at = 0;
  for (;;) {
    const Inflater::Step step = inflater.step(bytes.substr(at), block.data(), block.size());
    at += step.consumed;
    if (step.produced > 0) {
      if (schema::Status taken = sink({block.data(), step.produced}, at); !taken) return tl::unexpected(taken.error());
    }
    switch (step.state) {
      case Inflater::State::more:
        if (step.consumed == 0 && step.produced == 0) {
          return schema::malformed("archive_truncated", "the compressed data end too early");
        }
        continue;
      case Inflater::State::corrupt:
        return schema::malformed("archive_corrupt", "the compressed data are broken");
      case Inflater::State::bad_checksum:
        return schema::malformed("crc", "the checksum of the compressed data does not match");
      case Inflater::State::end:
        break;
    }
    if (bytes.substr(at, 2) != "\x1f\x8b") break;
    inflater.reset();
  }
  return bytes.find_first_not_of(std::string_view(" \t\r\n\0", 5), at) != std::string_view::npos;
}

std::string gzip_compressed(std::string_view bytes) {
  z_stream z{};
  constexpr int window_bits = 15, gzip = 16, memory_level = 8;
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits + gzip, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&z, static_cast<uLong>(bytes.size())), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);  // deflateBound() has made room for all of it
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

}  // namespace ingest
