// Which Ruadar this is.
#pragma once

#include <string_view>

namespace server {
std::string_view version();  // "0.1.0"
std::string_view commit();   // "1a2b3c4d", of the working copy that was built; "unknown" out of an archive
}  // namespace server
