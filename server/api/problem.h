// What could not be answered, as RFC 9457 has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/filter.h"
#include "schema/result.h"
#include "server/api/exchange.h"

namespace server {

// application/problem+json. `code` is stable.
Response problem(int status, std::string_view code, std::string_view detail);

// 400, with each parameter that is wrong.
Response parameter_problem(const std::vector<schema::ParameterError>& errors);

// 404 not_found.
Response not_found(std::string_view detail = "There is nothing at this address.");

// What a step below failed with: 503 query_timeout for a question that took too long, 507 where there is no room, 503
// for what a later try may cure and for a damaged database, 500 for what is ours.
Response failure_response(const schema::Error& error);

}  // namespace server
