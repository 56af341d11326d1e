#include "ingest/zip_writer.h"

#include <minizip/zip.h>

#include <algorithm>
#include <cstring>

namespace ingest {
namespace {

// A growing file in memory behind the file interface of minizip, which goes back to fill in sizes.
struct Memory {
  std::string bytes;
  std::size_t at = 0;
};

voidpf open_memory(voidpf opaque, const void*, int) {
  return opaque;
}
uLong read_memory(voidpf, voidpf stream, void* buffer, uLong size) {
  auto& memory = *static_cast<Memory*>(stream);
  const std::size_t count = std::min<std::size_t>(size, memory.bytes.size() - memory.at);
  std::memcpy(buffer, memory.bytes.data() + memory.at, count);
  memory.at += count;
  return static_cast<uLong>(count);
}
uLong write_memory(voidpf, voidpf stream, const void* buffer, uLong size) {
  auto& memory = *static_cast<Memory*>(stream);
  if (memory.at + size > memory.bytes.size()) memory.bytes.resize(memory.at + size);
  std::memcpy(memory.bytes.data() + memory.at, buffer, size);
  memory.at += size;
  return size;
}
ZPOS64_T tell_memory(voidpf, voidpf stream) {
  return static_cast<Memory*>(stream)->at;
}
long seek_memory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  auto& memory = *static_cast<Memory*>(stream);
  std::size_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = memory.at;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = memory.bytes.size();
  if (base + offset > memory.bytes.size()) return -1;
  memory.at = base + static_cast<std::size_t>(offset);
  return 0;
}
int close_memory(voidpf, voidpf) {
  return 0;
}
int error_memory(voidpf, voidpf) {
  return 0;
}

}  // namespace

schema::Result<std::string> zip_compressed(const std::vector<std::pair<std::string, std::string>>& entries) {
  Memory memory;
  zlib_filefunc64_def functions{open_memory, read_memory,  write_memory, tell_memory,
                                seek_memory, close_memory, error_memory, &memory};
  zipFile zip = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
  bool good = zip != nullptr;
  for (const auto& [name, content] : entries) {
    if (!good) break;
    zip_fileinfo info{};
    good = zipOpenNewFileInZip(zip, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED,
                               Z_DEFAULT_COMPRESSION) == ZIP_OK &&
           zipWriteInFileInZip(zip, content.data(), static_cast<unsigned>(content.size())) == ZIP_OK &&
           zipCloseFileInZip(zip) == ZIP_OK;
  }
  if (zip != nullptr) good = zipClose(zip, nullptr) == ZIP_OK && good;
  if (!good) return schema::internal_error("zip_writer", "the zip archive could not be written");
  return std::move(memory.bytes);
}

}  // namespace ingest
