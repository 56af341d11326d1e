// Loaded before all libraries (LD_PRELOAD), it makes the k-th call of a kind fail, or counts them.
//
//   RUADAR_FAULT_KIND   write, fsync, open or malloc
//   RUADAR_FAULT_AT     which one fails, from 1; 0: none
//   RUADAR_FAULT_ERRNO  how, as a number; ENOMEM for malloc. 0: instead of the call the process is killed
//   RUADAR_FAULT_COUNT  a file that gets the number of calls at the end
//
// Standard input, output and error are left alone.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);

namespace {

enum class Kind { none, write, fsync, open, malloc };
Kind wanted = Kind::none;
long at = 0;
int with = EIO;
std::atomic<long> calls{0};

__attribute__((constructor)) void set_up() {
  const char* const kind = getenv("RUADAR_FAULT_KIND");
  const char* const number = getenv("RUADAR_FAULT_AT");
  const char* const how = getenv("RUADAR_FAULT_ERRNO");
  if (kind == nullptr) return;
  at = number == nullptr ? 0 : atol(number);
  if (how != nullptr) with = atoi(how);
  wanted = strcmp(kind, "write") == 0   ? Kind::write
           : strcmp(kind, "fsync") == 0 ? Kind::fsync
           : strcmp(kind, "open") == 0  ? Kind::open
                                        : Kind::malloc;
}

bool fails(Kind kind) {
  if (kind != wanted || ++calls != at) return false;
  if (with == 0) kill(getpid(), SIGKILL);
  errno = kind == Kind::malloc ? ENOMEM : with;
  return true;
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

__attribute__((destructor)) void tell() {
  const char* const file = getenv("RUADAR_FAULT_COUNT");
  if (file == nullptr) return;
  wanted = Kind::none;
  char digits[24];
  std::size_t length = 0;
  for (long left = calls; left > 0 || length == 0; left /= 10) digits[length++] = static_cast<char>('0' + left % 10);
  const int fd = ::open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0) return;
  while (length > 0)
    if (::write(fd, &digits[--length], 1) != 1) break;
  ::close(fd);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* from, std::size_t size) {
  static auto* const call = real<ssize_t(int, const void*, std::size_t)>("write");
  return fd > 2 && fails(Kind::write) ? -1 : call(fd, from, size);
}
ssize_t pwrite64(int fd, const void* from, std::size_t size, off64_t place) {
  static auto* const call = real<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
  return fails(Kind::write) ? -1 : call(fd, from, size, place);
}
ssize_t pwrite(int fd, const void* from, std::size_t size, off_t place) {
  return pwrite64(fd, from, size, place);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* const call = real<ssize_t(int, const iovec*, int)>("writev");
  return fd > 2 && fails(Kind::write) ? -1 : call(fd, parts, count);
}
int ftruncate64(int fd, off64_t size) {
  static auto* const call = real<int(int, off64_t)>("ftruncate64");
  return fails(Kind::write) ? -1 : call(fd, size);
}
int fsync(int fd) {
  static auto* const call = real<int(int)>("fsync");
  return fails(Kind::fsync) ? -1 : call(fd);
}
int fdatasync(int fd) {
  static auto* const call = real<int(int)>("fdatasync");
  return fails(Kind::fsync) ? -1 : call(fd);
}
int open64(const char* path, int flags, ...) {
  static auto* const call = real<int(const char*, int, ...)>("open64");
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails(Kind::open) ? -1 : call(path, flags, mode);
}
int open(const char* path, int flags, ...) {
  static auto* const call = real<int(const char*, int, ...)>("open");
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails(Kind::open) ? -1 : call(path, flags, mode);
}
void* malloc(std::size_t size) {
  return fails(Kind::malloc) ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  return fails(Kind::malloc) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  return fails(Kind::malloc) ? nullptr : __libc_realloc(old, size);
}

}  // extern "C"
