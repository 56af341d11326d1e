#include "ingest/report_rules.h"

#include "ingest/report_names.h"
#include "ingest/xml_gate.h"

namespace ingest {
namespace {

using namespace schema;

bool answers_to(XmlNode node, const ElementRule& rule) {
  const std::string_view name = node.local_name();
  return same_letters(name, rule.name) || (!rule.alias.empty() && name == rule.alias);
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

void RuleChecker::check_head(const XmlDocument& document, XmlNode feedback, std::optional<std::int64_t> first_record,
                             const ReportHead& head) {
  prefix_ = feedback.prefix();
  first_record_ = first_record;
  check_namespace(document, feedback);
  check(feedback, "feedback");
  const std::string& id = head.metadata.report_id;
  if (dialect_ == Dialect::rfc9990 && !id.empty() && !is_report_id(id)) {
    for (XmlNode metadata = feedback.first_child(); metadata; metadata = metadata.next_sibling())
      for (XmlNode node = metadata.first_child(); node; node = node.next_sibling())
        if (same_letters(node.local_name(), "report_id")) return reader_.see("report_id_form", node, id);
  }
}

void RuleChecker::check_record(XmlNode node, const Record& record, const PolicyPublished& policy) {
  if (dialect_ == Dialect::rfc9990 && is_foreign(node)) reader_.see("namespace_missing", node, node.name());
  check(node, "record");
  if (dialect_ == Dialect::rfc9990 && lacks_reason(record, policy)) reader_.see("reason_missing", node);
}

// RFC 7489 qualifies the root element only, and nobody does even that; RFC 9990 qualifies all.
void RuleChecker::check_namespace(const XmlDocument& document, XmlNode feedback) {
  if (reader_.noted(feedback, "undeclared_prefix")) return;
  const std::string_view uri = document.root_namespace();
  if (dialect_ == Dialect::rfc9990) {
    if (uri != rfc9990_namespace) reader_.see("namespace_missing", feedback, uri);
  } else if (!uri.empty() && (uri != rfc7489_namespace || prefix_.empty())) {
    reader_.see("namespace_wrong", feedback, uri);
  }
}

// In another namespace than the root element, as far as prefixes show it.
bool RuleChecker::is_foreign(XmlNode node) const {
  return node.prefix() != prefix_ || (node.parent() && node.has_namespace());
}

const ElementRule* RuleChecker::rule_for(std::string_view type, XmlNode child) const {
  for (const ElementRule& rule : rules_of(type))
    if (answers_to(child, rule) && rule.times(dialect_).most > 0) return &rule;
  return nullptr;
}

void RuleChecker::check(XmlNode element, std::string_view type) {
  for (const ElementRule& rule : rules_of(type)) check_times(element, rule);
  check_children(element, type);
}

void RuleChecker::check_times(XmlNode parent, const ElementRule& rule) {
  const auto [least, most] = rule.times(dialect_);
  int count = rule.name == "record" && first_record_ ? 1 : 0;  // records stand outside of the head
  for (XmlNode child = parent.first_child(); child; child = child.next_sibling()) {
    if (!answers_to(child, rule) || ++count <= most || most == 0) continue;
    if (!reader_.noted(child, "element_repeated") && !reader_.noted(child, "policy_repeated"))
      reader_.see("element_too_often", child);
  }
  if (count >= least || (!rule.absence.empty() && reader_.noted(parent, rule.absence))) return;
  if (!reader_.noted(parent, "empty_result_dropped")) reader_.see("element_missing", parent, "", rule.name);
}

void RuleChecker::check_children(XmlNode element, std::string_view type) {
  const ElementRule* last = nullptr;
  bool extended = false;
  for (XmlNode child = element.first_child(); child; child = child.next_sibling()) {
    const ElementRule* rule = rule_for(type, child);
    const bool foreign = is_foreign(child);
    // RFC 9990 section 3.1.1.7: in a namespace of their own, behind the known elements of a record.
    const bool extends = dialect_ == Dialect::rfc9990 && type == "record" && foreign &&
                         (!child.prefix().empty() || child.has_namespace());
    if (rule == nullptr || extends) {
      extended = extended || extends;
      if (!extends) reader_.see("element_unknown", child);
      continue;
    }
    if (dialect_ == Dialect::rfc9990 && foreign) reader_.see("namespace_missing", child, child.name());
    const bool late = type == "feedback" && first_record_ && reader_.position(child).byte > *first_record_;
    if (is_sequence(type, dialect_) && (extended || late || (last != nullptr && rule < last)))
      reader_.see("element_order", child);
    last = rule;
    check_content(child, element, *rule);
  }
}

void RuleChecker::check_content(XmlNode node, XmlNode parent, const ElementRule& rule) {
  const Content& content = rule.content(dialect_);
  if (content.holds == Holds::elements) return check(node, content.of);
  if (content.holds == Holds::anything) return check_extension(node);
  // What no RFC knows was noted by the reader; here it is the right word in the wrong place or clothes.
  if (!allows(content, node.text()) && !reader_.noted(node) && !reader_.noted(parent, "empty_result_dropped"))
    reader_.see("value_not_allowed", node, node.text());
}

void RuleChecker::check_extension(XmlNode extension) {
  for (XmlNode child = extension.first_child(); child; child = child.next_sibling())
    if (!is_foreign(child)) reader_.see("extension_namespace", child);
}

}  // namespace ingest
