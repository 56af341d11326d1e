#include "ingest/zip_archive.h"

#include <fmt/format.h>
#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace ingest {
namespace {

constexpr std::size_t name_bytes = 255;

// Bytes in memory behind the file interface of minizip.
struct Memory {
  std::string_view bytes;
  std::uint64_t at = 0;
};

voidpf open_memory(voidpf opaque, const void*, int) {
  return opaque;
}
uLong read_memory(voidpf, voidpf stream, void* buffer, uLong size) {
  auto& memory = *static_cast<Memory*>(stream);
  const std::uint64_t left = memory.bytes.size() - std::min<std::uint64_t>(memory.at, memory.bytes.size());
  const auto count = static_cast<uLong>(std::min<std::uint64_t>(size, left));
  if (count > 0) std::memcpy(buffer, memory.bytes.data() + memory.at, count);
  memory.at += count;
  return count;
}
uLong write_memory(voidpf, voidpf, const void*, uLong) {
  return 0;
}
ZPOS64_T tell_memory(voidpf, voidpf stream) {
  return static_cast<Memory*>(stream)->at;
}
long seek_memory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  auto& memory = *static_cast<Memory*>(stream);
  std::uint64_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = memory.at;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = memory.bytes.size();
  // Offsets come from the archive: they must neither wrap around nor point behind its end.
  if (base > memory.bytes.size() || offset > memory.bytes.size() - base) return -1;
  memory.at = base + offset;
  return 0;
}
int close_memory(voidpf, voidpf) {
  return 0;
}
int error_memory(voidpf, voidpf) {
  return 0;
}

tl::unexpected<schema::Error> corrupt(std::string_view message) {
  return schema::malformed("archive_corrupt", std::string(message));
}

}  // namespace

struct ZipArchive::File {
  Memory memory;
  unzFile unzip = nullptr;
  struct Place {
    unz64_file_pos position{};
    std::uint64_t data_begin = 0, data_end = 0;  // of its compressed bytes; equal where they were not located
  };
  std::vector<Place> places;  // beside entries_

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (unzip != nullptr) unzClose(unzip);
  }
};

ZipArchive::ZipArchive() : file_(std::make_unique<File>()) {}
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;
ZipArchive& ZipArchive::operator=(ZipArchive&&) noexcept = default;
ZipArchive::~ZipArchive() = default;

schema::Result<ZipArchive> ZipArchive::open(std::string_view bytes, std::size_t max_entries) {
  ZipArchive archive;
  if (bytes.substr(0, 4) == "PK\x05\x06") return archive;  // no entries; minizip takes it for no archive
  archive.file_->memory = {bytes};
  zlib_filefunc64_def functions{open_memory, read_memory,  write_memory, tell_memory,
                                seek_memory, close_memory, error_memory, &archive.file_->memory};
  archive.file_->unzip = unzOpen2_64("", &functions);
  if (archive.file_->unzip == nullptr) return corrupt("the zip archive has no readable directory");
  if (const schema::Status listed = archive.list(max_entries); !listed) return tl::unexpected(listed.error());
  if (const schema::Status apart = archive.check_overlap(); !apart) return tl::unexpected(apart.error());
  return archive;
}

schema::Status ZipArchive::list(std::size_t max_entries) {
  unzFile unzip = file_->unzip;
  unz_global_info64 global{};
  if (unzGetGlobalInfo64(unzip, &global) != UNZ_OK) return corrupt("the zip archive has no readable directory");
  if (global.number_entry > max_entries) {
    return schema::too_large("too_many_entries",
                             fmt::format("{} entries, {} are allowed", global.number_entry, max_entries));
  }
  if (global.number_entry == 0) return {};
  int code = unzGoToFirstFile(unzip);
  for (; code == UNZ_OK && entries_.size() < global.number_entry; code = unzGoToNextFile(unzip)) {
    unz_file_info64 info{};
    std::array<char, name_bytes + 1> name{};
    // minizip does not end names that fill the buffer.
    if (unzGetCurrentFileInfo64(unzip, &info, name.data(), name_bytes, nullptr, 0, nullptr, 0) != UNZ_OK) {
      return corrupt("the directory of the zip archive is broken");
    }
    ZipEntry entry;
    entry.name.assign(name.data(), std::min<std::size_t>(info.size_filename, name_bytes));
    entry.compressed_bytes = info.compressed_size;
    entry.declared_bytes = info.uncompressed_size;
    entry.encrypted = (info.flag & 1U) != 0;
    entry.supported = info.compression_method == 0 || info.compression_method == Z_DEFLATED;
    File::Place place;
    if (unzGetFilePos64(unzip, &place.position) != UNZ_OK) return corrupt("the directory of the zip archive is broken");
    if (entry.supported && !entry.encrypted) {
      int method = 0, level = 0;
      if (unzOpenCurrentFile2(unzip, &method, &level, 1) != UNZ_OK) {
        return corrupt("an entry of the zip archive is not where its directory says");
      }
      place.data_begin = unzGetCurrentFileZStreamPos64(unzip);
      unzCloseCurrentFile(unzip);
      const std::uint64_t size = file_->memory.bytes.size();
      if (place.data_begin > size || entry.compressed_bytes > size - place.data_begin) {
        return schema::malformed("archive_truncated", "an entry of the zip archive reaches behind its end");
      }
      place.data_end = place.data_begin + entry.compressed_bytes;
    }
    entries_.push_back(std::move(entry));
    file_->places.push_back(place);
  }
  if (entries_.size() < global.number_entry) return corrupt("the directory of the zip archive is broken");
  return {};
}

schema::Status ZipArchive::check_overlap() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const File::Place& place : file_->places) {
    if (place.data_end > place.data_begin) ranges.emplace_back(place.data_begin, place.data_end);
  }
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].second) {
      return schema::malformed("overlap", "entries of the zip archive share the same bytes");
    }
  }
  return {};
}

schema::Status ZipArchive::read(std::size_t index, const Sink& sink) {
  unzFile unzip = file_->unzip;
  if (unzGoToFilePos64(unzip, &file_->places[index].position) != UNZ_OK || unzOpenCurrentFile(unzip) != UNZ_OK) {
    return corrupt("an entry of the zip archive cannot be opened");
  }
  std::vector<char> block(64 * std::size_t{1024});
  std::uint64_t produced = 0;
  int count = 0;
  schema::Status status;
  while (status && (count = unzReadCurrentFile(unzip, block.data(), static_cast<unsigned>(block.size()))) > 0) {
    produced += static_cast<std::uint64_t>(count);
    status = sink({block.data(), static_cast<std::size_t>(count)});
  }
  const int closed = unzCloseCurrentFile(unzip);  // the only one who tells that the CRC is wrong
  if (!status) return status;
  if (count < 0) return corrupt("an entry of the zip archive is broken");
  if (closed == UNZ_CRCERROR) return schema::malformed("crc", "the checksum of a zip entry does not match");
  if (produced != entries_[index].declared_bytes) {
    return schema::malformed(
        "size_mismatch", fmt::format("a zip entry of {} bytes announced {}", produced, entries_[index].declared_bytes));
  }
  if (closed != UNZ_OK) return corrupt("an entry of the zip archive is broken");
  return {};
}

}  // namespace ingest
