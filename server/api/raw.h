// Bytes of strangers, as they came.
#pragma once

#include <string>
#include <string_view>

#include "server/api/reading.h"

namespace server {

// A download that no browser renders: octets, an attachment under a name of ours, and a sandbox around it all the same.
Response raw_answer(const Reading& reading, std::string_view file_name, std::string bytes);

}  // namespace server
