#include "ingest/lmtp_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ingest {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

}  // namespace

std::string LmtpSession::greeting() const {
  return "220 " + host_name_ + " LMTP Ruadar\r\n";
}

void LmtpSession::reset() {
  has_sender_ = false;
  recipients_ = 0;
}

std::string LmtpSession::take(std::string_view bytes) {
  std::string replies;
  for (const char byte : bytes) {
    if (over_) break;
    if (in_data_) {
      data(byte);
      if (seen_ == Seen::all) replies += end_of_data();
      continue;
    }
    if (line_.size() < most_command_bytes) {
      line_ += byte;
    } else {
      line_too_long_ = true;
      line_.back() = byte;
    }
    if (byte != '\n') continue;
    const bool ends_well = line_.size() >= 2 && line_[line_.size() - 2] == '\r';
    if (line_too_long_) {
      replies += "500 5.5.2 Line too long\r\n";
    } else if (!ends_well) {
      replies += "500 5.5.2 A line ends in CR LF\r\n";
    } else {
      replies += command(std::string_view(line_).substr(0, line_.size() - 2));
    }
    line_.clear();
    line_too_long_ = false;
  }
  return replies;
}

std::string LmtpSession::command(std::string_view line) {
  const std::size_t blank = std::min(line.find(' '), line.size());
  const std::string verb = upper(line.substr(0, blank));
  const std::string_view argument = line.substr(std::min(blank + 1, line.size()));
  if (verb == "LHLO") {
    if (argument.empty()) return "501 5.5.4 LHLO needs a name\r\n";
    greeted_ = true;
    reset();
    return "250-" + host_name_ + "\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SIZE " +
           std::to_string(mail_bytes_) + "\r\n";
  }
  if (verb == "QUIT") {
    over_ = true;
    return "221 2.0.0 Bye\r\n";
  }
  if (verb == "NOOP") return "250 2.0.0 Ok\r\n";
  if (verb == "RSET") {
    reset();
    return "250 2.0.0 Ok\r\n";
  }
  if (verb == "VRFY") return "252 2.5.0 Try\r\n";
  if (verb == "HELO" || verb == "EHLO") return "500 5.5.1 This is LMTP: LHLO\r\n";
  if (verb != "MAIL" && verb != "RCPT" && verb != "DATA") return "500 5.5.1 Unknown command\r\n";
  if (!greeted_) return "503 5.5.1 LHLO first\r\n";
  if (verb == "MAIL") return mail_from(argument);
  if (verb == "RCPT") return recipient(argument);
  if (!has_sender_) return "503 5.5.1 MAIL first\r\n";
  if (recipients_ == 0) return "503 5.5.1 No valid recipients\r\n";
  in_data_ = true;
  seen_ = Seen::crlf;
  mail_.clear();
  mail_too_large_ = false;
  return "354 End with CR LF . CR LF\r\n";
}

std::string LmtpSession::mail_from(std::string_view argument) {
  if (upper(argument.substr(0, 5)) != "FROM:") return "501 5.5.4 MAIL FROM:<address>\r\n";
  if (has_sender_) return "503 5.5.1 Another mail is under way\r\n";
  const std::string parameters = upper(argument);
  if (const std::size_t at = parameters.find(" SIZE="); at != std::string::npos) {
    std::uint64_t size = 0;
    const char* const begin = parameters.data() + at + 6;
    const auto parsed = std::from_chars(begin, parameters.data() + parameters.size(), size);
    if (parsed.ec == std::errc::result_out_of_range || size > mail_bytes_) {
      return "552 5.3.4 The mail is larger than allowed\r\n";
    }
  }
  if (!has_room_()) return "452 4.3.1 No room for mail now\r\n";
  has_sender_ = true;
  return "250 2.1.0 Ok\r\n";
}

std::string LmtpSession::recipient(std::string_view argument) {
  if (upper(argument.substr(0, 3)) != "TO:") return "501 5.5.4 RCPT TO:<address>\r\n";
  if (!has_sender_) return "503 5.5.1 MAIL first\r\n";
  if (recipients_ >= most_recipients) return "452 4.5.3 Too many recipients\r\n";
  ++recipients_;
  return "250 2.1.5 Ok\r\n";
}

// A byte of a mail. The dot that is stuffed in front of a line that begins with one is left out.
void LmtpSession::data(char byte) {
  const auto keep = [this](std::string_view bytes) {
    if (mail_.size() + bytes.size() > mail_bytes_) {
      mail_too_large_ = true;
    } else if (!mail_too_large_) {
      mail_ += bytes;
    }
  };
  switch (seen_) {
    case Seen::dot:
      if (byte == '\r') {
        seen_ = Seen::dot_cr;
        return;
      }
      break;
    case Seen::dot_cr:
      if (byte == '\n') {
        seen_ = Seen::all;
        return;
      }
      keep("\r");
      if (byte == '\r') {
        keep("\r");
        seen_ = Seen::cr;
        return;
      }
      break;
    case Seen::crlf:
      if (byte == '.') {
        seen_ = Seen::dot;
        return;
      }
      break;
    case Seen::nothing:
    case Seen::cr:
    case Seen::all:
      break;
  }
  seen_ = byte == '\r' ? Seen::cr : byte == '\n' && seen_ == Seen::cr ? Seen::crlf : Seen::nothing;
  keep(std::string_view(&byte, 1));
}

// One reply for each recipient (RFC 2033 section 4.2).
std::string LmtpSession::end_of_data() {
  in_data_ = false;
  std::string reply;
  if (mail_too_large_) {
    reply = "552 5.3.4 The mail is larger than allowed\r\n";
  } else {
    reply = deliver_(std::exchange(mail_, {})) == Delivery::durable ? "250 2.0.0 Stored\r\n"
                                                                    : "452 4.3.1 Cannot be stored now\r\n";
  }
  mail_.clear();
  mail_.shrink_to_fit();
  std::string replies;
  for (std::size_t i = 0; i < recipients_; ++i) replies += reply;
  reset();
  return replies;
}

}  // namespace ingest
