// A verified connection to a mail server. Of libcurl nothing is used but this: it connects, speaks TLS (or STARTTLS),
// checks certificate and host name, reads the greeting, and hands over before anybody logs in.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "ingest/bell.h"
#include "ingest/connection.h"
#include "schema/result.h"

namespace ingest {

enum class MailProtocol : std::uint8_t { imap, pop3 };
enum class TlsMode : std::uint8_t {
  implicit,  // from the first byte (IMAP 993, POP3 995)
  starttls,  // required: without it there is no connection
  none,      // in clear, to this machine only
};

struct Endpoint {
  MailProtocol protocol = MailProtocol::imap;
  std::string host;
  int port = 993;
  TlsMode tls = TlsMode::implicit;
  std::string ca_file;  // authorities trusted beside those of the system; empty: none
};

struct ConnectionTimes {
  std::chrono::milliseconds connect{30'000};  // until the server has greeted
};

// The greeting is over and TLS stands; nobody is logged in. `bell` ends waiting and outlives the connection.
// Errors, with the reason in words: `connection` (unavailable), `certificate` (unavailable: not trusted, another name,
// expired), `no_starttls` (unavailable), `not_loopback` (internal: tls = none and the host is another machine).
schema::Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint, const ConnectionTimes& times, Bell& bell);

}  // namespace ingest
