#include "ingest/mbox_mailbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "ingest/content_kind.h"
#include "ingest/mime_fields.h"

namespace ingest {
namespace {

constexpr std::string_view from = "From ";
constexpr std::size_t look_ahead = 4 * KiB;  // for the separator line and the first line of the header behind it
constexpr std::size_t most_quotes = 64;      // '>' before "From "
constexpr std::size_t empty_line_bytes = 2;

bool is_line_end(char c) {
  return c == '\r' || c == '\n';
}

// "Fri Jan  2 00:10:00 2026" somewhere in the line, in any order: a time of day and a month.
bool has_date(std::string_view line) {
  constexpr std::array<std::string_view, 12> months = {" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ",
                                                       " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec "};
  const auto digit = [&line](std::size_t i) {
    return i < line.size() && std::isdigit(static_cast<unsigned char>(line[i])) != 0;
  };
  for (std::size_t colon = line.find(':'); colon != std::string_view::npos; colon = line.find(':', colon + 1)) {
    if (colon > 0 && digit(colon - 1) && digit(colon + 1) && digit(colon + 2)) {
      return std::any_of(months.begin(), months.end(), [&](auto month) { return line.find(month) != line.npos; });
    }
  }
  return false;
}

// `text` begins with "From "; `after_empty_line`: or at the start of the file.
bool is_separator(std::string_view text, bool after_empty_line) {
  const std::size_t length = line_length(text);
  const std::string_view line = without_line_end(text.substr(0, length));
  if (!after_empty_line && !has_date(line)) return false;
  const std::string_view next = text.substr(length);
  return !field_name(next.substr(0, line_length(next))).empty() || next.substr(0, 6) == ">From ";
}

class MboxMailbox : public Mailbox {
 public:
  MboxMailbox(std::unique_ptr<ByteSource> source, std::string kind, std::string origin, const Limits& limits)
      : source_(std::move(source)), kind_(std::move(kind)), origin_(std::move(origin)), limits_(limits) {}

  schema::Result<std::optional<Message>> next() override {
    skip_line_ends();
    if (!fill(look_ahead) && view().empty()) {
      if (!error_) return std::nullopt;
      return tl::unexpected(*std::exchange(error_, std::nullopt));
    }
    Message message;
    message.kind = kind_;
    message.origin = origin_;
    message.position = std::to_string(offset_);
    std::string separator;
    if (view().substr(0, from.size()) == from) separator = take_line();
    tail_ = "\n\n";
    while (fill(look_ahead) || !view().empty()) {
      if (read_block(message)) break;
    }
    trim(message);
    // A mail that does not look like one keeps the line that says it is.
    if (content(message.bytes).kind != ContentKind::mail) message.bytes.insert(0, separator);
    if (message.bytes.size() > limits_.mail_bytes) make_too_large(message);
    return message;
  }

  schema::Status mark_done(const Message&, Fate) override { return {}; }
  Progress progress() const override { return source_->progress(); }

 private:
  std::string_view view() const { return std::string_view(buffer_).substr(at_); }

  // Has at least `bytes` in view(); false when the source ended before.
  bool fill(std::size_t bytes) {
    if (view().size() >= bytes) return true;
    buffer_.erase(0, at_);
    at_ = 0;
    while (!ended_ && buffer_.size() < bytes) {
      const schema::Result<std::size_t> more = source_->read(buffer_);
      if (!more) {
        error_ = {schema::ErrorKind::unavailable,
                  more.error().code,
                  fmt::format("{}: {}", printable_path(origin_), more.error().message),
                  {}};
      }
      ended_ = !more || *more == 0;
    }
    return buffer_.size() >= bytes;
  }

  void drop(std::size_t bytes) {
    at_ += bytes;
    offset_ += bytes;
  }

  void skip_line_ends() {
    while (fill(1) && is_line_end(view().front())) drop(1);
  }

  // Drops the line in view, however long; returns it, or its beginning.
  std::string take_line() {
    const std::string line(view().substr(0, std::min(line_length(view()), look_ahead)));
    for (bool whole = false; !whole && fill(1);) {
      const std::size_t length = line_length(view());
      whole = view()[length - 1] == '\n';
      drop(length);
    }
    return line;
  }

  // Moves what is in view to the message, up to a separator (true) or to where more has to be read.
  bool read_block(Message& message) {
    const std::string_view text = view();
    const std::size_t found = text.find(from);
    if (found == std::string_view::npos) {
      // The end may be the beginning of a quoted "From ".
      const std::size_t kept = ended_ ? 0 : std::min(text.size(), most_quotes + from.size());
      take(message, text.size() - kept);
      return false;
    }
    std::size_t begin = found;
    while (begin > 0 && text[begin - 1] == '>') --begin;
    const bool starts_line = begin > 0 ? text[begin - 1] == '\n' : tail_.back() == '\n';
    if (starts_line && begin == found) {
      take(message, found);
      fill(look_ahead);
      if (is_separator(view(), follows_empty_line())) return true;
      take(message, from.size());
    } else {
      take(message, begin);
      if (starts_line) drop(1);  // one '>' was put there by who wrote the mbox
      take(message, found + from.size() - begin - (starts_line ? 1 : 0));
    }
    return false;
  }

  bool follows_empty_line() const {
    const std::string_view tail = tail_;
    return tail.substr(tail.size() - 2) == "\n\n" ||
           tail.substr(tail.size() - std::min<std::size_t>(3, tail.size())) == "\n\r\n";
  }

  void take(Message& message, std::size_t bytes) {
    const std::string_view text = view().substr(0, bytes);
    message.size += text.size();
    if (!message.too_large) message.bytes += text;
    if (message.bytes.size() > limits_.mail_bytes + empty_line_bytes) make_too_large(message);
    tail_ += text.substr(text.size() - std::min<std::size_t>(text.size(), 4));
    tail_.erase(0, tail_.size() - std::min<std::size_t>(tail_.size(), 4));
    drop(bytes);
  }

  // The empty line before a separator belongs to the separator.
  void trim(Message& message) const {
    if (message.too_large || view().empty() || !follows_empty_line()) return;
    for (const char end : {'\n', '\r'}) {
      if (message.bytes.empty() || message.bytes.back() != end) continue;
      message.bytes.pop_back();
      --message.size;
    }
  }

  std::unique_ptr<ByteSource> source_;
  std::string kind_, origin_;
  Limits limits_;
  std::string buffer_;        // a window of the source
  std::size_t at_ = 0;        // what is before it in the buffer has been taken
  std::uint64_t offset_ = 0;  // of buffer_[at_] in the source
  bool ended_ = false;
  std::optional<schema::Error> error_;  // why the source ended, until it was told
  std::string tail_;                    // the last bytes taken, up to four
};

}  // namespace

bool begins_mbox(std::string_view bytes) {
  while (!bytes.empty() && is_line_end(bytes.front())) bytes.remove_prefix(1);
  return bytes.substr(0, from.size()) == from;
}

std::unique_ptr<Mailbox> mbox_mailbox(std::unique_ptr<ByteSource> source, std::string kind, std::string origin,
                                      const Limits& limits) {
  return std::make_unique<MboxMailbox>(std::move(source), std::move(kind), std::move(origin), limits);
}

}  // namespace ingest
