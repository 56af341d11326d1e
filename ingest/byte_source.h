// Bytes of a file or of standard input, in order, inflated on the way where they are gzip.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ingest/mailbox.h"
#include "schema/result.h"

namespace ingest {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Appends at least one byte to `buffer`; none at the end. Errors: unavailable, and archive_corrupt or
  // archive_truncated where the bytes are inflated; what was appended before stays good.
  virtual schema::Result<std::size_t> read(std::string& buffer) = 0;
  virtual Progress progress() const = 0;
};

// Opens a regular file for reading; `follow`: also through a symbolic link. Errors: unavailable, naming the path.
schema::Result<std::unique_ptr<ByteSource>> open_file(const std::string& path, bool follow);

// Standard input.
std::unique_ptr<ByteSource> standard_input();

// Bytes that are here already.
std::unique_ptr<ByteSource> in_memory(std::string bytes);

// `head` was read from `rest` already.
std::unique_ptr<ByteSource> put_back(std::string head, std::unique_ptr<ByteSource> rest);

// The inflated bytes of `source`, all its members one after the other.
std::unique_ptr<ByteSource> inflated(std::unique_ptr<ByteSource> source);

// Appends to `buffer` until it holds `bytes` or the source ends.
schema::Status read_up_to(ByteSource& source, std::size_t bytes, std::string& buffer);

// `path` as text for an error message: no control characters.
std::string printable_path(std::string_view path);

}  // namespace ingest
