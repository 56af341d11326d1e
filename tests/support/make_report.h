// Reports made by hand or by chance, without any parser.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "schema/report.h"

namespace tests {

inline schema::Record make_record(const std::string& ip, std::int64_t count, schema::DmarcResult dkim,
                                  schema::DmarcResult spf,
                                  schema::Disposition disposition = schema::Disposition::none) {
  schema::Record record;
  record.source_ip = schema::IpAddress::parse(ip);
  record.count = count;
  record.policy_evaluated.disposition.value = disposition;
  record.policy_evaluated.dkim.value = dkim;
  record.policy_evaluated.spf.value = spf;
  record.identifiers.header_from = "example.com";
  record.auth_results.spf.push_back({"example.com", {schema::SpfScope::mfrom}, {schema::AuthResult::pass}, ""});
  return record;
}

// Two records, 12 messages.
inline schema::Report make_report(const std::string& report_id = "1", const std::string& domain = "example.com") {
  schema::Report report;
  report.version = "1.0";
  report.metadata.org_name = "Receiver";
  report.metadata.email = "dmarc@receiver.example";
  report.metadata.report_id = report_id;
  report.metadata.begin = 1'790'000'000 / 86400 * 86400;
  report.metadata.end = report.metadata.begin + 86399;
  report.policy_published.domain = domain;
  report.policy_published.p.value = schema::Policy::reject;
  report.records.push_back(make_record("192.0.2.1", 10, schema::DmarcResult::pass, schema::DmarcResult::pass));
  report.records.push_back(make_record("2001:db8::1", 2, schema::DmarcResult::fail, schema::DmarcResult::fail));
  return report;
}

// Anything, out of few enough values that they meet.
template <typename Random>
schema::Report random_report(Random& random) {
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  const auto word = [&](const char* stem, int kinds) { return stem + std::to_string(below(kinds)); };
  schema::Report report;
  report.metadata.org_name = word("Org", 3);
  report.metadata.email = word("dmarc@", 2);
  report.metadata.report_id = below(8) == 0 ? "" : word("id", 6);
  report.metadata.begin = 1'790'000'000 + 86400 * below(4);
  report.metadata.end = report.metadata.begin + 86399 + 86400 * below(2);
  report.metadata.errors.assign(static_cast<std::size_t>(below(2)), "an \"error\"\n");
  report.policy_published.domain = word("domain", 3) + ".example";
  report.policy_published.p.value = static_cast<schema::Policy>(below(4));
  if (below(2) == 0) report.policy_published.pct = below(101);
  if (below(3) == 0) report.policy_published.testing = below(2) == 0;
  if (below(5) == 0) report.policy_published.sp.raw = "sometimes";
  const int records = below(12);
  for (int i = 0; i < records; ++i) {
    auto record = make_record(word("192.0.2.", 9), below(1000), static_cast<schema::DmarcResult>(below(3)),
                              static_cast<schema::DmarcResult>(below(3)), static_cast<schema::Disposition>(below(5)));
    if (below(10) == 0) {
      record.source_ip.reset();
      record.source_ip_raw = word("host", 3);
    }
    record.identifiers.header_from = below(6) == 0 ? "" : word("from", 3);
    if (below(2) == 0) record.identifiers.envelope_from = below(3) == 0 ? "" : word("env", 3);
    if (below(4) == 0) record.identifiers.envelope_to = word("to", 2);
    for (int k = below(3); k > 0; --k) {
      record.auth_results.dkim.push_back(
          {word("d", 3), word("s", 3), {static_cast<schema::AuthResult>(below(10)), below(4) == 0 ? "odd" : ""}, ""});
    }
    for (int k = below(3); k > 0; --k) {
      record.policy_evaluated.reasons.push_back({{static_cast<schema::OverrideType>(below(8))}, word("why", 3)});
    }
    report.records.push_back(std::move(record));
  }
  return report;
}

}  // namespace tests
