#include "schema/verdict.h"

#include <algorithm>

#include "schema/domain_name.h"

namespace schema {
namespace {

bool passed(const Enumerated<AuthResult>& result) {
  return result.value == AuthResult::pass;
}

bool failed(const Enumerated<AuthResult>& result) {
  return result.value != AuthResult::pass && result.value != AuthResult::none && result.value != AuthResult::unknown;
}

template <typename Results, typename Test>
bool any(const Results& results, Test test) {
  return std::any_of(results.begin(), results.end(), [test](const auto& entry) { return test(entry.result); });
}

void join(std::string& key, bool wanted, std::string_view word) {
  if (!wanted) return;
  if (!key.empty()) key += '+';
  key += word;
}

// The strictest answer that some result of a list supports: pass beats unknown beats fail.
void improve(DmarcResult& so_far, DmarcResult answer) {
  const auto rank = [](DmarcResult r) { return r == DmarcResult::pass ? 2 : r == DmarcResult::unknown ? 1 : 0; };
  if (rank(answer) > rank(so_far)) so_far = answer;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

DmarcResult estimate_dkim(const Record& record, Alignment mode) {
  DmarcResult estimate = DmarcResult::fail;  // no signature is a failure
  for (const DkimAuthResult& dkim : record.auth_results.dkim) {
    if (passed(dkim.result))
      improve(estimate, aligned(dkim.domain, record.identifiers.header_from, mode));
    else if (dkim.result.value == AuthResult::unknown)
      improve(estimate, DmarcResult::unknown);
  }
  return estimate;
}

DmarcResult estimate_spf(const Record& record, Alignment mode) {
  const Identifiers& identifiers = record.identifiers;
  if (record.auth_results.spf.empty()) return DmarcResult::unknown;  // every message has an SPF result
  // The HELO name counts only where there is no MAIL FROM domain (RFC 7489 section 3.1.2, RFC 7208 section 2.4).
  const bool null_path = identifiers.envelope_from && identifiers.envelope_from->empty();
  DmarcResult estimate = DmarcResult::fail;
  bool mail_from_reported = false;
  for (const SpfAuthResult& spf : record.auth_results.spf) {
    if (spf.scope.value == SpfScope::helo && !null_path) continue;
    mail_from_reported = true;
    if (spf.result.value == AuthResult::unknown) improve(estimate, DmarcResult::unknown);
    if (!passed(spf.result)) continue;
    const std::string_view domain =
        spf.domain.empty() && identifiers.envelope_from ? *identifiers.envelope_from : spf.domain;
    improve(estimate, aligned(domain, identifiers.header_from, mode));
  }
  return mail_from_reported ? estimate : DmarcResult::unknown;
}

bool contradicts(DmarcResult verdict, DmarcResult estimate) {
  return verdict != DmarcResult::unknown && estimate != DmarcResult::unknown && verdict != estimate;
}

}  // namespace

std::string_view name(ResultClass result) {
  switch (result) {
    case ResultClass::pass_both:
      return "pass_both";
    case ResultClass::pass_one:
      return "pass_one";
    case ResultClass::fail_delivered:
      return "fail_delivered";
    case ResultClass::fail_stopped:
      return "fail_stopped";
    case ResultClass::unknown:
      break;
  }
  return "unknown";
}

ResultClass result_class(const PolicyEvaluated& evaluated) {
  const DmarcResult dkim = evaluated.dkim.value, spf = evaluated.spf.value;
  if (dkim == DmarcResult::pass && spf == DmarcResult::pass) return ResultClass::pass_both;
  if (dkim == DmarcResult::pass || spf == DmarcResult::pass) return ResultClass::pass_one;
  if (dkim == DmarcResult::unknown || spf == DmarcResult::unknown) return ResultClass::unknown;
  const Disposition disposition = evaluated.disposition.value;
  return disposition == Disposition::quarantine || disposition == Disposition::reject ? ResultClass::fail_stopped
                                                                                      : ResultClass::fail_delivered;
}

std::string combination(const Record& record) {
  const PolicyEvaluated& evaluated = record.policy_evaluated;
  std::string key;
  join(key, evaluated.dkim.value == DmarcResult::pass || evaluated.spf.value == DmarcResult::pass, "dmarc");
  join(key, any(record.auth_results.spf, passed), "spf");
  join(key, any(record.auth_results.dkim, passed), "dkim");
  if (!key.empty()) return key;
  join(key, any(record.auth_results.spf, failed), "spf");
  join(key, any(record.auth_results.dkim, failed), "dkim");
  return key.empty() ? "none" : "!" + key;
}

// Absent means relaxed (RFC 7489 section 6.3).
DmarcResult aligned(std::string_view domain, std::string_view header_from, Alignment mode) {
  if (domain.empty() || header_from.empty()) return DmarcResult::unknown;
  bool same = domain == header_from;
  if (!same && mode != Alignment::s) {
    // Most names that differ do so in the end, and need not be looked up both.
    const std::string_view organization = organizational_domain(header_from);
    same = ends_with(domain, organization) && organizational_domain(domain) == organization;
  }
  return same ? DmarcResult::pass : DmarcResult::fail;
}

AlignmentEstimate estimate_alignment(const Record& record, const PolicyPublished& policy) {
  const bool nothing_reported = record.auth_results.dkim.empty() && record.auth_results.spf.empty();
  if (record.identifiers.header_from.empty() || nothing_reported) return {};
  return {estimate_dkim(record, policy.adkim.value), estimate_spf(record, policy.aspf.value)};
}

bool contradicts(const PolicyEvaluated& evaluated, const AlignmentEstimate& estimate) {
  return contradicts(evaluated.dkim.value, estimate.dkim) || contradicts(evaluated.spf.value, estimate.spf);
}

}  // namespace schema
