// Files beside the database: descriptors, errors in the words of schema/sqlite.h, and what makes a file last.
#pragma once

#include <string>
#include <utility>

#include "schema/result.h"

namespace schema {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// disk_full, io_error, cannot_open: what `number`, an errno, means for the file.
Error file_error(const std::string& path, int number);

// "/a/b/" for "/a/b/c", "./" for "c".
std::string directory_of(const std::string& path);

// A file that was created or renamed is only there for good when its directory says so on disk.
Status sync_directory_of(const std::string& path);

// What is in a file that is there, for good.
Status sync_file(const std::string& path);

// Bytes that are free for us on the disk below the directory of `path`.
Result<std::uint64_t> free_bytes(const std::string& path);

}  // namespace schema
