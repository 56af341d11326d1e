#include "schema/ledger.h"

#include <numeric>
#include <utility>

namespace schema {

std::int64_t RunTotals::attachments() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), std::int64_t{0});
}

Result<std::int64_t> Ledger::begin_run(std::string_view kind, std::int64_t now, std::string_view origin) {
  auto inserted =
      database_.execute("INSERT INTO run (kind, started_at, origin) VALUES (?, ?, nullif(?, ''))", kind, now, origin);
  if (!inserted) return unexpected(std::move(inserted.error()));
  return database_.last_insert_id();
}

Status Ledger::update_run(std::int64_t run_id, const RunTotals& totals, std::optional<RunEnd> end,
                          const RunProgress& progress) {
  constexpr auto sql = R"sql(
    UPDATE run SET mails = ?, attachments = ?, stored = ?, duplicate = ?, conflict = ?, quarantined = ?, ignored = ?,
                   records = ?, messages = ?, ended_at = ?, stopped = ?, percent = ?,
                   mails_expected = ?
    WHERE id = ?)sql";
  return database_.execute(sql, totals.mails, totals.attachments(), totals.of(Outcome::stored),
                           totals.of(Outcome::duplicate), totals.of(Outcome::conflict), totals.of(Outcome::quarantined),
                           totals.of(Outcome::ignored), totals.records, totals.messages,
                           end ? std::optional(end->at) : std::nullopt, end && end->stopped, progress.percent,
                           progress.mails_expected, run_id);
}

Result<std::optional<KnownMail>> Ledger::find(const Place& place, std::string_view sha256, std::string_view parser) {
  constexpr auto sql = R"sql(
    SELECT mail.id, origin.kind = ?2 AND origin.name = ?3 AND mail.position = ?4 AS same_place, mail.parser
    FROM mail JOIN origin ON origin.id = mail.origin_id
    WHERE mail.sha256 = ?1
    ORDER BY same_place DESC, mail.parser = ?5 DESC, mail.id
    LIMIT 1)sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  row->bind_all(Blob{sha256}, place.kind, place.origin, place.position, parser);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return std::optional<KnownMail>();
  return KnownMail{row->integer(0), row->integer(1) != 0, std::string(row->text(2))};
}

Result<std::int64_t> Ledger::origin(const Place& place) {
  const std::string key = place.kind + ':' + place.origin;
  if (const auto known = origins_.find(key); known != 0) return known;
  auto id = database_.integer("SELECT id FROM origin WHERE kind = ? AND name = ?", place.kind, place.origin);
  if (!id) return unexpected(std::move(id.error()));
  if (!*id) {
    auto made = database_.execute("INSERT INTO origin (kind, name) VALUES (?, ?)", place.kind, place.origin);
    if (!made) return unexpected(std::move(made.error()));
    *id = database_.last_insert_id();
  }
  origins_.remember(key, **id);
  return **id;
}

Result<std::int64_t> Ledger::add_mail(const Place& place, const MailEntry& entry, std::int64_t run_id,
                                      std::string_view parser, std::int64_t now) {
  const auto origin_id = origin(place);
  if (!origin_id) return unexpected(origin_id.error());
  constexpr auto sql = R"sql(
    INSERT INTO mail (origin_id, position, sha256, bytes, kind, subject, from_, message_id, date, authenticity, run_id,
                      last_run_id, read_at, parser)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";
  auto inserted =
      database_.execute(sql, *origin_id, place.position, Blob{entry.sha256}, entry.bytes, entry.kind, entry.subject,
                        entry.from, entry.message_id, entry.date, entry.authenticity, run_id, run_id, now, parser);
  if (!inserted) return unexpected(std::move(inserted.error()));
  return database_.last_insert_id();
}

Result<MailEntry> Ledger::mail(std::int64_t mail_id) {
  constexpr auto sql = R"sql(
    SELECT sha256, bytes, kind, subject, from_, message_id, date, authenticity FROM mail WHERE id = ?)sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, mail_id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", "There is no such mail in the ledger.");
  return MailEntry{std::string(row->blob(0)), row->integer(1),          std::string(row->text(2)),
                   row->optional_text(3),     row->optional_text(4),    row->optional_text(5),
                   row->optional_integer(6),  std::string(row->text(7))};
}

Result<Place> Ledger::place(std::int64_t mail_id) {
  constexpr auto sql = R"sql(
    SELECT origin.kind, origin.name, mail.position FROM mail JOIN origin ON origin.id = mail.origin_id
    WHERE mail.id = ?)sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, mail_id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", "There is no such mail in the ledger.");
  return Place{std::string(row->text(0)), std::string(row->text(1)), std::string(row->text(2))};
}

Status Ledger::see_again(std::int64_t mail_id, std::int64_t run_id, std::string_view parser) {
  return database_.execute("UPDATE mail SET seen = seen + 1, last_run_id = ?, parser = ? WHERE id = ?", run_id, parser,
                           mail_id);
}

