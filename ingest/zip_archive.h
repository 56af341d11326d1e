// The entries of a zip archive, read from memory within limits. The one place that sees minizip.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace ingest {

struct ZipEntry {
  std::string name;  // as written, cut at 255 bytes; never a path
  std::uint64_t compressed_bytes = 0;
  std::uint64_t declared_bytes = 0;  // a claim
  bool encrypted = false;
  bool supported = false;  // stored or deflated
};

class ZipArchive {
 public:
  // Reads the central directory. Errors: archive_corrupt, too_many_entries (more than `max_entries`, not even listed),
  // overlap (two entries share bytes, as in a zip bomb). `bytes` must outlive the archive.
  static schema::Result<ZipArchive> open(std::string_view bytes, std::size_t max_entries);
  ZipArchive(ZipArchive&&) noexcept;
  ZipArchive& operator=(ZipArchive&&) noexcept;
  ~ZipArchive();

  const std::vector<ZipEntry>& entries() const { return entries_; }

  // Hands the content of entry `index` to `sink` in blocks, never more than declared. Errors: archive_corrupt,
  // size_mismatch, crc, and whatever the sink says. Blocks already handed over are worthless on error.
  using Sink = std::function<schema::Status(std::string_view block)>;
  schema::Status read(std::size_t index, const Sink& sink);

 private:
  struct File;
  ZipArchive();
  schema::Status list(std::size_t max_entries);
  schema::Status check_overlap() const;

  std::unique_ptr<File> file_;
  std::vector<ZipEntry> entries_;
};

}  // namespace ingest
