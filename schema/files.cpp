#include "schema/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace schema {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error file_error(const std::string& path, int number) {
  Error error{ErrorKind::unavailable, "cannot_open",
              fmt::format("{}: {}", path, std::generic_category().message(number))};
  if (number == ENOSPC || number == EDQUOT) error.code = "disk_full";
  if (number == EIO) {
    error.code = "io_error";
    error.kind = ErrorKind::internal;
  }
  return error;
}

std::string directory_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

namespace {

Status sync(const std::string& path, int flags) {
  const FileDescriptor fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return unexpected(file_error(path, errno));
  return {};
}

}  // namespace

Status sync_directory_of(const std::string& path) {
  return sync(directory_of(path), O_RDONLY | O_DIRECTORY);
}

Status sync_file(const std::string& path) {
  return sync(path, O_RDONLY | O_NOFOLLOW);
}

Result<std::uint64_t> free_bytes(const std::string& path) {
  struct statvfs status {};
  const std::string directory = directory_of(path);
  if (::statvfs(directory.c_str(), &status) != 0) return unexpected(file_error(directory, errno));
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace schema
