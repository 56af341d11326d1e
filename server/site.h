// Everything that stands at our address, as one Handler: who may ask, the base path, the API, the dashboard, and the
// headers of every response. Pure: no socket, no HTTP library.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/access/way.h"
#include "server/api/exchange.h"
#include "server/assets.h"

namespace server {

struct SiteOptions {
  std::string base_path;      // "" or "/dmarc"; everything stands below it
  bool log_requests = false;  // a line in the log for each
  OwnHosts hosts;
  std::vector<schema::IpRange> trusted_proxies;  // whose word we take for who the client is
  // Says who asks, for what lies below /api/; or gives the answer to somebody who is not let in. None: nobody is asked.
  std::function<std::optional<Response>(Request&)> identify = {};
  // Told of each answer: its route (static, refused and unknown for what is no route), the time it took.
  std::function<void(const Request& request, const Response& response, double seconds)> observe = {};
};

// `api` answers /api/..., /healthz, /readyz and /metrics with paths below the base path. Everything referred to is
// copied, but the assets' bytes, which live as long as the program.
Handler site(const SiteOptions& options, const std::vector<Asset>& assets, Handler api);

}  // namespace server
