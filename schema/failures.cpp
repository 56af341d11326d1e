#include "schema/failures.h"

#include <fmt/format.h>

#include <utility>

namespace schema {

std::string_view name(FailureState state) {
  switch (state) {
    case FailureState::open:
      return "open";
    case FailureState::ignored:
      return "ignored";
    case FailureState::resolved:
      break;
  }
  return "resolved";
}

namespace {

FailureState state_of(std::string_view word) {
  for (const auto state : {FailureState::open, FailureState::ignored}) {
    if (word == name(state)) return state;
  }
  return FailureState::resolved;
}

}  // namespace

Result<std::int64_t> Failures::add(const FailureEntry& entry, std::int64_t now) {
  constexpr auto sql = R"sql(
    INSERT INTO failure (original_id, document, code, stage, detail, line, column_, byte, excerpt, rival_id, parser,
                         first_failed, last_tried)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, ''), ?10, ?11, ?12, ?12)
    ON CONFLICT (original_id, document) DO UPDATE SET
      code = excluded.code, stage = excluded.stage, detail = excluded.detail, line = excluded.line,
      column_ = excluded.column_, byte = excluded.byte, excerpt = excluded.excerpt, rival_id = excluded.rival_id,
      parser = excluded.parser, last_tried = excluded.last_tried, tries = tries + 1)sql";
  std::optional<std::int64_t> line, column, byte;
  if (entry.position) {
    line = entry.position->line;
    column = entry.position->column;
    byte = entry.position->byte;
  }
  auto added = database_.execute(sql, entry.original_id, entry.document, entry.code, static_cast<int>(entry.stage),
                                 entry.detail, line, column, byte, entry.excerpt, entry.rival_id, entry.parser, now);
  if (!added) return unexpected(std::move(added.error()));
  const auto id = find(entry.original_id, entry.document);
  if (!id) return unexpected(id.error());
  return **id;
}

Result<std::optional<std::int64_t>> Failures::find(std::int64_t original_id, std::int64_t document) {
  return database_.integer("SELECT id FROM failure WHERE original_id = ? AND document = ?", original_id, document);
}

Result<Failure> Failures::load(std::int64_t id) {
  constexpr auto sql = R"sql(
    SELECT original_id, document, code, stage, detail, line, column_, byte, excerpt, rival_id, parser, state
    FROM failure WHERE id = ?)sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return malformed("not_found", fmt::format("There is no failure {}.", id));
  Failure failure;
  failure.id = id;
  failure.original_id = row->integer(0);
  failure.document = row->integer(1);
  failure.code = row->text(2);
  failure.stage = static_cast<Stage>(row->integer(3));
  failure.detail = row->text(4);
  if (!row->is_null(5)) failure.position = Position{row->integer(5), row->integer(6), row->integer(7)};
  failure.excerpt = row->text(8);
  failure.rival_id = row->optional_integer(9);
  failure.parser = row->text(10);
  failure.state = state_of(row->text(11));
  return failure;
}

Result<std::vector<std::int64_t>> Failures::all(FailureState state, std::string_view code) {
  return database_.integers("SELECT id FROM failure WHERE state = ?1 AND ?2 IN ('', code) ORDER BY id", name(state),
                            code);
}

Result<std::vector<std::int64_t>> Failures::unresolved(std::int64_t original_id) {
  return database_.integers("SELECT id FROM failure WHERE original_id = ? AND state <> 'resolved' ORDER BY id",
                            original_id);
}

Result<Kept> Failures::kept() {
  constexpr auto sql = R"sql(
    SELECT count(*), ifnull(sum(bytes), 0) FROM original
    WHERE encoding <> 2 AND id IN (SELECT original_id FROM failure WHERE state <> 'resolved'))sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  if (const auto found = row->step(); !found) return unexpected(found.error());
  return Kept{row->integer(0), row->integer(1)};
}

Result<std::vector<KeptOf>> Failures::kept_by_sender(std::int64_t since) {
  constexpr auto sql = R"sql(
    SELECT m.from_, count(DISTINCT o.id) FROM failure f
      JOIN original o ON o.id = f.original_id
      JOIN attachment a ON a.failure_id = f.id
      JOIN mail m ON m.id = a.mail_id
    WHERE f.state <> 'resolved' AND o.encoding <> 2 AND m.read_at >= ? GROUP BY 1)sql";
  auto row = database_.prepare(sql);
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, since);
  std::vector<KeptOf> all;
  for (;;) {
    const auto found = row->step();
    if (!found) return unexpected(found.error());
    if (!*found) return all;
    all.push_back({row->optional_text(0), row->integer(1)});
  }
}

Status Failures::decide(std::int64_t id, FailureState state, std::string_view note) {
  auto decided = database_.execute("UPDATE failure SET state = ?, note = coalesce(nullif(?, ''), note) WHERE id = ?",
                                   name(state), note, id);
  if (!decided) return decided;
  if (database_.changes() == 0) return malformed("not_found", fmt::format("There is no failure {}.", id));
  return {};
}

Result<std::vector<LedgerPlace>> Failures::attachments(std::int64_t failure_id) {
  auto row = database_.prepare("SELECT mail_id, n FROM attachment WHERE failure_id = ? ORDER BY mail_id, n");
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, failure_id);
  std::vector<LedgerPlace> places;
  for (;;) {
    const auto found = row->step();
    if (!found) return unexpected(found.error());
    if (!*found) return places;
    places.push_back({row->integer(0), row->integer(1)});
  }
}

}  // namespace schema
