#include "server/version.h"

namespace server {
std::string_view version() {
  return RUADAR_VERSION;
}
std::string_view commit() {
  return RUADAR_COMMIT;
}
}  // namespace server
