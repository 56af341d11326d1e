// Texts of a table by number, for who goes through many rows that refer to few of them. What was read is kept until
// another number wants its place.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

class TextsById {
 public:
  using Texts = std::array<std::string, 2>;

  // `sql` gives one or two columns of the row whose number is bound to it.
  TextsById(Database& database, std::string_view sql) : database_(database), sql_(sql) {}

  // Null where there is no such row. It holds until the next call. Errors: those of the database.
  Result<const Texts*> find(std::int64_t id);

 private:
  struct Place {
    std::optional<std::int64_t> id;
    Texts texts;
  };

  Database& database_;
  std::string_view sql_;
  std::vector<Place> places_ = std::vector<Place>(1024);
};

}  // namespace schema
