#include "ingest/lmtp_session.h"

#include <string>
#include <vector>

#include "tests/fuzz/fuzzed.h"

namespace {

struct Told {
  std::string replies;
  std::vector<std::string> mails;
};

Told converse(std::string_view bytes, std::size_t piece) {
  Told told;
  ingest::LmtpSession session(
      "test", 4096,
      [&](std::string&& mail) {
        PROMISE(mail.size() <= 4096);
        told.mails.push_back(std::move(mail));
        return ingest::LmtpSession::Delivery::durable;
      },
      [] { return true; });
  for (std::size_t at = 0; at < bytes.size() && !session.over(); at += piece)
    told.replies += session.take(bytes.substr(at, piece));
  return told;
}

}  // namespace

// The same however the bytes arrive; what was not said 250 to was not taken.
void fuzz::one_input(std::string_view bytes) {
  const auto whole = converse(bytes, bytes.size() + 1), pieces = converse(bytes, 1);
  PROMISE(whole.replies == pieces.replies);
  PROMISE(whole.mails == pieces.mails);
}
