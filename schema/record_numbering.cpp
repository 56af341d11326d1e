#include "schema/record_numbering.h"

#include <utility>

#include "schema/stored_json.h"

namespace schema {

ClassSums class_sums(const PackedRecords& records) {
  ClassSums sums;
  PackedRecords::Rows rows(records);
  PackedRow row;
  while (rows.next(row)) {
    const PolicyEvaluated evaluated{{row.disposition}, {row.dkim}, {row.spf}, {}};
    sums.messages += row.count;
    sums.classes[static_cast<std::size_t>(result_class(evaluated))] += row.count;
  }
  return sums;
}

RecordNumbering::RecordNumbering(Interner& interner, const PackedRecords& records)
    : interner_(interner),
      records_(records),
      texts_(records.parts().texts.size(), unknown),
      auths_(records.parts().results.size(), unknown),
      overrides_(records.parts().reasons.size(), unknown) {}

Result<StoredRecord> RecordNumbering::of(const PackedRow& row, std::uint8_t estimate) {
  const auto address = interner_.address(row.source_ip);
  if (!address) return unexpected(address.error());
  // Its number goes by the words and by which of the results passed.
  const auto words = static_cast<unsigned>(row.disposition) << 4 | static_cast<unsigned>(row.dkim) << 2 |
                     static_cast<unsigned>(row.spf);
  auto& result = results_.try_emplace(std::uint64_t{row.results} << 8 | words, unknown).first->second;
  if (result == unknown || overrides_[row.reasons] == unknown) {
    if (auto looked_up = look_up(row, result); !looked_up) return unexpected(std::move(looked_up.error()));
  }
  for (const auto place : {row.header_from, row.envelope_from, row.envelope_to}) {
    if (auto known = text(place); !known) return unexpected(std::move(known.error()));
  }
  const auto optional = [this](std::uint32_t place) {
    return place == PackedRow::none ? std::nullopt : std::optional(texts_[place]);
  };
  const StoredDetails details{.result_id = result,
                              .header_from_id = texts_[row.header_from],
                              .envelope_from_id = optional(row.envelope_from),
                              .envelope_to_id = optional(row.envelope_to),
                              .auth_id = auths_[row.results],
                              .override_id = overrides_[row.reasons],
                              .estimate = estimate};
  return StoredRecord{details, *address, row.count};
}

Status RecordNumbering::look_up(const PackedRow& row, std::int64_t& result) {
  records_.unpack(row, record_);
  const auto found = interner_.result(record_);
  if (!found) return unexpected(found.error());
  const auto auth = interner_.auth(record_.auth_results);
  if (!auth) return unexpected(auth.error());
  const auto reasons = interner_.override_reasons(record_.policy_evaluated.reasons);
  if (!reasons) return unexpected(reasons.error());
  result = *found;
  auths_[row.results] = *auth;
  overrides_[row.reasons] = *reasons;
  return {};
}

Status RecordNumbering::text(std::uint32_t place) {
  if (place == PackedRow::none || texts_[place] != unknown) return {};
  const auto number = interner_.text(records_.parts().texts[place]);
  if (!number) return unexpected(number.error());
  texts_[place] = *number;
  return {};
}

std::string RecordNumbering::raw(const PackedRow& row) {
  if (row.raw == PackedRow::none) return {};
  records_.unpack(row, record_);
  return raw_words(record_);
}

}  // namespace schema
