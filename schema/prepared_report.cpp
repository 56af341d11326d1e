#include "schema/prepared_report.h"

#include <map>
#include <tuple>
#include <utility>

#include "schema/content_hash.h"
#include "schema/sha256.h"
#include "schema/verdict.h"

namespace schema {
namespace {

std::uint8_t estimate_of(const Record& record, const PolicyPublished& policy) {
  const auto estimate = estimate_alignment(record, policy);
  return static_cast<std::uint8_t>(static_cast<unsigned>(estimate.dkim) | static_cast<unsigned>(estimate.spf) << 2);
}

std::vector<std::uint8_t> estimates_of(const PackedRecords& records, const PolicyPublished& policy) {
  std::vector<std::uint8_t> estimates;
  estimates.reserve(records.size());
  // By all that an estimate depends on: most records repeat what others have.
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint8_t> known;
  PackedRecords::Rows rows(records);
  PackedRow row;
  Record record;
  while (rows.next(row)) {
    const auto [found, is_new] = known.try_emplace({row.header_from, row.envelope_from, row.results});
    if (is_new) {
      records.unpack(row, record);
      found->second = estimate_of(record, policy);
    }
    estimates.push_back(found->second);
  }
  return estimates;
}

PreparedReport derive(ReportHead&& head, PackedRecords&& records) {
  auto hash = content_hash(records);
  auto estimates = estimates_of(records, head.policy_published);
  return {std::move(head), std::move(records), std::move(hash), std::move(estimates)};
}

}  // namespace

PreparedReport::PreparedReport(ReportHead head, PackedRecords packed, std::string hash,
                               std::vector<std::uint8_t> derived)
    : ReportHead(std::move(head)),
      records(std::move(packed)),
      content_hash(std::move(hash)),
      estimates(std::move(derived)) {
  report_id = metadata.report_id.empty() ? hexadecimal(content_hash) : metadata.report_id;
}

PreparedReport::PreparedReport(ReportHead head, PackedRecords packed)
    : PreparedReport(derive(std::move(head), std::move(packed))) {}

PreparedReport::PreparedReport(const Report& report) : PreparedReport(ReportHead(report), report.records) {}

}  // namespace schema
