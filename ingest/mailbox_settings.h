// A mailbox on a server, as the configuration describes it. A plain struct.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/imap_afterwards.h"
#include "ingest/oauth.h"
#include "ingest/tls_connection.h"

namespace ingest {

struct MailboxSettings {
  std::string name;
  MailProtocol protocol = MailProtocol::imap;
  std::string host;
  int port = 0;  // 0: the usual one of the protocol
  TlsMode tls = TlsMode::implicit;
  std::string ca_file;
  std::string user;
  // One of these.
  std::string password, password_file;
  std::string token_command;
  OAuthSettings oauth;
  std::vector<std::string> folders = {"INBOX"};
  ImapAfterwards afterwards;
  int poll_seconds = 120;

  int usual_port() const {
    if (port != 0) return port;
    if (protocol == MailProtocol::imap) return tls == TlsMode::implicit ? 993 : 143;
    return tls == TlsMode::implicit ? 995 : 110;
  }
  Endpoint endpoint() const { return {protocol, host, usual_port(), tls, ca_file}; }
};

}  // namespace ingest
