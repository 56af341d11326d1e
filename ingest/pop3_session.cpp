#include "ingest/pop3_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ingest {
namespace {

using schema::Result;
using schema::Status;

constexpr std::chrono::seconds silence{45};
constexpr std::chrono::seconds command_time{300};
constexpr std::size_t most_line_bytes = 64 * KiB;  // of mails too: honest ones keep to 1000
constexpr std::size_t most_entries = 1'000'000;
constexpr std::size_t head_bytes = 64 * KiB;

tl::unexpected<schema::Error> broken(const std::string& what) {
  return schema::unavailable("pop3_protocol", "The mail server broke the rules of POP3: " + what + ".");
}

std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text.substr(0, 500);
}

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (!text.empty() && text.front() != ' ') return false;
  text.remove_prefix(std::min<std::size_t>(1, text.size()));
  return true;
}

}  // namespace

// Without its CRLF.
Result<std::string> Pop3Session::line() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', offset_);
    if (end != std::string::npos) {
      std::string text = buffer_.substr(offset_, end - offset_);
      offset_ = end + 1;
      if (!text.empty() && text.back() == '\r') text.pop_back();
      if (text.size() > most_line_bytes) return broken("a line longer than allowed");
      return text;
    }
    buffer_.erase(0, std::exchange(offset_, 0));
    if (buffer_.size() > most_line_bytes) return broken("a line longer than allowed");
    const auto bytes = connection_->receive(std::min(in(silence), deadline_), Wake::on_stop);
    if (!bytes) return unexpected(bytes.error());
    buffer_ += *bytes;
  }
}

Status Pop3Session::send(std::string_view text) {
  deadline_ = in(command_time);
  return connection_->send(std::string(text) + "\r\n", in(silence));
}

Result<std::string> Pop3Session::run(std::string_view command) {
  if (auto sent = send(command); !sent) return unexpected(sent.error());
  auto answer = line();
  if (!answer) return answer;
  if (answer->rfind("+OK", 0) == 0) return answer->substr(std::min<std::size_t>(4, answer->size()));
  if (answer->rfind("-ERR", 0) != 0) return broken("an answer that is neither +OK nor -ERR");
  return schema::unavailable("refused", "The mail server refused: " + printable(answer->substr(4)));
}

// Up to the line that is a dot, without the dots that were stuffed.
Result<std::vector<std::string>> Pop3Session::lines(std::string_view command) {
  if (auto begun = run(command); !begun) return unexpected(begun.error());
  std::vector<std::string> all;
  for (;;) {
    auto next = line();
    if (!next) return unexpected(next.error());
    if (*next == ".") return all;
    if (all.size() >= most_entries) return broken("a list longer than allowed");
    if (next->rfind('.', 0) == 0) next->erase(0, 1);
    all.push_back(std::move(*next));
  }
}

