#include "ingest/sasl.h"

#include <algorithm>

namespace ingest {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// RFC 5801: '=' and ',' of a user name in the GS2 header.
std::string saslname(std::string_view user) {
  std::string out;
  for (const char c : user) out += c == '=' ? "=3D" : c == ',' ? "=2C" : std::string(1, c);
  return out;
}

}  // namespace

std::string_view name(SaslMechanism mechanism) {
  switch (mechanism) {
    case SaslMechanism::xoauth2:
      return "XOAUTH2";
    case SaslMechanism::oauthbearer:
      return "OAUTHBEARER";
    case SaslMechanism::plain:
      break;
  }
  return "PLAIN";
}

std::optional<SaslMechanism> choose_mechanism(const std::vector<std::string>& offered, const Credentials& credentials) {
  const auto offers = [&](SaslMechanism mechanism) {
    return std::find(offered.begin(), offered.end(), name(mechanism)) != offered.end();
  };
  if (credentials.token.empty()) {
    return offers(SaslMechanism::plain) ? std::optional(SaslMechanism::plain) : std::nullopt;
  }
  // The standard before what came before it.
  for (const auto mechanism : {SaslMechanism::oauthbearer, SaslMechanism::xoauth2}) {
    if (offers(mechanism)) return mechanism;
  }
  return std::nullopt;
}

std::string sasl_response(SaslMechanism mechanism, const Credentials& credentials, std::string_view host, int port) {
  const std::string bearer =
      "\x01"
      "auth=Bearer " +
      credentials.token + "\x01\x01";
  switch (mechanism) {
    case SaslMechanism::xoauth2:
      return base64("user=" + credentials.user + bearer);
    case SaslMechanism::oauthbearer:
      return base64("n,a=" + saslname(credentials.user) + ",\x01host=" + std::string(host) +
                    "\x01port=" + std::to_string(port) + bearer);
    case SaslMechanism::plain:
      break;
  }
  return base64(std::string(1, '\0') + credentials.user + std::string(1, '\0') + credentials.password);
}

std::string_view sasl_answer_to_refusal(SaslMechanism mechanism) {
  return mechanism == SaslMechanism::oauthbearer ? "AQ==" : "";
}

std::string sasl_refusal(std::string_view challenge) {
  const auto json = from_base64(challenge);
  if (!json) return "";
  // {"status":"401","schemes":"bearer",...}: one word of a foreign text is wanted, no more.
  const std::size_t key = json->find("\"status\"");
  if (key == std::string::npos) return "";
  const std::size_t begin = json->find_first_not_of(" \t\r\n:\"", key + 8);
  if (begin == std::string::npos) return "";
  std::string status;
  for (const char c : std::string_view(*json).substr(begin, 60)) {
    const bool is_word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!is_word) break;
    status += c;
  }
  return status;
}

std::string base64(std::string_view bytes) {
  std::string out;
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const unsigned held = static_cast<unsigned char>(bytes[i]) << 16 | static_cast<unsigned char>(bytes[i + 1]) << 8 |
                          static_cast<unsigned char>(bytes[i + 2]);
    for (const unsigned shift : {18u, 12u, 6u, 0u}) out += alphabet[(held >> shift) & 63];
  }
  if (const std::size_t left = bytes.size() - i; left > 0) {
    const unsigned held =
        static_cast<unsigned char>(bytes[i]) << 16 | (left == 2 ? static_cast<unsigned char>(bytes[i + 1]) << 8 : 0u);
    out += alphabet[held >> 18];
    out += alphabet[(held >> 12) & 63];
    out += left == 2 ? alphabet[(held >> 6) & 63] : '=';
    out += '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  unsigned held = 0, bits = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    held = (held << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(held >> bits & 0xFF);
    }
  }
  return out;
}

}  // namespace ingest
