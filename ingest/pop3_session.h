// The conversation with a POP3 server (RFC 1939) over a connection whose greeting is over.
//
// Errors are `unavailable`: those of the Connection, `pop3_protocol` (the session is over), `login_refused`,
// `login_later`, and `refused` (a command ended in -ERR; the session goes on).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/connection.h"
#include "ingest/limits.h"
#include "ingest/sasl.h"
#include "schema/result.h"

namespace ingest {

class Pop3Session {
 public:
  explicit Pop3Session(std::unique_ptr<Connection> connection, const Limits& limits)
      : connection_(std::move(connection)), limits_(limits) {}

  schema::Status login(const Credentials& credentials, std::string_view host, int port);

  struct Entry {
    std::uint32_t number = 0;  // in this session
    std::string uid;           // for good (UIDL)
    std::uint64_t size = 0;    // as announced
  };
  schema::Result<std::vector<Entry>> list();

  struct Mail {
    std::string bytes;
    bool too_large = false;  // `bytes` is its beginning
    std::uint64_t size = 0;
  };
  // A mail, and of one that is announced as too large its head only.
  schema::Result<Mail> retrieve(const Entry& entry);
  // Takes effect at quit().
  schema::Status remove(std::uint32_t number);
  schema::Status quit();

 private:
  schema::Result<std::string> line();
  schema::Status send(std::string_view text);
  // Sends, and reads the one line of the answer; its text behind "+OK".
  schema::Result<std::string> run(std::string_view command);
  schema::Result<std::vector<std::string>> lines(std::string_view command);

  std::unique_ptr<Connection> connection_;
  const Limits& limits_;
  std::string buffer_;
  std::size_t offset_ = 0;
  Deadline deadline_{};  // of the command under way
};

}  // namespace ingest
