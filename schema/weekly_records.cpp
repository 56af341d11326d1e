#include "schema/weekly_records.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>
#include <unordered_map>

#include "schema/id_hash.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/stored_records.h"

namespace schema {
namespace {

constexpr std::string_view table = "weekly_record";

struct HashOfDetails {
  std::size_t operator()(const RecordDetails& details) const {
    IdHash hash;
    for (const auto id : {details.result_id, details.header_from_id, details.envelope_from_id.value_or(-1),
                          details.auth_id, details.override_id})
      hash.add(id);
    return hash.value();
  }
};

// Gives each a place, in the order in which they are met.
class DetailsMet {
 public:
  std::size_t place_of(const RecordDetails& details) {
    const auto [known, is_new] = places_.try_emplace(details, all_.size());
    if (is_new) {
      all_.push_back(details);
      times_.push_back(0);
    }
    return known->second;
  }
  // One more record has those of this place.
  void count(std::size_t place) { ++times_[place]; }
  // The most frequent first, and the new place of each.
  std::vector<RecordDetails> sorted(std::vector<std::size_t>& new_places) const {
    std::vector<std::size_t> order(all_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [this](std::size_t left, std::size_t right) {
      return times_[left] != times_[right] ? times_[left] > times_[right] : all_[left] < all_[right];
    });
    std::vector<RecordDetails> details;
    new_places.resize(order.size());
    for (const auto place : order) {
      new_places[place] = details.size();
      details.push_back(all_[place]);
    }
    return details;
  }

 private:
  std::unordered_map<RecordDetails, std::size_t, HashOfDetails> places_;
  std::vector<RecordDetails> all_;
  std::vector<std::int64_t> times_;
};

// How many rows addresses have, to take so many of them at a time as have not more than some.
class RowsByAddress {
 public:
  struct Range {
    std::int64_t first = 0, last = 0;  // addresses
    std::size_t rows = 0;
  };

  explicit RowsByAddress(std::int64_t last_address)
      : counts_(static_cast<std::size_t>(last_address / together + 1)), last_address_(last_address) {}

  // false: there is no such address.
  bool count(std::int64_t address_id) {
    if (address_id <= 0 || address_id > last_address_) return false;
    ++counts_[static_cast<std::size_t>(address_id / together)];
    return true;
  }

  // All addresses that have rows. Of those that are counted together one range alone may have more.
  std::vector<Range> ranges() const {
    std::vector<Range> all;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] == 0) continue;
      const auto first = static_cast<std::int64_t>(i) * together;
      if (all.empty() || all.back().rows + counts_[i] > most_rows) all.push_back({first, 0, 0});
      all.back().last = first + together - 1;
      all.back().rows += counts_[i];
    }
    return all;
  }

 private:
  static constexpr std::int64_t together = 64;
  static constexpr std::size_t most_rows = 200'000;
  std::vector<std::uint32_t> counts_;
  const std::int64_t last_address_;
};

// Calls `sink` with each record of a week, by report, its details as the place where `met` has them; until it returns
// false, since there can be no such record.
template <typename Sink>
Status each_record(Database& database, std::int64_t week, DetailsMet& met, Sink sink) {
  const Query query(R"sql(
    SELECT r.report_id, r.rows
    FROM (SELECT id FROM report WHERE day BETWEEN ? AND ? ORDER BY id) p
    CROSS JOIN report_records r ON r.report_id = p.id)sql",
                    {week, week + days_of_week - 1});
  bool right = true;
  std::vector<std::size_t> places;  // in `met`, of the details of a report
  const auto read = each_row(database, query, [&](Statement& row) {
    StoredRecords records(row.blob(1));
    places.clear();
    while (right && records.next()) {
      const auto& details = records.details();
      if (records.place() == places.size())
        places.push_back(met.place_of({details.result_id, details.header_from_id, details.envelope_from_id,
                                       details.auth_id, details.override_id}));
      right = sink({records.address_id(), row.integer(0), places[records.place()], records.messages()});
    }
    right = right && !records.broken();
    return right;
  });
  return right ? read : unreadable_week();
}

// By id. An index says it all.
Result<std::vector<ReportOfWeek>> reports_of(Database& database, std::int64_t week) {
  std::vector<ReportOfWeek> reports;
  const Query query(R"sql(
    SELECT id, domain_id, day, reporter_id, policy_id FROM report INDEXED BY report_sums WHERE day BETWEEN ? AND ?)sql",
                    {week, week + days_of_week - 1});
  const auto read = each_row(database, query, [&](Statement& row) {
    reports.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)});
    return true;
  });
  if (!read) return unexpected(read.error());
  std::ranges::sort(reports, {}, &ReportOfWeek::id);
  return reports;
}

