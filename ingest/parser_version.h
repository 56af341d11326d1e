// What decided the outcome of a mail.
#pragma once

#include <string_view>

namespace ingest {

// To be raised whenever read_message() gives another answer to the same bytes: mails that this version has read are not
// read again, and `ruadar reparse` finds what an earlier one has read.
inline constexpr std::string_view parser_version = "0.1.0";

}  // namespace ingest