Result<std::vector<AttachmentEntry>> Ledger::attachments(std::int64_t mail_id) {
  constexpr auto sql = R"sql(
    SELECT name, document, original_id, outcome, code, report_id, failure_id
    FROM attachment WHERE mail_id = ? ORDER BY n)sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, mail_id);
  std::vector<AttachmentEntry> entries;
  for (;;) {
    const auto found = row->step();
    if (!found) return unexpected(found.error());
    if (!*found) return entries;
    entries.push_back({std::string(row->text(0)), row->integer(1), row->optional_integer(2),
                       static_cast<Outcome>(row->integer(3)), std::string(row->text(4)), row->optional_integer(5),
                       row->optional_integer(6)});
  }
}

Status Ledger::set_attachments(std::int64_t mail_id, const std::vector<AttachmentEntry>& entries) {
  if (auto emptied = database_.execute("DELETE FROM attachment WHERE mail_id = ?", mail_id); !emptied) return emptied;
  constexpr auto sql = R"sql(
    INSERT INTO attachment (mail_id, n, name, document, original_id, outcome, code, report_id, failure_id)
    VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?))sql";
  std::int64_t n = 0;
  for (const auto& entry : entries) {
    auto inserted = database_.execute(sql, mail_id, n++, entry.name, entry.document, entry.original_id,
                                      static_cast<int>(entry.outcome), entry.code, entry.report_id, entry.failure_id);
    if (!inserted) return inserted;
  }
  return {};
}

Result<std::vector<std::int64_t>> Ledger::mails_of(std::int64_t original_id) {
  return database_.integers("SELECT DISTINCT mail_id FROM attachment WHERE original_id = ? ORDER BY mail_id",
                            original_id);
}

Status Ledger::outvote(std::int64_t report_id, std::optional<std::int64_t> failure_id) {
  constexpr auto sql = R"sql(
    UPDATE attachment SET outcome = ?3, code = 'conflict', failure_id = ?2
    WHERE report_id = ?1 AND outcome IN (?4, ?5))sql";
  auto moved = database_.execute(sql, report_id, failure_id, static_cast<int>(Outcome::conflict),
                                 static_cast<int>(Outcome::stored), static_cast<int>(Outcome::duplicate));
  if (!moved) return moved;
  return database_.execute("DELETE FROM sighting WHERE report_id = ?", report_id);
}

Status Ledger::settle(std::int64_t failure_id, std::optional<std::int64_t> report_id, std::int64_t mail_id,
                      std::int64_t now) {
  constexpr auto sightings_sql = R"sql(
    INSERT OR IGNORE INTO sighting (report_id, mail_id, n, seen_at)
    SELECT ?2, mail_id, n, ?6 FROM attachment
    WHERE ?2 IS NOT NULL AND failure_id = ?1 AND mail_id <> ?3 AND outcome IN (?4, ?5))sql";
  constexpr auto outcomes_sql = R"sql(
    UPDATE attachment SET outcome = ?6, code = 'duplicate', report_id = ?2
    WHERE failure_id = ?1 AND mail_id <> ?3 AND outcome IN (?4, ?5))sql";
  const auto conflict = static_cast<int>(Outcome::conflict), quarantined = static_cast<int>(Outcome::quarantined);
  auto seen = database_.execute(sightings_sql, failure_id, report_id, mail_id, conflict, quarantined, now);
  if (!seen) return seen;
  return database_.execute(outcomes_sql, failure_id, report_id, mail_id, conflict, quarantined,
                           static_cast<int>(Outcome::duplicate));
}

Result<std::int64_t> Ledger::add_death(std::string_view sha256, std::string_view code, std::int64_t now) {
  constexpr auto sql = R"sql(
    INSERT INTO death (sha256, deaths, code, at) VALUES (?, 1, ?, ?)
    ON CONFLICT (sha256) DO UPDATE SET deaths = deaths + 1, code = excluded.code, at = excluded.at)sql";
  if (auto added = database_.execute(sql, Blob{sha256}, code, now); !added) return unexpected(std::move(added.error()));
  const auto deaths = database_.integer("SELECT deaths FROM death WHERE sha256 = ?", Blob{sha256});
  if (!deaths) return unexpected(deaths.error());
  return deaths->value_or(0);
}

Result<std::int64_t> Ledger::deaths_pending() {
  const auto count = database_.integer("SELECT count(*) FROM death");
  if (!count) return unexpected(count.error());
  return count->value_or(0);
}

Status Ledger::forget_deaths(std::string_view sha256) {
  return database_.execute("DELETE FROM death WHERE sha256 = ?", Blob{sha256});
}

Status Ledger::add_sighting(std::int64_t report_id, std::int64_t mail_id, std::int64_t n, std::int64_t now) {
  return database_.execute("INSERT OR IGNORE INTO sighting (report_id, mail_id, n, seen_at) VALUES (?, ?, ?, ?)",
                           report_id, mail_id, n, now);
}

}  // namespace schema
