// The start rule: to whom the server is open, and when it refuses to listen at all.
#pragma once

#include <string_view>

#include "schema/readers.h"
#include "schema/result.h"
#include "server/settings.h"
#include "server/socket.h"

namespace server {

// Who is let in: said at the start, and checked before anything listens.
enum class Openness { users, machine, everybody };

// Error "configuration": `wanted` is open to the network, and there is nobody who could log in.
schema::Result<Openness> openness(const Settings& settings, schema::Readers& readers, const Endpoint& wanted);
schema::Error nobody_could_log_in(const Settings& settings, const Endpoint& wanted);

// On standard error, where a person sees it.
void warn_of_network(const Endpoint& endpoint);
std::string_view described(Openness open);

}  // namespace server