Status Pop3Session::login(const Credentials& credentials, std::string_view host, int port) {
  std::vector<std::string> mechanisms;
  // A server without CAPA (RFC 2449) knows USER and PASS.
  if (const auto capabilities = lines("CAPA")) {
    for (const std::string& capability : *capabilities) {
      if (capability.rfind("SASL ", 0) != 0) continue;
      std::string word;
      for (const char c : capability.substr(5) + " ") {
        if (c != ' ') {
          word += c;
        } else if (!word.empty()) {
          mechanisms.push_back(std::exchange(word, {}));
        }
      }
    }
  } else if (capabilities.error().code != "refused") {
    return unexpected(capabilities.error());
  }
  const auto mechanism = choose_mechanism(mechanisms, credentials);
  const auto refused = [&](const schema::Error& error) -> Status {
    if (error.code != "refused") return schema::unexpected(error);
    const bool passing = error.message.find("[IN-USE]") != std::string::npos ||
                         error.message.find("[LOGIN-DELAY]") != std::string::npos ||
                         error.message.find("[SYS/TEMP]") != std::string::npos;  // RFC 2449, RFC 3206
    return schema::unavailable(passing ? "login_later" : "login_refused",
                               "Login as " + credentials.user + " failed. " + error.message);
  };
  if (mechanism) {
    if (auto sent = send("AUTH " + std::string(name(*mechanism))); !sent) return sent;
    bool answered = false;
    for (;;) {
      const auto answer = line();
      if (!answer) return unexpected(answer.error());
      if (answer->rfind("+OK", 0) == 0) return {};
      if (answer->rfind("-ERR", 0) == 0) {
        return refused({schema::ErrorKind::unavailable, "refused",
                        "The mail server refused: " + printable(answer->substr(4)), std::nullopt});
      }
      if (answer->rfind("+", 0) != 0) return broken("an odd answer to AUTH");
      const std::string response = answered ? std::string(sasl_answer_to_refusal(*mechanism))
                                            : sasl_response(*mechanism, credentials, host, port);
      answered = true;
      if (auto sent = send(response); !sent) return sent;
    }
  }
  if (!credentials.token.empty()) {
    return schema::unavailable("login_refused", "The mail server takes no OAuth2 tokens (XOAUTH2, OAUTHBEARER).");
  }
  for (const std::string& text : {credentials.user, credentials.password}) {
    if (text.find_first_of("\r\n") != std::string::npos) {
      return schema::unavailable("login_refused", "A user or password with a line break cannot be sent.");
    }
  }
  if (auto user = run("USER " + credentials.user); !user) return refused(user.error());
  if (auto pass = run("PASS " + credentials.password); !pass) return refused(pass.error());
  return {};
}

Result<std::vector<Pop3Session::Entry>> Pop3Session::list() {
  const auto uids = lines("UIDL");
  if (!uids) {
    if (uids.error().code != "refused") return unexpected(uids.error());
    return schema::unavailable("refused", "The mail server has no UIDL, so that mails cannot be told apart.");
  }
  std::vector<Entry> entries;
  for (const std::string& text : *uids) {
    std::string_view rest = text;
    Entry entry;
    if (!take_number(rest, entry.number) || entry.number == 0 || rest.empty() || rest.size() > 70) {
      return broken("a UIDL that is none");
    }
    entry.uid = rest;
    entries.push_back(std::move(entry));
  }
  const auto sizes = lines("LIST");
  if (!sizes) return unexpected(sizes.error());
  for (const std::string& text : *sizes) {
    std::string_view rest = text;
    std::uint32_t number = 0;
    std::uint64_t size = 0;
    if (!take_number(rest, number) || !take_number(rest, size)) return broken("a LIST that is none");
    const auto entry = std::lower_bound(entries.begin(), entries.end(), number,
                                        [](const Entry& e, std::uint32_t n) { return e.number < n; });
    if (entry != entries.end() && entry->number == number) entry->size = size;
  }
  return entries;
}

Result<Pop3Session::Mail> Pop3Session::retrieve(const Entry& entry) {
  const std::string number = std::to_string(entry.number);
  Mail mail;
  mail.too_large = entry.size > limits_.mail_bytes;
  if (auto begun = run(mail.too_large ? "TOP " + number + " 100" : "RETR " + number); !begun) {
    return unexpected(begun.error());
  }
  for (;;) {
    auto next = line();
    if (!next) return unexpected(next.error());
    if (*next == ".") break;
    mail.size += next->size() + 2;
    if (mail.size > 2 * limits_.mail_bytes + MiB) return broken("a mail far larger than announced");
    if (mail.size > limits_.mail_bytes) {
      mail.too_large = true;  // in truth; it has to be heard to its end
      continue;
    }
    mail.bytes += next->rfind('.', 0) == 0 ? next->substr(1) : *next;
    mail.bytes += "\r\n";
  }
  if (mail.too_large) {
    mail.size = std::max(mail.size, entry.size);
    mail.bytes.resize(std::min(mail.bytes.size(), head_bytes));
  }
  return mail;
}

Status Pop3Session::remove(std::uint32_t number) {
  const auto done = run("DELE " + std::to_string(number));
  return done ? Status() : Status(schema::unexpected(done.error()));
}

Status Pop3Session::quit() {
  const auto done = run("QUIT");
  return done ? Status() : Status(schema::unexpected(done.error()));
}

}  // namespace ingest
