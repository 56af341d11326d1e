// Access tokens for mail servers (OAuth 2.0, RFC 6749): out of a refresh token, client credentials, or a command. A
// token is kept until shortly before its end, and never written anywhere.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "ingest/bell.h"
#include "schema/result.h"

namespace ingest {

struct OAuthSettings {
  std::string token_endpoint;   // empty: no OAuth
  std::string device_endpoint;  // for `ruadar auth` (RFC 8628)
  std::string client_id, client_secret, client_secret_file;
  std::string scope;
  std::string refresh_token_file;  // empty: client credentials
  std::string ca_file;             // authorities trusted beside those of the system
};

class TokenSource {
 public:
  // `command`: prints a token; empty: `settings` hold. The bell must outlive it.
  TokenSource(OAuthSettings settings, std::string command, Bell& bell)
      : settings_(std::move(settings)), command_(std::move(command)), bell_(bell) {}

  // A token that is good for some minutes yet. Errors: `token_refused` (asking again will not help), `token_later`.
  schema::Result<std::string> token();
  // It was refused: the next token() is another one.
  void forget() { token_.clear(); }

 private:
  schema::Result<std::string> from_command();
  schema::Result<std::string> from_endpoint();

  OAuthSettings settings_;
  std::string command_;
  Bell& bell_;
  std::string token_;
  std::chrono::steady_clock::time_point good_until_;
};

// The device flow (RFC 8628): tells the user where to go with which code, and waits until he has said yes. The refresh
// token.
struct DeviceCode {
  std::string user_code, verification_uri, verification_uri_complete;
};
schema::Result<std::string> device_flow(const OAuthSettings& settings, Bell& bell,
                                        const std::function<void(const DeviceCode&)>& show);

}  // namespace ingest
