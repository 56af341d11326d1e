#include "ingest/report_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "ingest/xml_gate.h"

namespace ingest {
namespace {

using namespace schema;

constexpr int many = 1'000'000;

// How often an element may stand in its parent. The rules of a parent follow each other in the order of the RFC.
struct Times {
  int least, most;
};
struct ElementRule {
  std::string_view parent, name;
  Times rfc7489, rfc9990;
  std::string_view words7489 = {}, words9990 = {};  // the values it may have, each between blanks; empty: any
};

constexpr Times never = {0, 0}, once = {1, 1}, optional = {0, 1}, any = {0, many}, some = {1, many};
constexpr std::string_view policies = " none quarantine reject ", modes = " r s ", verdicts = " pass fail ";
constexpr std::string_view dkim_results = " none pass fail policy neutral temperror permerror ";

constexpr auto rules = std::to_array<ElementRule>({
    {"feedback", "version", once, optional, " 1.0 ", " 1.0 "},
    {"feedback", "report_metadata", once, once},
    {"feedback", "policy_published", once, once},
    {"feedback", "extension", never, optional},
    {"report_metadata", "org_name", once, once},
    {"report_metadata", "email", once, once},
    {"report_metadata", "extra_contact_info", optional, optional},
    {"report_metadata", "report_id", once, once},
    {"report_metadata", "date_range", once, once},
    {"report_metadata", "error", any, optional},
    {"report_metadata", "generator", never, optional},
    {"date_range", "begin", once, once},
    {"date_range", "end", once, once},
    {"policy_published", "domain", once, once},
    {"policy_published", "discovery_method", never, optional, "", " psl treewalk "},
    {"policy_published", "adkim", optional, optional, modes, modes},
    {"policy_published", "aspf", optional, optional, modes, modes},
    {"policy_published", "p", once, once, policies, policies},
    {"policy_published", "sp", once, optional, policies, policies},
    {"policy_published", "np", never, optional, "", policies},
    {"policy_published", "pct", once, never},
    {"policy_published", "fo", once, optional},
    {"policy_published", "testing", never, optional, "", " y n "},
    {"record", "row", once, once},
    {"record", "identifiers", once, once},
    {"record", "auth_results", once, once},
    {"row", "source_ip", once, once},
    {"row", "count", once, once},
    {"row", "policy_evaluated", once, once},
    {"policy_evaluated", "disposition", once, once, policies, " none pass quarantine reject "},
    {"policy_evaluated", "dkim", once, once, verdicts, verdicts},
    {"policy_evaluated", "spf", once, once, verdicts, verdicts},
    {"policy_evaluated", "reason", any, any},
    {"reason", "type", once, once, " forwarded sampled_out trusted_forwarder mailing_list local_policy other ",
     " trusted_forwarder mailing_list local_policy policy_test_mode other "},
    {"reason", "comment", optional, optional},
    {"identifiers", "envelope_to", optional, optional},
    {"identifiers", "envelope_from", once, optional},
    {"identifiers", "header_from", once, once},
    {"auth_results", "dkim", any, any},
    {"auth_results", "spf", some, optional},
    {"dkim", "domain", once, once},
    {"dkim", "selector", optional, once},
    {"dkim", "result", once, once, dkim_results, dkim_results},
    {"dkim", "human_result", optional, optional},
    {"spf", "domain", once, once},
    {"spf", "scope", once, optional, " helo mfrom ", " mfrom "},
    {"spf", "result", once, once, " none neutral pass fail softfail temperror permerror ",
     " none neutral pass fail softfail temperror permerror policy "},
    {"spf", "human_result", never, optional},
});

// Parents whose children have an order, by RFC; the others are sets.
bool is_sequence(std::string_view parent, Dialect dialect) {
  for (const std::string_view both : {"feedback", "record", "policy_evaluated", "auth_results"})
    if (parent == both) return true;
  return parent == "report_metadata" && dialect == Dialect::rfc7489;
}

bool is_one_of(std::string_view words, std::string_view word) {
  return words.find(" " + std::string(word) + " ") != words.npos;
}

class RuleChecker {
 public:
  RuleChecker(Dialect dialect, ReportReader& reader) : dialect_(dialect), reader_(reader) {}

  // The element and everything below it that has rules.
  void check(XmlNode element) {
    const std::string_view parent = element.local_name();
    for (const ElementRule& rule : rules)
      if (rule.parent == parent) check_times(element, rule);
    const ElementRule* last = nullptr;
    for (XmlNode child = element.first_child(); child; child = child.next_sibling()) {
      const ElementRule* rule = rule_of(parent, child.local_name());
      if (rule == nullptr) {
        if (!may_be_extension(element, child)) reader_.note("element_unknown", child, path(parent, child.local_name()));
        continue;
      }
      if (last != nullptr && rule < last && is_sequence(parent, dialect_))
        reader_.note("element_order", child, path(parent, child.local_name()));
      last = rule;
      check_word(child, *rule);
      // The verdict's dkim and spf are words; those of the raw results have the same names.
      if (rule->name == "reason" || (has_rules(rule->name) && parent != "policy_evaluated")) check(child);
    }
  }

