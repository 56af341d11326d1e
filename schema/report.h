// The DMARC aggregate report, field for field, as RFC 9990 (appendix B) and RFC 7489 (appendix C) name them.
//
// Values are normalised: trimmed, domains as lower-case A-labels without a trailing dot, enumerations as their
// enumerator. Where normalising changed the meaning of what was written, the words of the reporter are kept beside it
// (`Enumerated::raw`, `Record::source_ip_raw`), and a note says so (schema/note.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ip_address.h"
#include "schema/note.h"

namespace schema {

// The closed vocabularies. `unknown` stands for absent, empty or not understood; it is never pass nor fail.
enum class Disposition : std::uint8_t { unknown, none, pass, quarantine, reject };
enum class DmarcResult : std::uint8_t { unknown, pass, fail };  // aligned: policy_evaluated/dkim and /spf
enum class Policy : std::uint8_t { unknown, none, quarantine, reject };
enum class Alignment : std::uint8_t { unknown, r, s };
enum class AuthResult : std::uint8_t {  // raw: auth_results/dkim/result and auth_results/spf/result
  unknown,
  none,
  pass,
  fail,
  softfail,
  policy,
  neutral,
  temperror,
  permerror,
  other,
};
enum class SpfScope : std::uint8_t { unknown, helo, mfrom };
enum class OverrideType : std::uint8_t {
  unknown,
  forwarded,
  sampled_out,
  trusted_forwarder,
  mailing_list,
  local_policy,
  other,
  policy_test_mode,
};
enum class DiscoveryMethod : std::uint8_t { unknown, psl, treewalk };
enum class Dialect : std::uint8_t { rfc7489, rfc9990 };

// The word on the wire ("pass", "mailing_list"); "unknown" for `unknown`. Defined for every enumeration above.
std::string_view name(Disposition);
std::string_view name(DmarcResult);
std::string_view name(Policy);
std::string_view name(Alignment);
std::string_view name(AuthResult);
std::string_view name(SpfScope);
std::string_view name(OverrideType);
std::string_view name(DiscoveryMethod);
std::string_view name(Dialect);

// The enumerator whose name() is exactly `word`; none when there is no such. Tolerance lives in the parser, not here.
template <typename E>
std::optional<E> from_name(std::string_view word);

// A normalised word, and what was written when that was another word (letter case and blanks aside).
template <typename E>
struct Enumerated {
  E value = E::unknown;
  std::string raw = {};
  bool operator==(const Enumerated&) const = default;
};

struct Reason {  // policy_evaluated/reason
  Enumerated<OverrideType> type;
  std::string comment;
  bool operator==(const Reason&) const = default;
};

struct PolicyEvaluated {
  Enumerated<Disposition> disposition;
  Enumerated<DmarcResult> dkim;
  Enumerated<DmarcResult> spf;
  std::vector<Reason> reasons;
  bool operator==(const PolicyEvaluated&) const = default;
};

struct Identifiers {
  std::string header_from;                   // empty: the reporter gave none
  std::optional<std::string> envelope_from;  // empty: the null reverse-path; none: not reported
  std::optional<std::string> envelope_to;
  bool operator==(const Identifiers&) const = default;
};

struct DkimAuthResult {
  std::string domain;
  std::string selector;
  Enumerated<AuthResult> result;
  std::string human_result;
  bool operator==(const DkimAuthResult&) const = default;
};

struct SpfAuthResult {
  std::string domain;
  Enumerated<SpfScope> scope;
  Enumerated<AuthResult> result;
  std::string human_result;
  bool operator==(const SpfAuthResult&) const = default;
};

struct AuthResults {
  std::vector<DkimAuthResult> dkim;  // in the reporter's order
  std::vector<SpfAuthResult> spf;
  bool operator==(const AuthResults&) const = default;
};

struct Record {
  std::optional<IpAddress> source_ip;  // none: missing or not an address
  std::string source_ip_raw;           // as written, when that is not the canonical spelling of source_ip
  std::int64_t count = 0;              // messages, 0 .. 1e9
  PolicyEvaluated policy_evaluated;
  Identifiers identifiers;
  AuthResults auth_results;
  bool operator==(const Record&) const = default;
};

struct ReportMetadata {
  std::string org_name;
  std::string email;
  std::string extra_contact_info;
  std::string report_id;   // one pair of <> stripped, otherwise byte for byte
  std::int64_t begin = 0;  // seconds since 1970-01-01T00:00:00Z
  std::int64_t end = 0;
  std::vector<std::string> errors;
  std::string generator;
};

struct PolicyPublished {
  std::string domain;
  Enumerated<Alignment> adkim, aspf;
  Enumerated<Policy> p, sp, np;
  std::optional<int> pct;  // 0 .. 100
  std::string fo;
  std::optional<bool> testing;  // t=y
  Enumerated<DiscoveryMethod> discovery_method;
  bool operator==(const PolicyPublished&) const = default;
};

// Everything of a report but its records.
struct ReportHead {
  std::string version;  // as written; says nothing reliable
  Dialect dialect = Dialect::rfc7489;
  ReportMetadata metadata;
  PolicyPublished policy_published;
  Notes notes;  // what the parser repaired or found odd, in head and records
};

struct Report : ReportHead {
  std::vector<Record> records;
};

// The day the report is about: UTC day of the middle of its period, as days since 1970-01-01.
std::int64_t report_day(std::int64_t begin, std::int64_t end);

}  // namespace schema
