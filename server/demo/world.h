// The made-up world of `ruadar demo`: domains, what they publish, who sends in their name on each of 365 days, and who
// reports about it. Domains lie under example.*, sources in the documentation ranges (RFC 5737, RFC 3849). The same day
// is the same in every run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace server::demo {

inline constexpr int days = 365;  // counted from 0

// Numbers that depend on nothing but the name they start from.
class Chance {
 public:
  Chance(std::string_view name, std::int64_t number);
  double next();                                                 // from 0, below 1
  int below(int end) { return static_cast<int>(next() * end); }  // from 0, below `end`

 private:
  std::uint64_t state_;
};

struct Policy {
  std::string_view p, sp;
  std::string_view adkim = "r", aspf = "r";
};

struct Signature {
  std::string domain, selector, result;
};

// Mail of one source on one day, all of it with the same results.
struct Flow {
  std::string ip, header_from, envelope_from;
  std::vector<Signature> dkim;
  std::string spf;  // raw result, for envelope_from
  bool dkim_aligned = false, spf_aligned = false;
  double messages = 0;
  std::string override_type = {}, override_comment = {};  // why a receiver would not apply the policy
};

struct Reporter {
  std::string_view org_name, email, host;
  double share;             // of all mail, what it sees
  int hour;                 // of the next day, at which it sends its reports
  double diligence;         // share of days with a report, where there is mail
  int from = 0, to = days;  // days on which it reports at all
  // Its manner of writing.
  bool rfc9990 = false, says_version = true, says_scope = true, says_envelope = true, says_selector = true;
  bool shouts = false;     // results in upper case
  bool plain_xml = false;  // no gzip
};

const std::vector<std::string_view>& domains();
const std::vector<Reporter>& reporters();
Policy policy(std::string_view domain, int day);

// What the whole world saw. `weekday`: 0 is Monday.
std::vector<Flow> flows(std::string_view domain, int day, int weekday);

}  // namespace server::demo
