// An IMAP answer (RFC 3501 section 7): pure parsing, no socket. The server is a stranger like any other: every length
// is checked before it is believed, and reading takes time linear in the bytes however they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/limits.h"
#include "schema/result.h"

namespace ingest {

struct ImapLimits {
  std::size_t line_bytes = 64 * KiB;  // one response without its literals
  // All literals of one FETCH response: the largest mail, and some for what comes with it.
  std::size_t fetch_literal_bytes = Limits{}.mail_bytes + 64 * KiB;
  std::size_t other_literal_bytes = 64 * KiB;  // all literals of any other response
  std::size_t nesting = 16;
  std::size_t untagged = 10'000;  // responses nobody asked for during one command (ImapSession counts them)
};

struct ImapValue {
  enum class Kind : std::uint8_t { nil, atom, string, list };
  Kind kind = Kind::nil;
  std::string text;              // of an atom or string
  std::vector<ImapValue> items;  // of a list
};

struct ImapResponse {
  enum class Kind : std::uint8_t { continuation, untagged, tagged };
  Kind kind = Kind::untagged;
  std::string tag;                      // of a tagged one
  std::optional<std::uint32_t> number;  // "* 23 EXISTS"
  std::string name;                     // upper case: OK, NO, BAD, BYE, PREAUTH, FETCH, SEARCH ...
  std::string code, code_text;          // "[UIDVALIDITY 3]": UIDVALIDITY and "3"; of OK, NO, BAD, BYE, PREAUTH
  std::string text;                     // what follows, for people; all of what we do not know how to read
  std::vector<ImapValue> values;        // of CAPABILITY, ENABLED, FLAGS, LIST, SEARCH, FETCH
};

// Bytes in, in pieces of any size; whole responses out.
class ImapResponseReader {
 public:
  explicit ImapResponseReader(const ImapLimits& limits = {}) : limits_(limits) {}

  void feed(std::string_view bytes);

  // The next response; none: more bytes are needed. Error `imap_protocol`: what follows cannot be understood any more,
  // the connection is to be given up.
  schema::Result<std::optional<ImapResponse>> next();

  // Part of a response was fed and not yet given out.
  bool within_response() const;

 private:
  // The text up to a literal, without its "{n}", and the literal.
  struct Part {
    std::string text;
    std::string literal;
    bool has_literal = false;
  };
  friend class ImapResponseParser;

  schema::Result<bool> end_of_line();

  ImapLimits limits_;
  std::string buffer_;  // fed, not yet looked at from offset_ on
  std::size_t offset_ = 0;
  std::vector<Part> parts_;  // of the response that is being read
  std::string line_;         // behind the last of them
  std::size_t line_bytes_ = 0, literal_bytes_ = 0;
  std::size_t literal_left_ = 0;  // of parts_.back()
};

// What a FETCH response says about one message.
struct ImapFetch {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint64_t> size;  // RFC822.SIZE
  bool has_body = false;              // the item is there, be it NIL
  std::optional<std::string> body;    // BODY[], also a piece of it; none when absent or NIL
  std::uint64_t body_offset = 0;      // "BODY[]<65536>"
};
ImapFetch imap_fetch(ImapResponse&& response);

// 1, 2, 3, 7 -> "1:3,7"; ascending numbers give the shortest set.
std::string imap_set(const std::vector<std::uint32_t>& numbers);
// A decimal number of 32 bits, and nothing else.
std::optional<std::uint32_t> imap_number(std::string_view text);

}  // namespace ingest
