#include "ingest/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace ingest {
namespace {

tl::unexpected<schema::Error> secret_error(const std::string& what, const std::string& path) {
  return schema::unavailable("secret", what + " " + path + ": " + std::generic_category().message(errno) + ".");
}

}  // namespace

schema::Result<std::string> read_secret(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  if (!file.is_open() || file.bad()) return secret_error("Cannot read the secret in", path);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.pop_back();
  if (line.empty()) return schema::unavailable("secret", "There is no secret in " + path + ".");
  return line;
}

schema::Status write_secret(const std::string& path, const std::string& secret) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return secret_error("Cannot write", fresh);
  const std::string line = secret + "\n";
  const bool written =
      ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  ::close(file);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) {
    auto error = secret_error("Cannot write", path);
    ::unlink(fresh.c_str());
    return error;
  }
  return {};
}

}  // namespace ingest
