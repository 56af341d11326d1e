#include "schema/prepared_report.h"

#include <utility>

#include "schema/content_hash.h"
#include "schema/sha256.h"
#include "schema/verdict.h"

namespace schema {
namespace {

std::vector<std::uint8_t> estimates_of(const Report& report) {
  std::vector<std::uint8_t> estimates;
  estimates.reserve(report.records.size());
  for (const auto& record : report.records) {
    const auto estimate = estimate_alignment(record, report.policy_published);
    estimates.push_back(
        static_cast<std::uint8_t>(static_cast<unsigned>(estimate.dkim) | static_cast<unsigned>(estimate.spf) << 2));
  }
  return estimates;
}

PreparedReport derive(Report&& report) {
  auto hash = content_hash(report.records);
  auto estimates = estimates_of(report);
  return {std::move(report), std::move(hash), std::move(estimates)};
}

}  // namespace

PreparedReport::PreparedReport(Report given, std::string hash, std::vector<std::uint8_t> derived)
    : report(std::move(given)), content_hash(std::move(hash)), estimates(std::move(derived)) {
  const auto& written = report.metadata.report_id;
  report_id = written.empty() ? hexadecimal(content_hash) : written;
}

PreparedReport::PreparedReport(Report given) : PreparedReport(derive(std::move(given))) {}

}  // namespace schema
