#include "ingest/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "ingest/gzip.h"
#include "ingest/limits.h"
#include "ingest/mail_text.h"

namespace ingest {
namespace {

constexpr std::size_t block_bytes = 128 * KiB;

tl::unexpected<schema::Error> unreadable(std::string_view path, int error) {
  return schema::unavailable("unreadable",
                             fmt::format("{}: {}", printable_path(path), std::generic_category().message(error)));
}

class Descriptor : public ByteSource {
 public:
  // `owned`: closed in the end.
  Descriptor(int descriptor, bool owned, std::string path, std::uint64_t size)
      : descriptor_(descriptor), owned_(owned), path_(std::move(path)), progress_{0, size} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() override {
    if (owned_) close(descriptor_);
  }

  schema::Result<std::size_t> read(std::string& buffer) override {
    const std::size_t size = buffer.size();
    buffer.resize(size + block_bytes);
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, buffer.data() + size, block_bytes);
    } while (count < 0 && errno == EINTR);
    const int error = errno;
    buffer.resize(size + static_cast<std::size_t>(count < 0 ? 0 : count));
    if (count < 0) return unreadable(path_, error);
    progress_.done += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

  Progress progress() const override { return progress_; }

 private:
  int descriptor_;
  bool owned_;
  std::string path_;
  Progress progress_;
};

class InMemory : public ByteSource {
 public:
  explicit InMemory(std::string bytes) : bytes_(std::move(bytes)) { progress_.total = bytes_.size(); }

  schema::Result<std::size_t> read(std::string& buffer) override {
    const std::string bytes = std::exchange(bytes_, {});
    buffer += bytes;
    progress_.done += bytes.size();
    return bytes.size();
  }

  Progress progress() const override { return progress_; }

 private:
  std::string bytes_;
  Progress progress_;
};

class PutBack : public ByteSource {
 public:
  PutBack(std::string head, std::unique_ptr<ByteSource> rest) : head_(std::move(head)), rest_(std::move(rest)) {}

  schema::Result<std::size_t> read(std::string& buffer) override {
    if (head_.empty()) return rest_->read(buffer);
    const std::string head = std::exchange(head_, {});
    buffer += head;
    return head.size();
  }

  Progress progress() const override { return rest_->progress(); }

 private:
  std::string head_;
  std::unique_ptr<ByteSource> rest_;
};

class Inflated : public ByteSource {
 public:
  explicit Inflated(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  schema::Result<std::size_t> read(std::string& buffer) override {
    const std::size_t size = buffer.size();
    buffer.resize(size + block_bytes);
    schema::Result<std::size_t> produced = inflate_into(buffer.data() + size);
    buffer.resize(size + (produced ? *produced : 0));
    return produced;
  }

  Progress progress() const override { return source_->progress(); }

 private:
  schema::Result<std::size_t> inflate_into(char* output) {
    for (;;) {
      if (at_ == input_.size()) {
        input_.clear();
        at_ = 0;
        const schema::Result<std::size_t> more = source_->read(input_);
        if (!more) return more;
        if (*more == 0) {
          if (between_ || std::exchange(failed_, true)) return std::size_t{0};
          return schema::malformed("archive_truncated", "the compressed data end too early");
        }
      }
      if (between_ && !begins_member()) return std::size_t{0};
      between_ = false;
      const Inflater::Step step = inflater_.step(std::string_view(input_).substr(at_), output, block_bytes);
      at_ += step.consumed;
      if (step.state == Inflater::State::end) {
        between_ = true;
        inflater_.reset();
      } else if (step.state != Inflater::State::more) {
        if (std::exchange(failed_, true)) return std::size_t{0};
        return schema::malformed(step.state == Inflater::State::corrupt ? "archive_corrupt" : "crc",
                                 "the compressed data are broken");
      }
      if (step.produced > 0) return step.produced;
    }
  }

  // What follows a member is another one, or padding that nobody needs.
  bool begins_member() const { return input_[at_] == '\x1f'; }

  std::unique_ptr<ByteSource> source_;
  Inflater inflater_;
  std::string input_;
  std::size_t at_ = 0;
  bool between_ = false;  // members
  bool failed_ = false;   // an error is told once
};

}  // namespace

schema::Result<std::unique_ptr<ByteSource>> open_file(const std::string& path, bool follow) {
  // Without waiting: a named pipe without a writer would hold us for ever.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
  if (descriptor < 0) return unreadable(path, errno);
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(descriptor);
    return schema::unavailable("unreadable", fmt::format("{}: not a regular file", printable_path(path)));
  }
  return std::make_unique<Descriptor>(descriptor, true, path, static_cast<std::uint64_t>(status.st_size));
}

std::unique_ptr<ByteSource> standard_input() {
  return std::make_unique<Descriptor>(STDIN_FILENO, false, "standard input", 0);
}

std::unique_ptr<ByteSource> in_memory(std::string bytes) {
  return std::make_unique<InMemory>(std::move(bytes));
}

std::unique_ptr<ByteSource> put_back(std::string head, std::unique_ptr<ByteSource> rest) {
  return std::make_unique<PutBack>(std::move(head), std::move(rest));
}

std::unique_ptr<ByteSource> inflated(std::unique_ptr<ByteSource> source) {
  return std::make_unique<Inflated>(std::move(source));
}

schema::Status read_up_to(ByteSource& source, std::size_t bytes, std::string& buffer) {
  while (buffer.size() < bytes) {
    const schema::Result<std::size_t> more = source.read(buffer);
    if (!more) return tl::unexpected(more.error());
    if (*more == 0) break;
  }
  return {};
}

std::string printable_path(std::string_view path) {
  return display_text(path, 4 * KiB);
}

}  // namespace ingest
