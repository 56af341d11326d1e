// One LMTP conversation (RFC 2033) without a socket: bytes in, replies out. A mail server in front of us hands mails
// over; what we have said 250 to is on disk.
//
// A mail that is no report, or broken, is taken like any other: to send it back would only make noise for others. Only
// CR LF . CR LF ends a mail, so that nobody can hide a second one behind a bare CR or LF.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ingest/limits.h"

namespace ingest {

class LmtpSession {
 public:
  enum class Delivery : std::uint8_t {
    durable,  // on disk
    later,    // not now: the sender keeps it and tries again
  };
  // Takes a mail; returns when its fate is known.
  using Deliver = std::function<Delivery(std::string&& mail)>;
  // Whether there is room for another mail.
  using HasRoom = std::function<bool()>;

  LmtpSession(std::string host_name, std::size_t mail_bytes, Deliver deliver, HasRoom has_room)
      : host_name_(std::move(host_name)),
        mail_bytes_(mail_bytes),
        deliver_(std::move(deliver)),
        has_room_(std::move(has_room)) {}

  std::string greeting() const;
  // What to answer to these bytes; they may come in pieces of any size, and hold several commands.
  std::string take(std::string_view bytes);
  bool over() const { return over_; }

 private:
  static constexpr std::size_t most_command_bytes = 2048;
  static constexpr std::size_t most_recipients = 100;

  std::string command(std::string_view line);
  std::string mail_from(std::string_view argument);
  std::string recipient(std::string_view argument);
  void data(char byte);
  std::string end_of_data();
  void reset();

  std::string host_name_;
  std::size_t mail_bytes_;
  Deliver deliver_;
  HasRoom has_room_;

  bool greeted_ = false, has_sender_ = false, over_ = false;
  std::size_t recipients_ = 0;
  std::string line_;
  bool line_too_long_ = false;

  bool in_data_ = false;
  // How much of CR LF . CR LF has been seen; a mail begins as if after CR LF.
  enum class Seen : std::uint8_t { nothing, cr, crlf, dot, dot_cr, all };
  Seen seen_ = Seen::crlf;
  std::string mail_;
  bool mail_too_large_ = false;
};

}  // namespace ingest
