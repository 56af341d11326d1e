// From a record to what readers are told: the five classes, which raw authentication passed, and our own estimate of
// what was aligned.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/report.h"

namespace schema {

// In this order everywhere. DMARC pass = policy_evaluated dkim or spf is pass; the receiver's word, never guessed.
enum class ResultClass : std::uint8_t { pass_both, pass_one, fail_delivered, fail_stopped, unknown };
inline constexpr int result_class_count = 5;

std::string_view name(ResultClass);

// unknown: neither passes and at least one is not reported.
ResultClass result_class(const PolicyEvaluated&);

// The key of `by=combination`: of dmarc (aligned verdict), spf, dkim (raw pass of any result) those that passed,
// joined with '+', as "dmarc+spf+dkim"; where nothing passed '!' and what was tried and failed ("!spf+dkim"), or
// "none". A raw result fails when it is anything but pass, none and unknown.
std::string combination(const Record&);

// Whether `domain` is aligned with the From domain in this mode (RFC 7489 section 3.1), by the Public Suffix List: an
// estimate. unknown: one of the two is not said.
DmarcResult aligned(std::string_view domain, std::string_view header_from, Alignment mode);

// What follows from the raw results by the rules of RFC 7489 section 3.1 and the Public Suffix List. It stands beside
// the receiver's verdict, never instead of it. unknown: the report does not say enough (no From domain, no results at
// all, a pass without its domain).
struct AlignmentEstimate {
  DmarcResult dkim = DmarcResult::unknown;
  DmarcResult spf = DmarcResult::unknown;
  bool operator==(const AlignmentEstimate&) const = default;
};
AlignmentEstimate estimate_alignment(const Record&, const PolicyPublished&);

// Whether the receiver's verdict and its own raw results cannot both be true, as far as we can tell.
bool contradicts(const PolicyEvaluated&, const AlignmentEstimate&);

}  // namespace schema
