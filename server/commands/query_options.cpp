#include "server/commands/query_options.h"

namespace server {
namespace {

std::string flags_of(std::string_view name) {
  std::string dashed(name);
  for (char& c : dashed)
    if (c == '_') c = '-';
  return dashed == name ? "--" + dashed : "--" + dashed + ",--" + std::string(name);
}

}  // namespace

const std::vector<Parameter>& filter_parameters_help() {
  static const std::vector<Parameter> table{
      Parameter{"range", "SPAN", "7d, 30d (the default), 90d, 12m or all; ends at the newest report day"},
      Parameter{"from", "DAY", "First day, 2026-10-20"},
      Parameter{"to", "DAY", "Last day"},
      Parameter{"domain", "DOMAIN", "Policy domain; *.example.com includes what is below"},
      Parameter{"ip", "IP", "Source address or network, 192.0.2.0/24"},
      Parameter{"reporter", "NAME", "Who sent the report"},
      Parameter{"policy", "POLICY", "Published policy: none, quarantine, reject"},
      Parameter{"disposition", "WORD", "What the receiver did: none, pass, quarantine, reject, unknown"},
      Parameter{"class", "CLASS", "pass_both, pass_one, fail_delivered, fail_stopped, unknown"},
      Parameter{"dkim", "RESULT", "Aligned DKIM: pass, fail, unknown"},
      Parameter{"spf", "RESULT", "Aligned SPF: pass, fail, unknown"},
      Parameter{"header_from", "DOMAIN", "Domain of the From header"},
      Parameter{"envelope_from", "DOMAIN", "Domain of the envelope sender"},
      Parameter{"envelope_to", "DOMAIN", "Domain of the recipient"},
      Parameter{"dkim_domain", "DOMAIN", "Domain of a DKIM signature"},
      Parameter{"dkim_selector", "NAME", "Selector of a DKIM signature"},
      Parameter{"spf_domain", "DOMAIN", "Domain that SPF was checked for"},
      Parameter{"override", "TYPE", "Why the receiver did otherwise: forwarded, mailing_list, local_policy, ..."},
      Parameter{"combination", "KEY", "What passed: dmarc+spf+dkim, ..., none"},
      Parameter{"dialect", "RFC", "rfc7489 or rfc9990"},
      Parameter{"report", "ID", "Number of a report here"},
      Parameter{"report_id", "ID", "The reporter's own number of a report"},
      Parameter{"q", "TEXT", "Anything that holds this text"},
  };
  return table;
}

void add_parameter(Command& command, const Parameter& parameter, ParameterValues& values, const std::string& group) {
  command.options.push_back({flags_of(parameter.name), std::string(parameter.value), std::string(parameter.help),
                             &values[std::string(parameter.name)], group});
}

void add_filters(Command& command, ParameterValues& values) {
  for (const Parameter& filter : filter_parameters_help()) add_parameter(command, filter, values, "Filters");
}

ApiAccess::Query query_of(const ParameterValues& values) {
  ApiAccess::Query query;
  for (const auto& [name, all] : values)
    for (const std::string& value : all) query.emplace_back(name, value);
  return query;
}

}  // namespace server
