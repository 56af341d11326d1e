// What travels between the program and the processes that read mails: numbers and texts, one behind the other, in
// buffers of a fixed size. Neither side holds a message as a whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ingest {

inline constexpr std::size_t wire_buffer_bytes = 64 * 1024;

class WireWriter {
 public:
  // Takes all bytes it is given, or says false: then nothing more is written.
  using Sink = std::function<bool(std::string_view)>;
  explicit WireWriter(Sink sink) : sink_(std::move(sink)) {}

  void byte(std::uint8_t value);
  void number(std::uint64_t value);    // seven bits a byte, the lowest first
  void bytes(std::string_view value);  // without its length
  void text(std::string_view value);   // behind its length
  bool flush();                        // false: something was not taken

 private:
  void room(std::size_t count);

  Sink sink_;
  std::array<char, wire_buffer_bytes> buffer_;
  std::size_t used_ = 0;
  bool taken_ = true;
};

// Reads what a WireWriter wrote, or what somebody claims to be such: whatever does not fit makes good() false for ever,
// and everything read from then on is empty. What was read is to be believed once good() was asked behind it.
class WireReader {
 public:
  // Puts at least one byte and at most `size`; 0: there is no more.
  using Source = std::function<std::size_t(char* to, std::size_t size)>;
  explicit WireReader(Source source) : source_(std::move(source)) {}

  static constexpr std::string_view too_early = "it ends too early";

  bool good() const { return fault_.empty(); }
  // The first thing that was wrong.
  const std::string& fault() const { return fault_; }
  void fail(std::string_view fault);

  std::uint8_t byte(std::uint8_t most);
  std::uint64_t number(std::uint64_t most);
  void bytes(char* to, std::size_t count);
  // Its memory grows with what has come, not with what was announced.
  void text(std::string& to, std::size_t most);

 private:
  bool refill();

  Source source_;
  std::array<char, wire_buffer_bytes> buffer_;
  std::size_t at_ = 0, end_ = 0;
  std::string fault_;
};

}  // namespace ingest
