#include "ingest/imap_fetch.h"

#include <algorithm>
#include <utility>

namespace ingest {
namespace {

using schema::Result;
using schema::Status;

constexpr const char* nothing = "The mail server sends nothing for it.";
// What Exchange sends in place of a mail that it cannot convert; the mail itself may come another time.
constexpr std::string_view substitute = "Retrieval using the IMAP4 protocol failed for the following message";

}  // namespace

ImapFetcher::ImapFetcher(ImapSession& session, const Limits& limits, const ImapFetchWindow& window)
    : session_(session), limits_(limits), window_(window) {
  session_.on_fetch([this](ImapFetch&& fetch) { return take(std::move(fetch)); });
}

void ImapFetcher::ask(const std::vector<std::uint32_t>& uids, bool alone) {
  alone_ = alone;
  unsized_.insert(unsized_.end(), uids.begin(), uids.end());
}

std::vector<std::uint32_t> ImapFetcher::under_way() const {
  std::vector<std::uint32_t> uids;
  for (const Command& command : commands_) {
    for (const std::uint32_t uid : command.uids) {
      const auto found = wanted_.find(uid);
      if (found != wanted_.end() && !found->second.answered) uids.push_back(uid);
    }
  }
  return uids;
}

std::uint64_t ImapFetcher::bytes_under_way() const {
  std::uint64_t bytes = 0;
  for (const Command& command : commands_) bytes += command.bytes;
  return bytes;
}

Result<std::optional<ImapMail>> ImapFetcher::next() {
  for (;;) {
    if (auto filled = fill(); !filled) return unexpected(filled.error());
    if (!ready_.empty()) {
      std::optional<ImapMail> mail(std::move(ready_.front()));
      ready_.pop_front();
      held_bytes_ -= mail->bytes.size();
      return mail;
    }
    if (commands_.empty()) return std::optional<ImapMail>();
    // Some may have ended while others used the session.
    if (take_ends()) continue;
    if (auto pumped = session_.pump(); !pumped) return unexpected(pumped.error());
    if (held_bytes_ > 2 * limits_.mail_bytes + window_.commands * window_.bytes) {
      return schema::unavailable("imap_protocol", "The mail server sends far more than it announced.");
    }
  }
}

// True: there were some.
bool ImapFetcher::take_ends() {
  bool any = false;
  for (auto command = commands_.begin(); command != commands_.end();) {
    const auto ended = session_.ended(command->tag);
    if (!ended) {
      ++command;
      continue;
    }
    const Command done = std::move(*command);
    command = commands_.erase(command);
    end(done, *ended);
    any = true;
  }
  return any;
}

Status ImapFetcher::start(Step step, const std::vector<std::uint32_t>& uids, std::uint64_t bytes,
                          const std::string& items) {
  const auto tag = session_.start("UID FETCH " + imap_set(uids) + " (UID " + items + ")");
  if (!tag) return unexpected(tag.error());
  for (const std::uint32_t uid : uids) {
    Wanted& wanted = wanted_[uid];
    wanted.step = step;
    wanted.tag = *tag;
    wanted.answered = false;
  }
  commands_.push_back({*tag, step, uids, bytes});
  return {};
}

// As many commands as the window takes.
Status ImapFetcher::fill() {
  const std::size_t most = alone_ ? 1 : window_.commands;
  const auto take_front = [](std::deque<std::uint32_t>& queue) {
    const std::uint32_t uid = queue.front();
    queue.pop_front();
    return uid;
  };
  while (commands_.size() < most && bytes_under_way() < window_.commands * window_.bytes) {
    Status started;
    if (!heads_.empty()) {
      started = start(Step::head, {take_front(heads_)}, window_.head_bytes,
                      "BODY.PEEK[]<0." + std::to_string(window_.head_bytes) + ">");
    } else if (!pieces_.empty()) {
      const std::uint32_t uid = take_front(pieces_);
      started = start(
          Step::piece, {uid}, window_.piece_bytes,
          "BODY.PEEK[]<" + std::to_string(wanted_[uid].bytes.size()) + "." + std::to_string(window_.piece_bytes) + ">");
    } else if (!singles_.empty()) {
      const std::uint32_t uid = take_front(singles_);
      started = start(Step::whole, {uid}, wanted_[uid].size, "BODY.PEEK[]");
    } else if (!unsized_.empty() && sized_.size() < window_.sizes &&
               std::none_of(commands_.begin(), commands_.end(),
                            [](const Command& c) { return c.step == Step::size; })) {
      std::vector<std::uint32_t> uids;
      const std::size_t count = alone_ ? 1 : window_.sizes;
      while (!unsized_.empty() && uids.size() < count) uids.push_back(take_front(unsized_));
      std::sort(uids.begin(), uids.end());
      started = start(Step::size, uids, 0, "RFC822.SIZE");
    } else if (!assembled_ && !large_.empty()) {
      assembled_ = take_front(large_);
      if (wanted_[*assembled_].size <= limits_.mail_bytes) {
        pieces_.push_back(*assembled_);
      } else {
        started = start(Step::probe, {*assembled_}, 1, "BODY.PEEK[]<" + std::to_string(limits_.mail_bytes) + ".1>");
      }
    } else if (!sized_.empty()) {
      std::vector<std::uint32_t> uids;
      std::uint64_t bytes = 0;
      while (!sized_.empty() && uids.size() < (alone_ ? 1 : window_.mails)) {
        const std::uint64_t size = wanted_[sized_.front()].size;
        if (!uids.empty() && bytes + size > window_.bytes) break;
        bytes += size;
        uids.push_back(take_front(sized_));
      }
      started = start(Step::whole, uids, bytes, "BODY.PEEK[]");
    } else {
      break;
    }
    if (!started) return started;
  }
  return {};
}

// True: asked for.
bool ImapFetcher::take(ImapFetch&& fetch) {
  if (!fetch.uid) return false;
  const auto found = wanted_.find(*fetch.uid);
  if (found == wanted_.end() || found->second.answered) return false;
  Wanted& wanted = found->second;
  if (wanted.step == Step::size) {
    if (!fetch.size) return false;
    wanted.size = *fetch.size;
    wanted.answered = true;
    return true;
  }
  const std::uint64_t expected_offset = wanted.step == Step::piece   ? wanted.bytes.size()
                                        : wanted.step == Step::probe ? limits_.mail_bytes
                                                                     : 0;
  if (!fetch.has_body || fetch.body_offset != expected_offset) return false;
  wanted.answered = true;
  settle(found->first, wanted, std::move(fetch.body));
  return true;
}

// What came for the step under way; none: the server said NIL.
void ImapFetcher::settle(std::uint32_t uid, Wanted& wanted, std::optional<std::string>&& chunk) {
  if (wanted.step == Step::probe && chunk) {
    // Nothing there: whatever was announced, it is not too large.
    if (chunk->empty()) wanted.size = 0;
    (chunk->empty() ? pieces_ : heads_).push_back(uid);
    return;
  }
  if (!chunk && (wanted.step == Step::piece || wanted.step == Step::probe)) {
    nothing_came(uid, wanted, nothing);
    return;
  }
  const std::size_t chunk_bytes = chunk ? chunk->size() : 0;
  held_bytes_ += chunk_bytes;
  if (chunk && wanted.bytes.empty()) {
    wanted.bytes = std::move(*chunk);
  } else if (chunk) {
    wanted.bytes += *chunk;
  }
  if (wanted.step == Step::piece && wanted.bytes.empty()) {
    miss(uid, nothing);
    return;
  }
  const bool as_announced = chunk && wanted.bytes.size() >= wanted.size;
  const bool whole =
      wanted.step == Step::head || wanted.bytes.size() > limits_.mail_bytes ||
      (wanted.step == Step::whole && as_announced) ||
      (wanted.step == Step::piece && (chunk_bytes == 0 || (as_announced && chunk_bytes < window_.piece_bytes)));
  if (whole) {
    give_out(uid, wanted);
  } else {
    pieces_.push_back(uid);
  }
}

// A piece was asked for in vain. What came before it may be all there is; nobody said so.
void ImapFetcher::nothing_came(std::uint32_t uid, Wanted& wanted, const std::string& why) {
  const bool undoubted = undoubted_.count(uid) > 0;
  if (undoubted && wanted.step == Step::probe) {
    heads_.push_back(uid);
  } else if (undoubted && !wanted.bytes.empty()) {
    give_out(uid, wanted);
  } else {
    miss(uid, why);
  }
}

void ImapFetcher::give_out(std::uint32_t uid, Wanted& wanted) {
  ImapMail mail;
  mail.uid = uid;
  mail.too_large = wanted.step == Step::head || wanted.bytes.size() > limits_.mail_bytes;
  mail.size = wanted.step == Step::head ? wanted.size : wanted.bytes.size();
  if (mail.too_large && wanted.bytes.size() > window_.head_bytes) {
    held_bytes_ -= wanted.bytes.size() - window_.head_bytes;
    wanted.bytes.resize(window_.head_bytes);
    wanted.bytes.shrink_to_fit();
  }
  if (undoubted_.count(uid) == 0 &&
      std::string_view(wanted.bytes).substr(0, 4096).find(substitute) != std::string_view::npos) {
    miss(uid, "The mail server sends a note in its place: " + std::string(substitute) + ".");
    return;
  }
  mail.bytes = std::move(wanted.bytes);
  wanted_.erase(uid);
  missed_.erase(uid);
  if (assembled_ == uid) assembled_.reset();
  ready_.push_back(std::move(mail));
}

void ImapFetcher::miss(std::uint32_t uid, const std::string& why) {
  const auto found = wanted_.find(uid);
  if (found != wanted_.end()) held_bytes_ -= found->second.bytes.size();
  wanted_.erase(uid);
  if (assembled_ == uid) assembled_.reset();
  missed_[uid] = why;
}

// A command is over: what it was to bring and did not bring.
void ImapFetcher::end(const Command& command, const ImapResponse& end) {
  const bool refused = end.name != "OK";
  const std::string why =
      refused ? "The mail server refuses it: " + (end.text.empty() ? end.code : end.text) : std::string(nothing);
  for (const std::uint32_t uid : command.uids) {
    const auto found = wanted_.find(uid);
    if (found == wanted_.end() || found->second.tag != command.tag) continue;
    Wanted& wanted = found->second;
    if (wanted.answered) {
      if (command.step == Step::size) (wanted.size > window_.piece_bytes ? large_ : sized_).push_back(uid);
      continue;
    }
    if (refused && command.uids.size() > 1 && command.step == Step::whole) {
      singles_.push_back(uid);  // one of them is why
    } else if (command.step == Step::piece || command.step == Step::probe) {
      nothing_came(uid, wanted, why);
    } else {
      miss(uid, why);
    }
  }
}

}  // namespace ingest
