// Names, addresses and ids replaced by made-up ones, so that a report can be shown to strangers.
//
// The same key always gives the same replacement: two files stay comparable, subdomains stay below their domain, and
// addresses of one network stay in one network. Without the key nothing leads back.
#pragma once

#include <string>
#include <string_view>

#include "schema/ip_address.h"

namespace ingest {

class Anonymiser {
 public:
  explicit Anonymiser(std::string_view key);

  // Each label replaced, the public suffix and labels that begin with '_' or are '*' kept, so that what was aligned
  // stays aligned. Case: an upper-case label stays one.
  std::string domain(std::string_view name) const;
  // Prefix-preserving: two addresses that share their first n bits share them afterwards. The family stays.
  schema::IpAddress address(const schema::IpAddress& address) const;
  // Same length, digits for digits, letters for letters of their case, everything else kept.
  std::string identifier(std::string_view id) const;
  // A report id: domains in it as domain(), the rest as identifier(), so that subject and XML still agree.
  std::string report_id(std::string_view id) const;
  // Running text: every mail address, domain and IP address in it replaced, the rest untouched.
  std::string text(std::string_view bytes) const;
  // An XML document, well-formed or not, in any encoding that extends ASCII or in UTF-16: what stands between tags is
  // replaced as text(), report ids and selectors as report_id(); tags, white space and mistakes stay byte
  // for byte.
  std::string xml(std::string_view bytes) const;

 private:
  // Pseudo-random bytes, as many as asked for, that only the key, `kind` and `value` decide.
  std::string stream(char kind, std::string_view value, std::size_t bytes) const;
  std::string label(std::string_view label) const;
  std::string word(std::string_view word) const;
  std::string ascii_xml(std::string_view bytes) const;

  std::string key_;  // SHA-256 of the key given
};

}  // namespace ingest