 private:
  Times times(const ElementRule& rule) const { return dialect_ == Dialect::rfc7489 ? rule.rfc7489 : rule.rfc9990; }

  const ElementRule* rule_of(std::string_view parent, std::string_view name) const {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const ElementRule& rule) {
      return rule.parent == parent && rule.name == name && times(rule).most > 0;
    });
    return found == rules.end() ? nullptr : &*found;
  }

  static bool has_rules(std::string_view parent) {
    return std::any_of(rules.begin(), rules.end(), [parent](const ElementRule& rule) { return rule.parent == parent; });
  }

  void check_times(XmlNode parent, const ElementRule& rule) {
    int count = 0;
    XmlNode last;
    for (XmlNode child = parent.first_child(); child; child = child.next_sibling())
      if (child.local_name() == rule.name) ++count, last = child;
    const auto [least, most] = times(rule);
    if (count < least) reader_.note("element_missing", parent, path(rule.parent, rule.name));
    if (most > 0 && count > most) reader_.note("element_too_often", last, path(rule.parent, rule.name));
  }

  // What no RFC knows has its own note from the reader; here it is the right word in the wrong place or clothes.
  void check_word(XmlNode node, const ElementRule& rule) {
    const std::string_view words = dialect_ == Dialect::rfc7489 ? rule.words7489 : rule.words9990;
    const std::string_view word = node.text();
    if (!words.empty() && !word.empty() && !is_one_of(words, word)) reader_.note("value_not_allowed", node, word);
  }

  // RFC 9990 section 3.1.1.7: behind the known elements of a record, in a namespace of their own.
  bool may_be_extension(XmlNode parent, XmlNode child) const {
    return dialect_ == Dialect::rfc9990 && parent.local_name() == "record" &&
           (child.prefix() != parent.prefix() || child.has_namespace());
  }

  static std::string path(std::string_view parent, std::string_view name) {
    return std::string(parent) + "/" + std::string(name);
  }

  const Dialect dialect_;
  ReportReader& reader_;
};

// ridtxt of RFC 9990 section 3.5.1, without its brackets.
bool is_report_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-/=?^_`{|}~.@").find(c) != std::string_view::npos;
  };
  return !id.empty() && std::all_of(id.begin(), id.end(), allowed) && std::count(id.begin(), id.end(), '@') <= 1 &&
         id.front() != '.' && id.front() != '@' && id.back() != '.' && id.back() != '@' && id.find("..") == id.npos &&
         id.find(".@") == id.npos && id.find("@.") == id.npos;
}

// What was published for the domain that the record is about; unknown where that is not clear.
Policy policy_for(const Record& record, const PolicyPublished& policy) {
  if (record.identifiers.header_from == policy.domain) return policy.p.value;
  return policy.sp.value == Policy::unknown ? policy.p.value : policy.sp.value;
}

// RFC 9990 section 3.1.6: a failure that is treated otherwise than published needs a reason.
bool lacks_reason(const Record& record, const PolicyPublished& policy) {
  const PolicyEvaluated& evaluated = record.policy_evaluated;
  if (evaluated.dkim.value != DmarcResult::fail || evaluated.spf.value != DmarcResult::fail) return false;
  const Policy published = policy_for(record, policy);
  if (published == Policy::unknown || evaluated.disposition.value == Disposition::unknown) return false;
  return name(published) != name(evaluated.disposition.value) && evaluated.reasons.empty();
}

}  // namespace

void check_head(const XmlDocument& document, XmlNode feedback, bool has_records, const ReportHead& head,
                ReportReader& reader) {
  if (head.dialect == Dialect::rfc9990 && document.root_namespace() != rfc9990_namespace)
    reader.note("namespace_missing", feedback);
  if (!has_records) reader.note("element_missing", feedback, "feedback/record");
  RuleChecker(head.dialect, reader).check(feedback);
  if (head.dialect == Dialect::rfc9990 && !head.metadata.report_id.empty() && !is_report_id(head.metadata.report_id))
    reader.note("report_id_form", feedback, head.metadata.report_id);
}

void check_record(XmlNode node, const Record& record, const ReportHead& head, ReportReader& reader) {
  RuleChecker(head.dialect, reader).check(node);
  if (head.dialect == Dialect::rfc9990 && lacks_reason(record, head.policy_published))
    reader.note("reason_missing", node);
}

}  // namespace ingest
