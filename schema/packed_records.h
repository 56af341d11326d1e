// The records of a report as they wait to be stored: rows of small numbers, and everything that comes again kept once.
// Some 20 bytes a record, where a Record takes several hundred.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/report.h"

namespace schema {

// Texts by number, each once; counted from 0.
class NumberedTexts {
 public:
  // The number of this text, which is a new one where it was not there. All together have less than 4 GiB.
  std::uint32_t number(std::string_view text);
  // Gives it the next number, without a look at the others.
  void append(std::string_view text);
  std::string_view operator[](std::uint32_t number) const;
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }

 private:
  void grow();

  std::string bytes_;
  std::vector<std::uint32_t> ends_;   // of each, in bytes_
  std::vector<std::uint32_t> slots_;  // a hash table of number + 1; 0: free
};

// A record, with the numbers of what others may have, too.
struct PackedRow {
  static constexpr std::uint32_t none = UINT32_MAX;

  std::optional<IpAddress> source_ip;
  std::int64_t count = 0;
  Disposition disposition = Disposition::unknown;
  DmarcResult dkim = DmarcResult::unknown, spf = DmarcResult::unknown;
  std::uint32_t header_from = 0, envelope_from = none, envelope_to = none;  // of texts
  std::uint32_t results = 0, reasons = 0, raw = none;                       // of lists
};

// What is packed, in pieces that can travel. Lists are numbers of texts and enumerators, as packed_records.cpp has
// them.
struct PackedParts {
  NumberedTexts texts, results, reasons, raw;
  std::string rows;
  std::uint32_t count = 0;
};

// What a report may hold (ingest/limits.h).
struct PackedLimits {
  std::size_t records;
  std::int64_t count, count_sum;  // messages of one record, and of all
  std::size_t list;               // results, or reasons, of one record
};

class PackedRecords {
 public:
  PackedRecords() = default;
  PackedRecords(const std::vector<Record>& records);
  // Parts that may come from anywhere: none where they are not what add() makes, within `limits`.
  static std::optional<PackedRecords> checked(PackedParts parts, const PackedLimits& limits);

  void add(const Record& record);
  std::size_t size() const { return parts_.count; }
  bool empty() const { return parts_.count == 0; }
  const PackedParts& parts() const { return parts_; }

  // The whole record; the memory of what `record` was before is used again.
  void unpack(const PackedRow& row, Record& record) const;

  // The rows in order. The records must outlive it and stay as they are.
  class Rows {
   public:
    explicit Rows(const PackedRecords& records) : parts_(&records.parts_) {}
    // false: there are no more.
    bool next(PackedRow& row);
    // Whether all that was read is what add() writes.
    bool whole() const { return whole_; }

   private:
    std::uint64_t number(std::uint64_t most);
    std::uint32_t index(const NumberedTexts& of);

    const PackedParts* parts_;
    std::size_t at_ = 0;
    bool whole_ = true;
  };

  // The records in order, one at a time: a reference holds until the next.
  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = Record;
    explicit Iterator(const PackedRecords& records) : records_(&records), rows_(records) { ++*this; }
    const Record& operator*() const { return record_; }
    const Record* operator->() const { return &record_; }
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return at_end_; }

   private:
    const PackedRecords* records_;
    Rows rows_;
    Record record_;
    bool at_end_ = false;
  };
  Iterator begin() const { return Iterator(*this); }
  static std::default_sentinel_t end() { return {}; }

 private:
  bool is_whole(const PackedLimits& limits) const;

  PackedParts parts_;
};

}  // namespace schema
