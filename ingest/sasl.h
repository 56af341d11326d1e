// How one logs in (RFC 4422), without the protocol around it: pure functions of bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingest {

struct Credentials {
  std::string user;
  std::string password;  // or
  std::string token;     // an OAuth2 access token, where not empty
};

enum class SaslMechanism : std::uint8_t { plain, xoauth2, oauthbearer };
std::string_view name(SaslMechanism);

// The best of what the server offers ("PLAIN", "XOAUTH2" ... in upper case) for these credentials.
std::optional<SaslMechanism> choose_mechanism(const std::vector<std::string>& offered, const Credentials& credentials);

// Base64, as the initial response or the answer to the first, empty challenge.
std::string sasl_response(SaslMechanism mechanism, const Credentials& credentials, std::string_view host, int port);

// A server that refuses a token says why in a challenge, and waits for this answer before it says NO (RFC 7628
// section 3.2.3).
std::string_view sasl_answer_to_refusal(SaslMechanism mechanism);
// That reason in words; empty when it is none.
std::string sasl_refusal(std::string_view challenge);

std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace ingest
