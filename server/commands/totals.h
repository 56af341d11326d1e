// What a run of import or fetch amounts to, for people and scripts.
#pragma once

#include <cstdint>
#include <string>

#include "ingest/ingester.h"
#include "server/json.h"

namespace server {

// What waits for a decision.
std::int64_t failures(const schema::RunTotals& totals);

// The members of the object that --json prints.
void write_totals(JsonWriter& json, const ingest::IngestTotals& totals);
// "3 mails: 2 stored, 1 duplicate, 0 failed"; `kept`: failures can be looked up.
std::string totals_text(const ingest::IngestTotals& totals, bool kept);

}  // namespace server
