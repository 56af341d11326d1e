#include "schema/stored_records.h"

#include "schema/id_hash.h"

namespace schema {
namespace {

// 0: there is none.
std::uint64_t one_more(const std::optional<std::int64_t>& id) {
  return id ? static_cast<std::uint64_t>(*id) + 1 : 0;
}

}  // namespace

std::size_t StoredRecordsWriter::HashOfDetails::operator()(const StoredDetails& details) const {
  IdHash hash;
  for (const auto number :
       {details.result_id, details.header_from_id, details.envelope_from_id.value_or(-1),
        details.envelope_to_id.value_or(-1), details.auth_id, details.override_id, details.estimate})
    hash.add(number);
  return hash.value();
}

void StoredRecordsWriter::add(const StoredRecord& record) {
  const auto& details = record.details;
  const auto [known, is_new] = places_.try_emplace(details, places_.size() + 1);
  if (is_new) {
    append_number(bytes_, 0);
    append_number(bytes_, static_cast<std::uint64_t>(details.result_id));
    append_number(bytes_, static_cast<std::uint64_t>(details.header_from_id));
    append_number(bytes_, one_more(details.envelope_from_id));
    append_number(bytes_, one_more(details.envelope_to_id));
    append_number(bytes_, static_cast<std::uint64_t>(details.auth_id));
    append_number(bytes_, static_cast<std::uint64_t>(details.override_id));
    append_number(bytes_, static_cast<std::uint64_t>(details.estimate));
  } else {
    append_number(bytes_, known->second);
  }
  append_number(bytes_, static_cast<std::uint64_t>(record.address_id));
  append_number(bytes_, static_cast<std::uint64_t>(record.messages) << 1 | (record.has_raw ? 1 : 0));
}

bool StoredRecords::next() {
  if (numbers_.at_end() || broken_) return false;
  const auto place = numbers_.next();
  if (place == 0) {
    read_details();
    place_ = details_.size() - 1;
  } else {
    place_ = place - 1;
  }
  address_id_ = static_cast<std::int64_t>(numbers_.next());
  const auto messages = numbers_.next();
  messages_ = static_cast<std::int64_t>(messages >> 1);
  has_raw_ = (messages & 1) != 0;
  broken_ = numbers_.broken() || place_ >= details_.size();
  return !broken_;
}

void StoredRecords::read_details() {
  const auto number = [this] { return static_cast<std::int64_t>(numbers_.next()); };
  const auto optional = [&number]() -> std::optional<std::int64_t> {
    const auto id = number();
    return id > 0 ? std::optional(id - 1) : std::nullopt;
  };
  StoredDetails details;
  details.result_id = number();
  details.header_from_id = number();
  details.envelope_from_id = optional();
  details.envelope_to_id = optional();
  details.auth_id = number();
  details.override_id = number();
  details.estimate = number();
  details_.push_back(details);
}

}  // namespace schema
