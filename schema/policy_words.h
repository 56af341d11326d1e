// A published policy as one line of text: the tags that a report gave of it, as a record has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/report.h"

namespace schema {

// "p=reject; sp=none; adkim=r; pct=50"; empty where the report says nothing. The domain is no part of it.
std::string policy_words(const PolicyPublished& policy);

// The policy that is told so, in any order; "p=unknown" stands for one that says nothing. None where that is no such
// text: another tag, one given twice, a value that its tag cannot have.
std::optional<PolicyPublished> read_policy_words(std::string_view text);

}  // namespace schema
