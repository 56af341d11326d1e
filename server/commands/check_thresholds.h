// ruadar check with thresholds: what the API's /check says, for Nagios, Icinga and Zabbix.
#pragma once

#include "server/commands/query_options.h"

namespace server {

// Adds the thresholds and the filters to the options of the command.
void add_thresholds(Command& command, ParameterValues& values);

// Whether any threshold was given.
bool any_threshold(const ParameterValues& values);

// Prints one line. 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN: the database cannot be read, or the question is wrong.
int check_thresholds(const ParameterValues& values, bool as_json, const Globals& globals);

}  // namespace server
