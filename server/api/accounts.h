// What the resources of access share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/api/exchange.h"
#include "server/json.h"

namespace server {

// "domains": [...]; empty: all.
void write_domains(JsonWriter& json, const std::vector<std::string>& domains);

// A time, or null.
void write_maybe_time(JsonWriter& json, std::string_view name, std::optional<std::int64_t> time);

// Answers that nobody keeps.
Response changed_answer(int status, JsonWriter& json);
Response no_content();
// The same answer, kept by nobody: for what stands in no generation of the database.
Response uncached(Response response);

// Why a change was not made: 404 not_found, 409 for what contradicts the state, 400 for what was asked for wrongly.
Response refused_change(const schema::Error& error);

}  // namespace server
