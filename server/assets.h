// The files of the dashboard, inside the program. embed_assets.cmake makes the table out of a build of web/.
#pragma once

#include <string_view>
#include <vector>

namespace server {

struct Asset {
  std::string_view path;    // "index.html", "assets/main-4QYVD2CK.js"
  std::string_view mime;    // Content-Type
  std::string_view sha256;  // of the file, hexadecimal
  std::string_view gzip;    // the file, compressed
};

// Ordered by path. Empty in a build without dashboard.
const std::vector<Asset>& embedded_assets();

}  // namespace server
