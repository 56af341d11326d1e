#include "schema/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "schema/files.h"

namespace schema {
namespace {

std::string reserve_file(const std::string& database) {
  return database + "-reserve";
}

}  // namespace

bool has_reserve(const std::string& database) {
  struct stat status {};
  return ::stat(reserve_file(database).c_str(), &status) == 0 && status.st_size >= reserve_bytes;
}

Status keep_reserve(const std::string& database) {
  if (has_reserve(database)) return {};
  const auto path = reserve_file(database);
  const FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return unexpected(file_error(path, errno));
  if (const int failed = ::posix_fallocate(fd.get(), 0, reserve_bytes); failed != 0) {
    ::unlink(path.c_str());
    return unexpected(file_error(path, failed));
  }
  return {};
}

bool release_reserve(const std::string& database) {
  return ::unlink(reserve_file(database).c_str()) == 0;
}

}  // namespace schema
