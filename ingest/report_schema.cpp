#include "ingest/report_schema.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace ingest {
namespace {

using schema::Dialect;

constexpr int many = 1'000'000'000;
constexpr Times never = {0, 0}, once = {1, 1}, optional = {0, 1}, any = {0, many}, some = {1, many};

constexpr Content words(std::string_view of) {
  return {Holds::words, of};
}
constexpr Content elements(std::string_view type) {
  return {Holds::elements, type};
}
constexpr Content text = {}, integer = {Holds::integer}, anything = {Holds::anything};
constexpr Content version = words(" 1.0 "), policies = words(" none quarantine reject "), modes = words(" r s "),
                  verdicts = words(" pass fail "),
                  dkim_results = words(" none pass fail policy neutral temperror permerror ");

constexpr auto rules = std::to_array<ElementRule>({
    {"feedback", "version", once, optional, version, version},
    {"feedback", "report_metadata", once, once, elements("report_metadata"), elements("report_metadata")},
    {"feedback", "policy_published", once, once, elements("policy_published"), elements("policy_published"),
     "policy_missing"},
    {"feedback", "extension", never, optional, text, anything},
    {"feedback", "record", some, some, elements("record"), elements("record")},

    {"report_metadata", "org_name", once, once, text, text, "org_name_from_"},
    {"report_metadata", "email", once, once},
    {"report_metadata", "extra_contact_info", optional, optional},
    {"report_metadata", "report_id", once, once, text, text, "report_id_missing"},
    {"report_metadata", "date_range", once, once, elements("date_range"), elements("date_range"),
     "dates_from_file_name"},
    {"report_metadata", "error", any, optional},
    {"report_metadata", "generator", never, optional},

    {"date_range", "begin", once, once, integer, integer, "dates_from_file_name"},
    {"date_range", "end", once, once, integer, integer, "dates_from_file_name"},

    {"policy_published", "domain", once, once, text, text, "domain_from_"},
    {"policy_published", "discovery_method", never, optional, text, words(" psl treewalk ")},
    {"policy_published", "adkim", optional, optional, modes, modes},
    {"policy_published", "aspf", optional, optional, modes, modes},
    {"policy_published", "p", once, once, policies, policies, "policy_missing"},
    {"policy_published", "sp", once, optional, policies, policies},
    {"policy_published", "np", never, optional, text, policies},
    {"policy_published", "pct", once, never, integer, text},
    {"policy_published", "fo", once, optional},
    {"policy_published", "testing", never, optional, text, words(" y n "), "", "t"},

    {"record", "row", once, once, elements("row"), elements("row")},
    {"record", "identifiers", once, once, elements("identifiers"), elements("identifiers"), "missing_identifiers",
     "identities"},
    {"record", "auth_results", once, once, elements("auth_results"), elements("auth_results"), "missing_auth_results"},

    {"row", "source_ip", once, once, text, text, "source_ip_missing"},
    {"row", "count", once, once, integer, integer, "count_missing"},
    {"row", "policy_evaluated", once, once, elements("policy_evaluated"), elements("policy_evaluated"),
     "disposition_missing"},

    {"policy_evaluated", "disposition", once, once, policies, words(" none pass quarantine reject "),
     "disposition_missing"},
    {"policy_evaluated", "dkim", once, once, verdicts, verdicts, "missing_verdict"},
    {"policy_evaluated", "spf", once, once, verdicts, verdicts, "missing_verdict"},
    {"policy_evaluated", "reason", any, any, elements("reason"), elements("reason")},

    {"reason", "type", once, once, words(" forwarded sampled_out trusted_forwarder mailing_list local_policy other "),
     words(" local_policy mailing_list other policy_test_mode trusted_forwarder "), "reason_bare_text"},
    {"reason", "comment", optional, optional},

    {"identifiers", "header_from", once, once, text, text, "header_from_missing"},
    {"identifiers", "envelope_from", once, optional},
    {"identifiers", "envelope_to", optional, optional},

    {"auth_results", "dkim", any, any, elements("dkim"), elements("dkim")},
    {"auth_results", "spf", some, optional, elements("spf"), elements("spf")},

    {"dkim", "domain", once, once, text, text, "empty_result_dropped"},
    {"dkim", "selector", optional, once, text, text, "empty_result_dropped"},
    {"dkim", "result", once, once, dkim_results, dkim_results, "result_missing"},
    {"dkim", "human_result", optional, optional},

    {"spf", "domain", once, once, text, text, "empty_result_dropped"},
    {"spf", "scope", once, optional, words(" helo mfrom "), words(" mfrom "), "empty_result_dropped"},
    {"spf", "result", once, once, words(" none neutral pass fail softfail temperror permerror "),
     words(" none neutral pass fail softfail temperror permerror policy "), "result_missing"},
    {"spf", "human_result", never, optional},
});

constexpr bool is_type(std::string_view name) {
  return std::any_of(rules.begin(), rules.end(), [name](const ElementRule& rule) { return rule.type == name; });
}

// What the table promises: elements have a type that is in it, the rows of a type stand together, no name twice.
constexpr bool is_sound() {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const Content& content : {rules[i].content7489, rules[i].content9990})
      if (content.holds == Holds::elements && !is_type(content.of)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (rules[j].type != rules[i].type) continue;
      if (rules[j].name == rules[i].name || rules[i - 1].type != rules[i].type) return false;
    }
  }
  return true;
}
static_assert(is_sound());

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

ElementRules rules_of(std::string_view type) {
  const auto is_of = [type](const ElementRule& rule) { return rule.type == type; };
  const auto first = std::find_if(rules.begin(), rules.end(), is_of);
  const auto last = std::find_if_not(first, rules.end(), is_of);
  return {rules.data() + (first - rules.begin()), rules.data() + (last - rules.begin())};
}

bool is_sequence(std::string_view type, Dialect dialect) {
  for (const std::string_view both : {"feedback", "record", "policy_evaluated", "auth_results"})
    if (type == both) return true;
  return type == "report_metadata" && dialect == Dialect::rfc7489;
}

bool allows(const Content& content, std::string_view value) {
  if (content.holds == Holds::integer) {
    if (value.substr(0, 1) == "-" || value.substr(0, 1) == "+") value.remove_prefix(1);
    return !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
  }
  if (content.holds != Holds::words) return true;
  // The word with its blanks, which the word itself must not have.
  for (auto at = content.of.find(value); !value.empty() && at != value.npos; at = content.of.find(value, at + 1))
    if (content.of[at - (at > 0)] == ' ' && content.of.substr(at + value.size(), 1) == " ")
      return value.find(' ') == value.npos;
  return false;
}

}  // namespace ingest
