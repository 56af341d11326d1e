#include "server/version.h"

namespace server {
std::string_view version() {
  return RUADAR_VERSION;
}
}  // namespace server
