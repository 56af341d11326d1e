// What a source claimed to be, as its page tells it.
#pragma once

#include "schema/sources.h"
#include "server/json.h"

namespace server {

// "dkim" and "spf", into an object that the caller opened: the raw results as they are stored, each with "aligned", an
// estimate: true, false, or null where it cannot be told or does not count.
void write_claims(JsonWriter& json, const schema::SourceIdentity& identity);

}  // namespace server
