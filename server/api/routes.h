// Every address of the API in one table.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/principal.h"
#include "server/api/context.h"
#include "server/api/exchange.h"

namespace server {

// The parts of the path that the pattern names: {id}.
using PathValues = std::map<std::string, std::string, std::less<>>;

// What somebody gets who may see some domains only.
enum class Reach : std::uint8_t {
  anybody,  // the same as others: nothing in it is about domains
  own,      // what is about these domains; other ids are 404
  all,      // 403: it cannot be divided by domains
};

struct Route {
  std::string_view method;   // GET answers HEAD too
  std::string_view pattern;  // "/api/v1/reports/{id}/xml": a part in braces stands for any one part
  Scope scope;               // what it takes to ask; open: nothing
  Reach reach;
  Response (*answer)(const ApiContext&, const Request&, const PathValues&);
};

const std::vector<Route>& routes();

// The answer to any request below /api/, and to /healthz and /readyz; 404 for every other path, 405 with Allow for
// another method; 401 for nobody and 403 for somebody who may not (request.principal, which the caller fills in).
// Never throws. A HEAD is answered as its GET, without the body.
Response respond(const ApiContext& context, const Request& request);

}  // namespace server
