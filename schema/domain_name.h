// Domain names as reports write them, made comparable.
#pragma once

#include <string>
#include <string_view>

namespace schema {

// `written` in the form that is stored and compared: without blanks around it and dots behind it, in lower case,
// internationalised names as A-labels (UTS 46). What is no domain name comes back as it is, apart from that: odd names
// are counted, not refused.
std::string normalise_domain(std::string_view written);

// Whether a normalised name can be the name of a policy domain: 1 to 253 bytes, labels of 1 to 63 letters, digits, '-'
// and '_', and the last one not a number. A public suffix can (RFC 9990 knows policies of those).
bool is_domain_name(std::string_view normalised);

// The organizational domain of a normalised name by the Public Suffix List: the public suffix and one label more
// (RFC 7489 section 3.2); the name itself where there is no such. RFC 9989 finds it by asking the DNS instead, so that
// what follows from this is an estimate.
std::string_view organizational_domain(std::string_view normalised);

// The domain of an address ("user@example.com", "<user@example.com>"), or the whole text where there is no '@'.
std::string_view domain_of_address(std::string_view address);

}  // namespace schema
