// What commands need to write: the database opened for it, and the settings in the words of ingest/.
#pragma once

#include <chrono>
#include <memory>

#include "ingest/ingest_settings.h"
#include "schema/process_lock.h"
#include "schema/result.h"
#include "schema/writer.h"
#include "server/api/context.h"
#include "server/settings.h"

namespace server {

class Storage;

ingest::IngestSettings ingest_settings(const Settings& settings);

// Opens, creates or brings up to date the database of the settings; makes its directory. `locked` says what to do.
schema::Result<std::unique_ptr<schema::Writer>> open_writer(const Settings& settings,
                                                            std::chrono::milliseconds patience);

// Held by a server for as long as it lives: a database has one. `locked` names the process that has it.
schema::Result<schema::ProcessLock> sole_server(const Settings& settings);

// What the API can do besides reading. The database is opened for each, so that a server and an import can live side by
// side. `storage` is asked and told, and outlives it; null: nobody is.
void add_writing(ApiContext& context, const Settings& settings, Storage* storage = nullptr);

}  // namespace server
