// LMTP into the database.
#pragma once

#include <memory>

#include "ingest/lmtp_server.h"
#include "schema/result.h"
#include "server/commands/storage.h"
#include "server/metrics.h"
#include "server/settings.h"

namespace server {

// All of them must outlive it.
schema::Result<std::unique_ptr<ingest::LmtpServer>> start_lmtp(const Settings& settings, Storage& storage,
                                                               Metrics& metrics);

}  // namespace server
