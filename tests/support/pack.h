// Archives for tests, right or wrong in every field.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

// `window_bits` as in zlib: 31 gzip, 15 zlib, -15 raw deflate.
inline std::string deflated(std::string_view text, int window_bits = 31) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&z, static_cast<uLong>(text.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(result.data());
  z.avail_out = static_cast<uInt>(result.size());
  deflate(&z, Z_FINISH);
  result.resize(z.total_out);
  deflateEnd(&z);
  return result;
}

inline std::string gzip(std::string_view text) {
  return deflated(text, 31);
}

struct ZipFile {
  std::string name, content;
  bool stored = false;
  int flags = 0;              // 1: encrypted
  int method = -1;            // another one than the true
  std::int64_t size = -1;     // another declared size than the true
  std::int64_t crc = -1;      // another checksum
  int shares_data_with = -1;  // the entry whose local header this one points at
};

inline std::string zip(const std::vector<ZipFile>& files) {
  const auto number = [](std::uint64_t value, int bytes) {
    std::string result;
    for (int i = 0; i < bytes; ++i) result += static_cast<char>(value >> (8 * i));
    return result;
  };
  std::string archive, directory;
  std::vector<std::size_t> offsets;
  for (const ZipFile& file : files) {
    const std::string data = file.stored ? file.content : deflated(file.content, -15);
    const auto crc = file.crc >= 0 ? static_cast<std::uint64_t>(file.crc)
                                   : crc32(0, reinterpret_cast<const Bytef*>(file.content.data()),
                                           static_cast<uInt>(file.content.size()));
    const auto size = file.size >= 0 ? static_cast<std::uint64_t>(file.size) : file.content.size();
    const auto method = static_cast<std::uint64_t>(file.method >= 0 ? file.method : file.stored ? 0 : 8);
    const std::string common = number(20, 2) + number(static_cast<std::uint64_t>(file.flags), 2) + number(method, 2) +
                               number(0, 4) + number(crc, 4) + number(data.size(), 4) + number(size, 4) +
                               number(file.name.size(), 2) + number(0, 2);
    std::size_t offset = archive.size();
    if (file.shares_data_with >= 0) {
      offset = offsets[static_cast<std::size_t>(file.shares_data_with)];
    } else {
      archive += "PK\x03\x04" + common + file.name + data;
    }
    offsets.push_back(offset);
    directory += "PK\x01\x02" + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) +
                 number(offset, 4) + file.name;
  }
  return archive + directory + "PK\x05\x06" + number(0, 4) + number(files.size(), 2) + number(files.size(), 2) +
         number(directory.size(), 4) + number(archive.size(), 4) + number(0, 2);
}

}  // namespace tests
