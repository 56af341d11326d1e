// Which Ruadar this is.
#pragma once

#include <string_view>

namespace server {
std::string_view version();  // "0.1.0"
}
