// The records of one report as the bytes that the database keeps of them (schema/packed_numbers.h), in the order of the
// document. Many records of a report say the same but for address and messages: of each that does, only where among the
// report's details its own were met. A third of what a row of a table takes, and read more quickly.
//
// For each record: the place of its details, counted from 1, or 0 and the details where they are new; the address;
// twice the messages, and one more where raw words of it are kept (table `record_raw`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/packed_numbers.h"

namespace schema {

// Numbers of the database, but for the last one. None of them is negative.
struct StoredDetails {
  std::int64_t result_id = 0, header_from_id = 0;
  std::optional<std::int64_t> envelope_from_id, envelope_to_id;
  std::int64_t auth_id = 0, override_id = 0;
  std::int64_t estimate = 0;  // our own guess at alignment: dkim | spf << 2, each a schema::DmarcResult
  bool operator==(const StoredDetails&) const = default;
};

struct StoredRecord {
  StoredDetails details;
  std::int64_t address_id = 0, messages = 0;
  bool has_raw = false;
};

class StoredRecordsWriter {
 public:
  void add(const StoredRecord& record);
  const std::string& bytes() const { return bytes_; }

 private:
  struct HashOfDetails {
    std::size_t operator()(const StoredDetails& details) const;
  };
  std::string bytes_;
  std::unordered_map<StoredDetails, std::uint64_t, HashOfDetails> places_;  // counted from 1
};

// Reads them again; the bytes must outlive it. What was cut off behind a record still tells those before.
class StoredRecords {
 public:
  StoredRecords() : StoredRecords(std::string_view()) {}
  explicit StoredRecords(std::string_view bytes) : bytes_(bytes), numbers_(bytes) {}

  // false: there are no more, or broken().
  bool next();
  // These are not the bytes of records.
  bool broken() const { return broken_; }

  // Of the one that next() read.
  const StoredDetails& details() const { return details_[place_]; }
  std::size_t place() const { return place_; }  // of its details among those of the report, counted from 0
  std::int64_t address_id() const { return address_id_; }
  std::int64_t messages() const { return messages_; }
  bool has_raw() const { return has_raw_; }
  // How many bytes it ends behind.
  std::size_t end() const { return bytes_.size() - numbers_.left(); }

 private:
  void read_details();

  std::string_view bytes_;
  PackedNumbers numbers_;
  std::vector<StoredDetails> details_;
  std::size_t place_ = 0;
  std::int64_t address_id_ = 0, messages_ = 0;
  bool has_raw_ = false, broken_ = false;
};

}  // namespace schema
