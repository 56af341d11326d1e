// Whether a report mail is from whom it says it is, as far as our own mail server tells (RFC 8601).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ingest {

enum class Authenticity : std::uint8_t { unverified, pass, fail };

std::string_view name(Authenticity);

// What the topmost of the Authentication-Results headers says of DMARC that bears `trusted_authserv_id`; everything
// below was there before the mail reached us. `unverified` without such a header or id, and for any other result.
Authenticity authenticity(const std::vector<std::string>& authentication_results, std::string_view trusted_authserv_id);

}  // namespace ingest
