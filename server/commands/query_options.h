// The API's parameters as options: every command that asks the API takes the same.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/command_line.h"
#include "server/commands/api_access.h"

namespace server {

// By name of the parameter; lives as long as the command.
using ParameterValues = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Parameter {
  std::string_view name, value, help;
};

// The filters that pages, API and commands share.
const std::vector<Parameter>& filter_parameters_help();

// "--header-from,--header_from": as command lines spell it, and as the API does.
void add_parameter(Command& command, const Parameter& parameter, ParameterValues& values,
                   const std::string& group = {});
void add_filters(Command& command, ParameterValues& values);

ApiAccess::Query query_of(const ParameterValues& values);

}  // namespace server
