#include "ingest/imap_response.h"

#include <string>

#include "tests/fuzz/fuzzed.h"

namespace {

struct Told {
  std::size_t responses = 0;
  std::string names;
  bool failed = false;
};

Told read(std::string_view bytes, std::size_t piece) {
  ingest::ImapResponseReader reader;
  Told told;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    for (;;) {
      auto response = reader.next();
      if (!response) {
        told.failed = true;
        return told;
      }
      if (!*response) break;
      ++told.responses;
      told.names += (*response)->name;
      ingest::imap_fetch(std::move(**response));
    }
  }
  return told;
}

}  // namespace

// The same however the bytes arrive.
void fuzz::one_input(std::string_view bytes) {
  const auto whole = read(bytes, bytes.size() + 1), pieces = read(bytes, 7);
  PROMISE(whole.failed == pieces.failed);
  PROMISE(whole.responses == pieces.responses && whole.names == pieces.names);
}
