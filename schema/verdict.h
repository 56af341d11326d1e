// From a record to what readers are told: the five classes, and which raw authentication passed.
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

}  // namespace schema
