// How the commands read mails: in processes of their own, or in this one where the operator says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/prepared_reading.h"
#include "schema/result.h"
#include "server/command_line.h"
#include "server/settings.h"

namespace server {

// The first thing that the program does, before there are threads, settings or secrets (ingest/worker_starter.h).
void begin_readers();

// To be asked before reading. Error `sandbox`, exit code 78: this system refuses it, and the sentence says what can be
// done. Says loudly, in the name of `command`, when there is no sandbox because the settings say so.
schema::Status check_readers(const Settings& settings, std::string_view command);

ingest::MessageReader message_reader(const Settings& settings);
// The document with this number of what an attachment unpacks to.
schema::Result<std::string> document(const Settings& settings, std::string_view attachment, std::int64_t number);

// --no-sandbox, and the settings with it.
Option no_sandbox_option(bool* target);
std::vector<SettingSources::Flag> no_sandbox_flags(bool given);

}  // namespace server
