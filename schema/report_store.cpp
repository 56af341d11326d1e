#include "schema/report_store.h"

#include <string_view>
#include <utility>

#include "schema/letter_case.h"
#include "schema/record_numbering.h"
#include "schema/stored_json.h"
#include "schema/stored_records.h"

namespace schema {
namespace {

// The names are compared by themselves: what is only asked about must not be numbered.
constexpr std::string_view of_identity = R"sql(
    JOIN domain ON domain.id = known.domain_id JOIN reporter ON reporter.id = known.reporter_id
    WHERE domain.name = ? AND reporter.org_key = ? AND reporter.email_key = ?
      AND known.report_id = ? AND known.begin_ = ? AND known.end_ = ?)sql";
constexpr std::string_view stored_sql =
    "SELECT known.id, known.content_hash, known.records, known.messages FROM report known";
constexpr std::string_view pruned_sql =
    "SELECT 0, known.content_hash, known.records, known.messages FROM pruned_report known";

// With whom `prepared` shares its identity, if anyone, among those that `known_sql` selects.
Result<std::optional<Match>> find(Database& database, std::string_view known_sql, const PreparedReport& prepared) {
  const auto& metadata = prepared.metadata;
  auto row = database.prepare(std::string(known_sql).append(of_identity));
  if (!row) return unexpected(std::move(row.error()));
  row->bind_all(prepared.policy_published.domain, ascii_lower(metadata.org_name), ascii_lower(metadata.email),
                prepared.report_id, metadata.begin, metadata.end);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return std::nullopt;
  const bool same = row->blob(1) == prepared.content_hash;
  return Match{same ? Outcome::duplicate : Outcome::conflict, row->integer(0), row->integer(2), row->integer(3)};
}

}  // namespace

struct ReportStore::Row {
  std::int64_t domain_id, reporter_id, policy_id, day;
};

Result<ReportStore::Row> ReportStore::head(const PreparedReport& prepared) {
  const auto& metadata = prepared.metadata;
  const auto domain = interner_.domain(prepared.policy_published.domain);
  if (!domain) return unexpected(domain.error());
  const auto reporter = interner_.reporter(metadata.org_name, metadata.email);
  if (!reporter) return unexpected(reporter.error());
  const auto policy = interner_.policy(prepared.policy_published);
  if (!policy) return unexpected(policy.error());
  return Row{*domain, *reporter, *policy, report_day(metadata.begin, metadata.end)};
}

Result<Match> ReportStore::match(const PreparedReport& prepared) {
  for (const auto known_sql : {stored_sql, pruned_sql}) {
    const auto known = find(database_, known_sql, prepared);
    if (!known) return unexpected(known.error());
    if (*known) return **known;
  }
  return Match{};
}

Result<Match> ReportStore::add(const PreparedReport& prepared, const Provenance& provenance) {
  auto matched = match(prepared);
  if (!matched || matched->outcome != Outcome::stored) return matched;
  const auto id = insert(prepared, provenance);
  if (!id) return unexpected(id.error());
  return Match{Outcome::stored, *id, 0, 0};
}

Result<ReportStore::Origin> ReportStore::origin(std::int64_t id) {
  auto row =
      database_.prepare("SELECT mail_id, original_id, document, name, authenticity, parser FROM report WHERE id = ?");
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", "There is no such report in the database.");
  return Origin{row->integer(0),           row->optional_integer(1),  row->integer(2),
                std::string(row->text(3)), std::string(row->text(4)), std::string(row->text(5))};
}

Result<std::vector<std::int64_t>> ReportStore::of_original(std::int64_t original_id) {
  return database_.integers("SELECT id FROM report WHERE original_id = ? ORDER BY document, id", original_id);
}

Result<std::int64_t> ReportStore::insert(const PreparedReport& prepared, const Provenance& provenance) {
  return write(std::nullopt, prepared, provenance);
}

Status ReportStore::replace(std::int64_t id, const PreparedReport& prepared, const Provenance& provenance) {
  const auto pruned = database_.integer("SELECT pruned_at FROM report WHERE id = ?", id);
  if (!pruned) return unexpected(pruned.error());
  if (*pruned) return malformed("wrong_state", "Of this report only the totals are kept.");
  if (auto subtracted = subtract(id); !subtracted) return subtracted;
  if (auto emptied = remove_records(id); !emptied) return emptied;
  const auto written = write(id, prepared, provenance);
  if (!written) return unexpected(written.error());
  return {};
}

