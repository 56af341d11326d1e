// Everything that stands at our address, as one Handler: who may ask, the base path, the API, the dashboard, and the
// headers of every response. Pure: no socket, no HTTP library.
#pragma once

#include <string>
#include <vector>

#include "server/api/exchange.h"
#include "server/assets.h"

namespace server {

struct SiteOptions {
  std::string base_path;  // "" or "/dmarc"; everything stands below it
  // We listen on loopback only: a request for any other host comes from a page that made its name point here (DNS
  // rebinding), and is refused 421. Empty: every Host is answered.
  std::string only_host;  // the address we listen on
};

// `api` answers /api/..., /healthz and /readyz with paths below the base path. Everything referred to is copied, but
// the assets' bytes, which live as long as the program.
Handler site(const SiteOptions& options, const std::vector<Asset>& assets, Handler api);

}  // namespace server