// none: the week is not packed.
Result<std::optional<std::string>> stored_details(Database& database, std::int64_t week) {
  std::optional<std::string> bytes;
  const auto read =
      each_row(database, {"SELECT details FROM weekly_detail WHERE week = ?", {week}}, [&](Statement& row) {
        bytes = row.blob(0);
        return false;
      });
  if (!read) return unexpected(read.error());
  return bytes;
}

}  // namespace

Result<WeekOfRecords> pack_week_of_records(Database& database, std::int64_t week) {
  const auto last_address = number(database, "SELECT max(id) FROM address");
  if (!last_address) return unexpected(last_address.error());
  DetailsMet met;
  RowsByAddress rows(*last_address);
  auto read = each_record(database, week, met, [&](const PackedRecord& record) {
    met.count(record.details);
    return rows.count(record.address_id);
  });
  if (!read) return unexpected(std::move(read.error()));
  std::vector<std::size_t> new_places;
  const auto details = met.sorted(new_places);

  PieceMaker<PackedRecord> pieces(pack_week_records);
  std::vector<PackedRecord> records;
  for (const auto& range : rows.ranges()) {
    records.clear();
    records.reserve(range.rows);
    read = each_record(database, week, met, [&](const PackedRecord& record) {
      if (record.address_id < range.first || record.address_id > range.last) return true;
      records.push_back(record);
      records.back().details = new_places[record.details];
      return true;
    });
    if (!read) return unexpected(std::move(read.error()));
    std::ranges::stable_sort(records, {}, &PackedRecord::address_id);  // they come by report
    pieces.add(records);
  }
  return WeekOfRecords{pack_details(details), pieces.finish()};
}

Status write_week_of_records(Database& writer, std::int64_t week, const WeekOfRecords& packed) {
  auto written = writer.execute("INSERT INTO weekly_detail (week, details) VALUES (?, ?)", week, Blob{packed.details});
  return written ? write_pieces(writer, table, week, packed.records) : written;
}

Status forget_week_of_records(Database& writer, std::int64_t week) {
  if (auto gone = writer.execute("DELETE FROM weekly_detail WHERE week = ?", week); !gone) return gone;
  return forget_pieces(writer, table, week);
}

Result<bool> is_right_week_of_records(Database& database, std::int64_t week) {
  auto details = stored_details(database, week);
  if (!details) return unexpected(details.error());
  if (!*details) return true;
  auto records = pieces_of_week(database, table, week);
  if (!records) return unexpected(records.error());
  const auto expected = pack_week_of_records(database, week);
  if (!expected && expected.error().code == "corrupt") return false;  // of records that cannot be read
  if (!expected) return unexpected(expected.error());
  return WeekOfRecords{std::move(**details), std::move(*records)} == *expected;
}

Result<bool> has_week_of_records(Database& database, std::int64_t week) {
  const auto found = database.integer("SELECT 1 FROM weekly_detail WHERE week = ?", week);
  if (!found) return unexpected(found.error());
  return found->has_value();
}

Status each_record_of_week(Database& database, std::int64_t week,
                           const std::optional<std::vector<std::int64_t>>& address_ids, const TakeRecord& sink) {
  const auto bytes = stored_details(database, week);
  if (!bytes) return unexpected(bytes.error());
  const auto details = unpack_details(bytes->value_or(""));
  if (!details) return unreadable_week();
  const auto reports = reports_of(database, week);
  if (!reports) return unexpected(reports.error());
  return each_piece(database, table, week, address_ids, [&](std::int64_t first_address, std::string_view piece) {
    std::optional<std::int64_t> last;
    bool right = true;
    auto report = reports->begin();
    const auto take = [&](const PackedRecord& record) {
      if (report == reports->end() || report->id != record.report_id)
        report = std::ranges::lower_bound(*reports, record.report_id, {}, &ReportOfWeek::id);
      right = right && record.details < details->size() && report != reports->end() && report->id == record.report_id;
      if (!right) return;
      last = record.address_id;
      sink(*report, record, (*details)[record.details]);
    };
    return unpack_week_records(first_address, piece, take) && right ? last : std::nullopt;
  });
}

}  // namespace schema
