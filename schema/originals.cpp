#include "schema/originals.h"

#include <utility>

#include "schema/sha256.h"

namespace schema {

Result<std::optional<std::int64_t>> Originals::find(std::string_view sha256) {
  return database_.integer("SELECT id FROM original WHERE sha256 = ?", Blob{sha256});
}

Result<std::string> Originals::sha256_of(std::int64_t id) {
  auto row = database_.prepare("SELECT sha256 FROM original WHERE id = ?");
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", "There is no such original in the database.");
  return std::string(row->blob(0));
}

Result<std::optional<std::int64_t>> Originals::next_in_use(std::int64_t id) {
  constexpr auto sql = R"sql(
    SELECT id FROM original
    WHERE id > ? AND (EXISTS (SELECT 1 FROM report WHERE report.original_id = original.id)
                      OR EXISTS (SELECT 1 FROM failure WHERE failure.original_id = original.id AND state <> 'resolved'))
    ORDER BY id LIMIT 1)sql";
  return database_.integer(sql, id);
}

Result<std::int64_t> Originals::keep(std::string_view bytes) {
  const auto digest = schema::sha256(bytes);
  const auto known = find(digest);
  if (!known) return unexpected(known.error());
  if (!*known) return insert(digest, bytes.size(), encode_original(bytes));
  const auto kept = is_kept(**known);
  if (!kept) return unexpected(kept.error());
  if (*kept) return **known;
  const auto encoded = encode_original(bytes);
  auto updated = database_.execute("UPDATE original SET bytes = ?, encoding = ?, body = ? WHERE id = ?", bytes.size(),
                                   static_cast<int>(encoded.encoding), Blob{encoded.body}, **known);
  if (!updated) return unexpected(std::move(updated.error()));
  return **known;
}

Result<bool> Originals::is_kept(std::int64_t id) {
  const auto encoding = database_.integer("SELECT encoding FROM original WHERE id = ?", id);
  if (!encoding) return unexpected(encoding.error());
  if (!*encoding) return internal_error("not_found", "There is no such original in the database.");
  return **encoding != static_cast<int>(OriginalEncoding::not_kept);
}

Result<std::int64_t> Originals::keep_length(std::string_view beginning, std::uint64_t bytes) {
  const auto digest = schema::sha256(beginning);
  const auto known = find(digest);
  if (!known) return unexpected(known.error());
  if (*known) return **known;
  return insert(digest, bytes, {OriginalEncoding::not_kept, {}});
}

Result<std::int64_t> Originals::insert(std::string_view sha256, std::uint64_t bytes, const EncodedOriginal& encoded) {
  auto inserted = database_.execute("INSERT INTO original (sha256, bytes, encoding, body) VALUES (?, ?, ?, ?)",
                                    Blob{sha256}, bytes, static_cast<int>(encoded.encoding), Blob{encoded.body});
  if (!inserted) return unexpected(std::move(inserted.error()));
  return database_.last_insert_id();
}

Result<std::string> load_original(Database& database, std::int64_t id) {
  auto row = database.prepare("SELECT encoding, body, bytes FROM original WHERE id = ?");
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", "There is no such original in the database.");
  return decode_original(static_cast<OriginalEncoding>(row->integer(0)), row->blob(1),
                         static_cast<std::size_t>(row->integer(2)));
}

}  // namespace schema
