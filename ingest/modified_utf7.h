// Folder names as IMAP writes them (RFC 3501 section 5.1.3): printable ASCII as it is, '&' as "&-", everything else as
// UTF-16 in base64 between '&' and '-'.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ingest {

// None when `utf8` is not valid UTF-8.
std::optional<std::string> to_modified_utf7(std::string_view utf8);

// What is not modified UTF-7 comes back as it is: for display.
std::string from_modified_utf7(std::string_view name);

}  // namespace ingest
