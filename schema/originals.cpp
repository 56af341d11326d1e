#include "schema/originals.h"

#include <fmt/format.h>

#include <utility>

#include "schema/sha256.h"

namespace schema {
namespace {

// `waiting`: null where nothing waits to be written.
Result<std::string> loaded(Database& database, std::int64_t id, const OriginalBundles* waiting) {
  auto row = database.prepare(R"sql(
    SELECT encoding, bytes, bundle_id, begins, length, iif(bundle_id IS NULL, body,
      (SELECT substr(original_bundle.bytes, begins + 1, length) FROM original_bundle WHERE id = bundle_id))
    FROM original WHERE id = ?)sql");
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", "There is no such original in the database.");
  auto body = row->blob(5);
  if (waiting != nullptr && row->optional_integer(2)) {
    const auto in_memory = waiting->waiting({row->integer(2), row->integer(3), row->integer(4)});
    if (in_memory) body = *in_memory;
  }
  return decode_original(static_cast<OriginalEncoding>(row->integer(0)), body,
                         static_cast<std::size_t>(row->integer(1)));
}

}  // namespace

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
  const auto last = database_.integer("SELECT max(id) FROM original");
  if (!last) return unexpected(last.error());
  const auto id = last->value_or(0) + 1;
  const auto place = bundles_.add(id, encoded.body);
  auto inserted =
      place ? database_.execute(
                  "INSERT INTO original (id, sha256, bytes, encoding, body, bundle_id, begins, length) "
                  "VALUES (?, ?, ?, ?, x'', ?, ?, ?)",
                  id, Blob{sha256}, bytes, static_cast<int>(encoded.encoding), place->bundle_id, place->begins,
                  place->length)
            : database_.execute("INSERT INTO original (id, sha256, bytes, encoding, body) VALUES (?, ?, ?, ?, ?)", id,
                                Blob{sha256}, bytes, static_cast<int>(encoded.encoding), Blob{encoded.body});
  if (!inserted) return unexpected(std::move(inserted.error()));
  return id;
}

Result<std::string> Originals::load(std::int64_t id) {
  return loaded(database_, id, &bundles_);
}

Result<std::int64_t> Originals::remove(std::int64_t id) {
  auto row = database_.prepare(fmt::format("SELECT {}, bundle_id FROM original WHERE id = ?", kept_bytes));
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return 0;
  const auto bytes = row->integer(0);
  const auto bundle_id = row->optional_integer(1);
  row->reset();
  if (auto gone = database_.execute("DELETE FROM original WHERE id = ?", id); !gone) return unexpected(gone.error());
  if (!bundle_id) return bytes;
  if (auto out = bundles_.take_out(*bundle_id); !out) return unexpected(std::move(out.error()));
  return bytes;
}

Result<std::string> load_original(Database& database, std::int64_t id) {
  return loaded(database, id, nullptr);
}

}  // namespace schema
