#include "schema/texts_by_id.h"

#include <utility>

namespace schema {

Result<const TextsById::Texts*> TextsById::find(std::int64_t id) {
  auto& place = places_[static_cast<std::size_t>(id) % places_.size()];
  if (place.id == id) return &place.texts;
  auto row = database_.prepare(sql_);
  if (!row) return unexpected(std::move(row.error()));
  row->bind_all(id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return nullptr;
  place.id = id;
  for (int column = 0; column < row->columns(); ++column)
    place.texts.at(static_cast<std::size_t>(column)) = row->text(column);
  return &place.texts;
}

}  // namespace schema
