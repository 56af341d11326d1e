// A disk that loses power: SQLite's files as they would be found afterwards. What was synced is there; of what was
// written since, some sectors are and some are not, as chance has it; a file that was removed may be back.
//
// While one of these lives, every database that is opened goes through it. Nothing is really lost: the files beneath
// are written as ever, and what a power cut would have left is told at the moment that was asked for.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace tests {

class CrashVfs {
 public:
  // `crash`: at the how-manieth operation that changes a disk; never for 0. `at_crash` is called there.
  CrashVfs(unsigned seed, int crash, std::function<void()> at_crash)
      : random_(seed), crash_(crash), at_crash_(std::move(at_crash)), real_(sqlite3_vfs_find(nullptr)) {
    vfs_ = *real_;
    vfs_.zName = "crash";
    vfs_.szOsFile = static_cast<int>(sizeof(Handle)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    vfs_.pNext = nullptr;
    current() = this;
    sqlite3_vfs_register(&vfs_, 1);
  }
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;
  ~CrashVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
    current() = nullptr;
  }

  int operations() const { return operations_; }
  // What the power cut left, by path; none before it.
  const std::map<std::string, std::string>& left() const { return left_; }

 private:
  struct Change {
    std::int64_t offset;
    std::string bytes;  // empty: the file ends at `offset`
  };
  struct File {
    std::string synced;
    std::vector<Change> pending;
    bool removed = false;
  };
  struct Handle {
    sqlite3_file base;
    File* file;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static CrashVfs*& current() {
    static CrashVfs* vfs = nullptr;
    return vfs;
  }
  static Handle* handle(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return handle(file)->real(); }

  static void apply(std::string& content, const Change& change) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.bytes.empty()) return content.resize(offset);
    if (content.size() < offset + change.bytes.size()) content.resize(offset + change.bytes.size());
    content.replace(offset, change.bytes.size(), change.bytes);
  }

  // A disk writes sectors, whole and in any order.
  void change(File* file, std::int64_t offset, std::string_view bytes) {
    constexpr std::size_t sector = 512;
    const std::lock_guard lock(mutex_);
    count();
    if (file == nullptr) return;
    if (bytes.empty()) file->pending.push_back({offset, {}});
    while (!bytes.empty()) {
      const auto length = std::min(sector - static_cast<std::size_t>(offset) % sector, bytes.size());
      file->pending.push_back({offset, std::string(bytes.substr(0, length))});
      bytes.remove_prefix(length);
      offset += static_cast<std::int64_t>(length);
    }
  }

  void sync(File* file) {
    const std::lock_guard lock(mutex_);
    count();
    if (file == nullptr) return;
    for (const auto& pending : file->pending) apply(file->synced, pending);
    file->pending.clear();
  }

  // Before it happens: the power goes now.
  void count() {
    if (++operations_ != crash_) return;
    // How much of what is under way arrives: nothing, all, or anything between.
    const auto arrives = random_() % 5;
    for (const auto& [path, file] : files_) {
      if (file->removed && random_() % 2 == 0) continue;
      std::string content = file->synced;
      for (const auto& pending : file->pending)
        if (random_() % 4 < arrives) apply(content, pending);
      left_[path] = std::move(content);
    }
    at_crash_();
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    auto& vfs = *current();
    auto* opened = handle(file);
    *opened = {};
    const int code = vfs.real_->xOpen(vfs.real_, name, opened->real(), flags, out);
    if (opened->real()->pMethods == nullptr) return code;
    opened->base.pMethods = methods();
    if (name == nullptr || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) == 0)
      return code;
    const std::lock_guard lock(vfs.mutex_);
    auto& known = vfs.files_[name];
    if (!known) known = std::make_unique<File>();
    known->removed = false;
    opened->file = known.get();
    return code;
  }

  static int remove(sqlite3_vfs*, const char* name, int sync_directory) {
    auto& vfs = *current();
    {
      const std::lock_guard lock(vfs.mutex_);
      vfs.count();
      const auto known = vfs.files_.find(name);
      if (known != vfs.files_.end()) *known->second = {"", {}, true};
    }
    return vfs.real_->xDelete(vfs.real_, name, sync_directory);
  }

  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods table = [] {
      sqlite3_io_methods m{};
      m.iVersion = 2;
      m.xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); };
      m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
        return real(f)->pMethods->xRead(real(f), to, n, at);
      };
      m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
        current()->change(handle(f)->file, at, {static_cast<const char*>(from), static_cast<std::size_t>(n)});
        return real(f)->pMethods->xWrite(real(f), from, n, at);
      };
      m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
        current()->change(handle(f)->file, size, {});
        return real(f)->pMethods->xTruncate(real(f), size);
      };
      m.xSync = [](sqlite3_file* f, int) {
        current()->sync(handle(f)->file);
        return SQLITE_OK;  // the disk beneath need not be waited for
      };
      m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); };
      m.xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); };
      m.xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); };
      m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
        return real(f)->pMethods->xCheckReservedLock(real(f), out);
      };
      m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
        return real(f)->pMethods->xFileControl(real(f), op, argument);
      };
      m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
      m.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };  // it promises nothing
      m.xShmMap = [](sqlite3_file* f, int region, int size, int extend, void volatile** to) {
        return real(f)->pMethods->xShmMap(real(f), region, size, extend, to);
      };
      m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
      };
      m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
      m.xShmUnmap = [](sqlite3_file* f, int remove_it) { return real(f)->pMethods->xShmUnmap(real(f), remove_it); };
      return m;
    }();
    return &table;
  }

  std::mutex mutex_;
  std::minstd_rand random_;
  const int crash_;
  std::function<void()> at_crash_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  int operations_ = 0;
  std::map<std::string, std::unique_ptr<File>> files_;
  std::map<std::string, std::string> left_;
};

}  // namespace tests