Result<std::int64_t> ReportStore::write(std::optional<std::int64_t> id, const PreparedReport& prepared,
                                        const Provenance& provenance) {
  const auto row = head(prepared);
  if (!row) return unexpected(row.error());
  constexpr auto sql = R"sql(
    INSERT INTO report (id, stored_at, domain_id, reporter_id, report_id, begin_, end_, day, policy_id, content_hash,
                        records, messages, pass_both, pass_one, fail_delivered, fail_stopped, unknown, dialect, version,
                        extra_contact_info, errors, generator, notes, authenticity, original_id, document, name,
                        mail_id, parser)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET (domain_id, reporter_id, report_id, begin_, end_, day, policy_id, content_hash,
                                    records, messages, pass_both, pass_one, fail_delivered, fail_stopped, unknown,
                                    dialect, version, extra_contact_info, errors, generator, notes, authenticity,
                                    original_id, document, name, mail_id, parser)
      = (excluded.domain_id, excluded.reporter_id, excluded.report_id, excluded.begin_, excluded.end_, excluded.day,
         excluded.policy_id, excluded.content_hash, excluded.records, excluded.messages, excluded.pass_both,
         excluded.pass_one, excluded.fail_delivered, excluded.fail_stopped, excluded.unknown, excluded.dialect,
         excluded.version, excluded.extra_contact_info, excluded.errors, excluded.generator, excluded.notes,
         excluded.authenticity, excluded.original_id, excluded.document, excluded.name, excluded.mail_id,
         excluded.parser))sql";
  const auto sums = class_sums(prepared.records);
  auto written = database_.execute(
      sql, id, provenance.now, row->domain_id, row->reporter_id, prepared.report_id, prepared.metadata.begin,
      prepared.metadata.end, row->day, row->policy_id, Blob{prepared.content_hash}, prepared.records.size(),
      sums.messages, sums.classes[0], sums.classes[1], sums.classes[2], sums.classes[3], sums.classes[4],
      static_cast<int>(prepared.dialect), prepared.version, prepared.metadata.extra_contact_info,
      json(prepared.metadata.errors), prepared.metadata.generator, json(prepared.notes), provenance.authenticity,
      provenance.original_id, provenance.document, provenance.name, provenance.mail_id, provenance.parser);
  if (!written) return unexpected(std::move(written.error()));
  const auto number = id ? *id : database_.last_insert_id();
  if (auto records = insert_records(number, prepared, *row); !records) return unexpected(std::move(records.error()));
  return number;
}

Status ReportStore::remove(std::int64_t id) {
  if (auto subtracted = subtract(id); !subtracted) return subtracted;
  return database_.execute("DELETE FROM report WHERE id = ?", id);  // records and sightings go with it
}

Status ReportStore::remove_records(std::int64_t id) {
  auto removed = database_.execute("DELETE FROM report_records WHERE report_id = ?", id);
  return removed ? database_.execute("DELETE FROM record_raw WHERE report_id = ?", id) : removed;
}

Status ReportStore::insert_records(std::int64_t id, const PreparedReport& prepared, const Row& head) {
  ReportTally tally(head.domain_id, head.day, head.reporter_id, head.policy_id);
  RecordNumbering numbering(interner_, prepared.records);
  PackedRecords::Rows packed(prepared.records);
  PackedRow row;
  StoredRecordsWriter records;
  for (std::size_t n = 0; packed.next(row); ++n) {
    auto record = numbering.of(row, prepared.estimates[n]);
    if (!record) return unexpected(record.error());
    tally.count(record->address_id, record->details.header_from_id, record->details.result_id, record->messages);
    const auto raw = numbering.raw(row);
    record->has_raw = !raw.empty();
    records.add(*record);
    if (raw.empty()) continue;
    auto written = database_.execute("INSERT INTO record_raw VALUES (?, ?, ?)", id, n, raw);
    if (!written) return written;
  }
  auto written = database_.execute("INSERT INTO report_records VALUES (?, ?)", id, Blob{records.bytes()});
  if (!written) return written;
  rollups_.add(std::move(tally));
  return {};
}

Status ReportStore::subtract(std::int64_t id, std::int64_t kept) {
  auto head = database_.prepare("SELECT domain_id, day, reporter_id, policy_id FROM report WHERE id = ?");
  if (!head) return unexpected(std::move(head.error()));
  head->bind(1, id);
  const auto found = head->step();
  if (!found) return unexpected(found.error());
  if (!*found) return {};
  ReportTally tally(head->integer(0), head->integer(1), head->integer(2), head->integer(3));
  auto record = database_.prepare(
      "SELECT address_id, header_from_id, result_id, messages FROM record WHERE report_id = ? AND n >= ?");
  if (!record) return unexpected(std::move(record.error()));
  record->bind_all(id, kept);
  for (;;) {
    const auto row = record->step();
    if (!row) return unexpected(row.error());
    if (!*row) break;
    tally.count(record->integer(0), record->integer(1), record->integer(2), record->integer(3));
  }
  rollups_.subtract(std::move(tally));
  return {};
}

}  // namespace schema
