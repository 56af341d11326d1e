// How a failure stands after something was done about it.
#pragma once

#include "server/api/routes.h"

namespace server {

// 200 with the failure that a path names, as GET gives it.
Response failure_now(const ApiContext& context, const PathValues& path);

}  // namespace server
